import * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';
import { instant } from '../answers.ts';
import { parseAnswer } from '../http.ts';
import type { Answer, GitHubClient } from './client.ts';

/** GitHub's replicas lag: what is listed late bears an earlier time than what was listed before it. */
export const OVERLAP_MS = 5 * 60_000;

/** An ETag, with the address that it belongs to. */
export interface Guard {
  readonly path: string;
  readonly etag: string;
}
export const guardSchema = z.object({ path: z.string(), etag: z.string() });

/** The second itself, and as much again for the clocks of GitHub's servers, which differ. */
const SETTLING_MS = 2_000;

/**
 * The guard that an answer gives of a list whose last update it shows; null while that second is not yet over.
 * GitHub's times are whole seconds: what changes within it after the answer need not show in it, and the guard
 * would hide that for good.
 */
export function guardOf(answer: Answer, path: string, lastUpdate: Instant | null): Guard | null {
  if (answer.etag === null) return null;
  const isOver = lastUpdate === null || answer.servedAt - lastUpdate >= SETTLING_MS;
  return isOver ? { path, etag: answer.etag } : null;
}

const newestRow = z.array(z.looseObject({ updated_at: instant }));

export interface Top {
  readonly guard: Guard | null;
  /** When the newest row was updated; null of an empty list. */
  readonly newest: Instant | null;
  /** The newest row as it came. */
  readonly row: Readonly<Record<string, unknown>> | null;
}

/**
 * Asks for the most recently updated row alone, free of charge while it is the same. Any change to any row brings
 * that row to the top, so that this one answer guards the whole list.
 */
export async function lookForChange(
  client: GitHubClient,
  path: string,
  known: Guard | null,
): Promise<'unchanged' | Top> {
  const answer = await client.getUnless(known?.path === path ? known.etag : null, path);
  if (answer.unchanged) return 'unchanged';
  const [row = null] = parseAnswer(newestRow, answer.data, answer.endpoint);
  const newest = row?.updated_at ?? null;
  return { guard: guardOf(answer, path, newest), newest, row };
}

/** The pages of a list as GitHub links them. */
export async function* linkedPages<T>(
  client: GitHubClient,
  path: string,
  row: z.ZodType<T>,
): AsyncGenerator<readonly T[]> {
  const page = z.array(row);
  for (let next: string | null = path; next !== null; ) {
    const answer = await client.get(next);
    yield parseAnswer(page, answer.data, answer.endpoint);
    next = answer.next;
  }
}

/**
 * The pages of a list that is sorted by update, oldest first, from one time on and before another. Each page is asked for by the last
 * time of the one before it, not by its number: a row that is updated meanwhile moves to the end, and numbered
 * pages would then skip another in its place. Only where a whole page bears one time, or the server does not
 * filter by it, is the link followed. The next page is on its way while this one is stored.
 */
export async function* pagesSince<T extends { readonly id: string; readonly updated_at: Instant }>(
  client: GitHubClient,
  pathSince: (since: string) => string,
  span: { readonly from: Instant; readonly until?: Instant },
  row: z.ZodType<T>,
): AsyncGenerator<readonly T[]> {
  const page = z.array(row);
  const until = span.until ?? Number.POSITIVE_INFINITY;
  let since = span.from;
  let before: ReadonlySet<string> = new Set();
  let coming: ReturnType<GitHubClient['get']> | null = client.get(pathSince(queryTime(since)));
  while (coming !== null) {
    const answer = await coming;
    const rows = parseAnswer(page, answer.data, answer.endpoint);
    const first = rows[0];
    const last = rows.at(-1);
    coming = null;
    if (answer.next !== null && first && last && last.updated_at < until) {
      const filtered = first.updated_at >= since && last.updated_at > since;
      coming = client.get(filtered ? pathSince(queryTime(last.updated_at)) : answer.next);
      if (filtered) since = last.updated_at;
      // It is awaited in the next round, where its failure is reported; a reader that stops here needs no report.
      coming.catch(() => undefined);
    }
    yield rows.filter((found) => found.updated_at < until && !before.has(`${found.id} ${found.updated_at}`));
    before = new Set(rows.map((found) => `${found.id} ${found.updated_at}`));
  }
}

/** As GitHub writes times; milliseconds only where a server keeps them, for some compare the text. */
export function queryTime(at: Instant): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
