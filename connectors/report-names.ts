import { createHash } from 'node:crypto';
import type { Instant } from '../src/domain/records.ts';

/** What the samples of one report are called. The same subject, flag and content is the same sample. */
export interface SampleName {
  /** Names subject, flag and content. */
  readonly content: string;
  /** When a report that has no time was first seen: it sets apart content that came back after other content. */
  readonly seenAt: Instant | null;
}

export function contentName(subject: string, flag: string, hash: string): string {
  return createHash('sha256').update([subject, flag, hash].join('\0')).digest('hex').slice(0, 24);
}

/** `part` tells the samples of one report apart: a lower-case word. */
export function idOf({ content, seenAt }: SampleName, part: string): string {
  return [content, part, ...(seenAt === null ? [] : [seenAt.toString(36)])].join('-');
}

/** Null for an id that idOf did not make. */
export function parseName(id: string): SampleName | null {
  const [, content, time] = /^([0-9a-f]{24})-[a-z]+(?:-([0-9a-z]+))?$/.exec(id) ?? [];
  if (content === undefined) return null;
  return { content, seenAt: time === undefined ? null : Number.parseInt(time, 36) };
}

/** Of a report that has several files, whatever their order; of a single one its own. */
export function joinedHash(hashes: readonly string[]): string {
  const [only, ...others] = hashes;
  if (only !== undefined && others.length === 0) return only;
  return createHash('sha256')
    .update([...hashes].sort().join('\0'))
    .digest('hex');
}
