import * as z from 'zod';
import type { Instant } from '../src/domain/records.ts';
import { readCursor } from './cursors.ts';
import { parseName, type SampleName } from './report-names.ts';

/** Contents without a time of their own that are remembered; the oldest are forgotten first. */
const REMEMBERED = 5000;

const entry = z.object({
  stamp: z.string(),
  hash: z.string(),
  /** Of what the configuration says about the report. */
  settings: z.string(),
  /** What its samples are called; absent where none was made. */
  name: z.tuple([z.string(), z.number().nullable()]).optional(),
  at: z.number().optional(),
});

const saved = z.object({ files: z.record(z.string(), entry), seen: z.record(z.string(), z.number()) });

/** What was read out of a file, and how. */
export interface Reading {
  readonly stamp: string;
  /** Of its content. */
  readonly hash: string;
  readonly settings: string;
  readonly name: SampleName | null;
  /** When it was measured; kept of joined files alone. */
  readonly at?: Instant;
}

/** What a cursor remembers between pulls: what each file held, and when undated content was last seen to be new. */
export interface Memory {
  readingOf(file: string): Reading | null;
  put(file: string, reading: Reading): void;
  /** Whether another file holds what these samples were made of. */
  isNamedElsewhere(name: SampleName, file: string): boolean;
  /** When the content was first seen; now where it is new, or came back to a file that had held other content. */
  sight(content: string, now: Instant, replacesOther: boolean): Instant;
  /** Forgets the files that are not to be kept; what was made of them stays. */
  forgetBut(isKept: (file: string) => boolean): void;
  changed(): boolean;
  save(): string;
}

/**
 * A cursor that cannot be read counts as none. Without one, the ids of what is stored tell when undated content was
 * seen: a new start must not date it anew.
 */
export async function openMemory(
  cursor: string | null,
  storedIds: () => Promise<readonly string[]>,
): Promise<Memory> {
  const parsed = readCursor(saved, cursor);
  const files = new Map<string, Reading>();
  for (const [file, { name, at, ...rest }] of Object.entries(parsed?.files ?? {})) {
    const called = name ? { content: name[0], seenAt: name[1] } : null;
    files.set(file, { ...rest, name: called, ...(at === undefined ? {} : { at }) });
  }
  const seen = new Map(Object.entries(parsed?.seen ?? {}));
  for (const id of parsed ? [] : await storedIds()) {
    const name = parseName(id);
    if (name === null || name.seenAt === null) continue;
    seen.set(name.content, Math.max(name.seenAt, seen.get(name.content) ?? 0));
  }
  let changed = false;
  return {
    readingOf: (file) => files.get(file) ?? null,
    put(file, reading) {
      files.set(file, reading);
      changed = true;
    },
    isNamedElsewhere(name, file) {
      for (const [other, reading] of files) {
        if (other === file || reading.name === null) continue;
        if (reading.name.content === name.content && reading.name.seenAt === name.seenAt) return true;
      }
      return false;
    },
    sight(content, now, replacesOther) {
      const at = replacesOther ? now : (seen.get(content) ?? now);
      seen.delete(content);
      seen.set(content, at);
      return at;
    },
    forgetBut(isKept) {
      for (const file of files.keys()) {
        if (isKept(file)) continue;
        files.delete(file);
        changed = true;
      }
    },
    changed: () => changed,
    save: () =>
      JSON.stringify({
        files: Object.fromEntries(
          [...files].map(([file, { name, ...rest }]) => [
            file,
            { ...rest, ...(name ? { name: [name.content, name.seenAt] } : {}) },
          ]),
        ),
        seen: Object.fromEntries([...seen].slice(-REMEMBERED)),
      } satisfies z.input<typeof saved>),
  };
}
