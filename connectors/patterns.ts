import type { Member } from './contract.ts';
import { ConnectorError } from './errors.ts';

/** Whether a name in the settings stands for all that it matches. */
export function isPattern(name: string): boolean {
  return name.includes('*');
}

/**
 * The members that names and patterns of the settings stand for, each once; `sameAs` gives what makes two names one.
 * A plain name is taken as it is written, without a request. A pattern that matches nothing, which `find` tells by a
 * `not_found` error, stands for itself: pulling it is the error that says so, and stops no other.
 */
export async function* membersOf(
  patterns: readonly string[],
  find: (pattern: string) => Promise<readonly string[]>,
  sameAs: (name: string) => string = (name) => name,
): AsyncGenerator<Member> {
  const seen = new Set<string>();
  for (const pattern of patterns) {
    for (const name of isPattern(pattern) ? await foundOrItself(pattern, find) : [pattern]) {
      if (seen.has(sameAs(name))) continue;
      seen.add(sameAs(name));
      yield { id: name, title: name };
    }
  }
}

/**
 * The ids of all members, for a check that then asks for each: one that failed while the next were still listed would
 * have nobody to catch it, and end the process.
 */
export async function idsOf(members: AsyncIterable<Member>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of members) ids.push(id);
  return ids;
}

async function foundOrItself(
  pattern: string,
  find: (pattern: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  try {
    return await find(pattern);
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'not_found') return [pattern];
    throw error;
  }
}
