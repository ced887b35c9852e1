import { createHash } from 'node:crypto';
import type { Company } from '../company/model.ts';
import type { Answer } from './rest/answer.ts';

/** An answer ready to be sent. */
export interface Prepared {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The ETag without its quotes; null for an answer that has none. */
  readonly tag: string | null;
}

const MOST_ENTRIES = 300;

/** The tag depends on who asks: GitHub's differ from token to token. */
export function prepare(answer: Answer, asker: string | null = null): Prepared {
  const body = Buffer.from(answer.json);
  const tagged = asker !== null && answer.status === 200;
  const tag = tagged ? createHash('sha256').update(asker).update(body).digest('hex') : null;
  return { status: answer.status, headers: answer.headers ?? {}, body, tag };
}

/** Keeps answers for as long as nothing in the company changes. */
export function createPreparedCache(company: Company) {
  const entries = new Map<string, Prepared>();
  let { version } = company;
  return (asker: string, path: string, make: () => Answer): Prepared => {
    if (version !== company.version || entries.size >= MOST_ENTRIES) entries.clear();
    version = company.version;
    const key = `${asker} ${path}`;
    const known = entries.get(key);
    if (known) return known;
    const made = prepare(make(), asker);
    entries.set(key, made);
    return made;
  };
}
