import * as z from 'zod';
import type { Instant, PullRequest } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import type { GitHubClient } from './client.ts';
import { guardSchema, lookForChange, OVERLAP_MS } from './listing.ts';
import { pullMapper } from './pull-mapper.ts';
import { graphqlReader } from './pulls-graphql.ts';
import { restReader } from './pulls-rest.ts';
import { type GitHubSettings, isSignedIn } from './settings.ts';
import { repositoryStream } from './stream.ts';

/** `updated`: whatever changed, newest first. `open`: what is open though it changed before the start. */
export type Phase = 'updated' | 'open';

export interface PullPage {
  readonly records: readonly PullRequest[];
  /** Newest update of the rows on this page, those left out included; null of an empty one. */
  readonly newest: Instant | null;
  /** Where to go on after this page. Only the same reader understands it. */
  readonly after: string | null;
  /** The list ends here, and nothing was left out of it. */
  readonly isAll: boolean;
}

/** One way to read pull requests. */
export interface PullReader {
  readonly name: 'graphql' | 'rest';
  /** `updated` brings those updated at or after `stop`, `open` the open ones updated before it. */
  pages(phase: Phase, after: string | null, stop: Instant): AsyncIterable<PullPage>;
}

const walkSchema = z.object({
  reader: z.enum(['graphql', 'rest']),
  phase: z.enum(['updated', 'open']),
  after: z.string().nullable(),
  /** What `reached` becomes at its end: the newest update when it began. */
  top: z.number(),
  /** Becomes the guard at its end. */
  guard: guardSchema.nullable(),
});
type Walk = z.infer<typeof walkSchema>;

const cursorSchema = z.object({
  /** Everything updated up to here is stored; null until a first walk has ended. */
  reached: z.number().nullable(),
  guard: guardSchema.nullable(),
  /** A walk that has not ended. */
  walk: walkSchema.nullable(),
});
type Cursor = z.infer<typeof cursorSchema>;

/** A row that is updated during a walk leaves its place for the top, so walks repeat until nothing changed; a busy repository is left to the next pull. */
const MOST_WALKS = 4;

/** Pull requests with their reviews: by GraphQL where there is a token, which it needs, and else by REST. */
export const pulls = repositoryStream({
  name: 'pulls',
  yields: ['pull_request'],
  version: 2,
  async *pull({ context, client, member, cursor }) {
    const map = pullMapper(member, context.settings);
    const known = readCursor(cursorSchema, cursor) ?? { reached: null, guard: null, walk: null };
    const reader = isSignedIn(context.settings)
      ? graphqlReader(client, member, map, { signal: context.signal, whole: known.reached === null })
      : restReader(client, member, map);
    yield* pullPulls(context, client, member, reader, known);
  },
});

async function* pullPulls(
  context: PullContext<GitHubSettings>,
  client: GitHubClient,
  member: string,
  reader: PullReader,
  known: Cursor,
): AsyncGenerator<Batch> {
  const top = `/repos/${member}/pulls?state=all&sort=updated&direction=desc&per_page=1`;
  let cursor = known;
  for (let walks = 0; walks < MOST_WALKS; walks += 1) {
    if (cursor.walk === null) {
      const change = await lookForChange(client, top, cursor.guard);
      if (change === 'unchanged') return;
      // A server without ETags says so by the row itself.
      if (change.guard === null && cursor.reached !== null && walks > 0 && change.newest === cursor.reached)
        return;
      if (change.newest === null) {
        yield { records: [], cursor: encode({ reached: cursor.reached, guard: change.guard, walk: null }) };
        return;
      }
      cursor = { ...cursor, guard: null, walk: begin(reader, change.newest, change.guard) };
    } else if (cursor.walk.reader !== reader.name) {
      cursor = { ...cursor, walk: { ...cursor.walk, reader: reader.name, after: null } };
    }
    cursor = yield* walkOn(context.start, reader, cursor);
  }
}

function begin(reader: PullReader, newest: Instant, guard: Walk['guard']): Walk {
  return { reader: reader.name, phase: 'updated', after: null, top: newest, guard };
}

/** Goes on with the walk of the cursor to its end; returns the cursor of then, which it has yielded. */
async function* walkOn(start: Instant, reader: PullReader, begun: Cursor): AsyncGenerator<Batch, Cursor> {
  const first = begun.reached === null;
  const stop = begun.reached === null ? start : Math.max(start, begun.reached - OVERLAP_MS);
  let walk = begun.walk;
  while (walk !== null) {
    let atTop = walk.phase === 'updated' && walk.after === null;
    let sawAll = false;
    for await (const page of pagesFrom(reader, walk, stop)) {
      // Where the list lags behind the guard, the guard would hide from the next pull what this one did not see.
      const lags: boolean = atTop && (page.newest === null || page.newest < walk.top);
      if (lags) walk = { ...walk, top: Math.min(walk.top, page.newest ?? start), guard: null };
      atTop = false;
      sawAll = page.isAll;
      walk = { ...walk, after: page.after };
      if (page.records.length > 0) {
        yield { records: page.records, cursor: encode({ reached: begun.reached, guard: null, walk }) };
      }
    }
    // Where the list came to its end, no open one is older than the start.
    if (walk.phase === 'open' || !first || sawAll) break;
    walk = { ...walk, phase: 'open', after: null };
  }
  const ended: Cursor = { reached: walk?.top ?? begun.reached, guard: walk?.guard ?? null, walk: null };
  yield { records: [], cursor: encode(ended) };
  return ended;
}

/** The pages from the walk's place on, or from its beginning where GitHub no longer knows that place. */
async function* pagesFrom(reader: PullReader, walk: Walk, stop: Instant): AsyncGenerator<PullPage> {
  let some = false;
  try {
    for await (const page of reader.pages(walk.phase, walk.after, stop)) {
      some = true;
      yield page;
    }
  } catch (error) {
    if (some || walk.after === null || !(error instanceof ConnectorError) || error.code !== 'input')
      throw error;
    yield* reader.pages(walk.phase, null, stop);
  }
}

function encode(cursor: Cursor): string {
  return JSON.stringify(cursor);
}
