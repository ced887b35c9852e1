import * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { GitHubClient } from './client.ts';
import { linkedPages } from './listing.ts';
import type { PullDetail, PullMapper } from './pull-mapper.ts';
import type { PullReader } from './pulls.ts';
import { type PullRow, pullCommitSchema, pullDetailSchema, pullSchema, reviewSchema } from './schemas.ts';

const positionSchema = z.object({
  /** Address of the page that is being read; what changes meanwhile only pushes rows to later ones. */
  page: z.string(),
  /** Update time of the last pull request that was read; all newer ones were. */
  at: z.number(),
  /** Those of that very time that were read. */
  done: z.array(z.number()),
});
type Position = z.infer<typeof positionSchema>;

/**
 * Reads pull requests one by one: three requests each, of the sixty an hour that GitHub grants without a token. So
 * each is handed on by itself with a place to go on from. Line impact and draft times would cost two more and are
 * not read.
 */
export function restReader(client: GitHubClient, member: string, map: PullMapper): PullReader {
  const list = `/repos/${member}/pulls`;

  return {
    name: 'rest',
    async *pages(phase, after, stop) {
      let position = readCursor(positionSchema, after);
      const rows = phase === 'open' ? openBefore(stop) : updatedSince(stop, position?.page ?? null);
      for await (const { row, page } of rows) {
        if (isDone(row, position)) continue;
        const detail = await detailUnlessGone(row.number);
        position = advance(position, row, page);
        if (detail === null) continue;
        yield {
          records: [map.fromRow(row, detail)],
          newest: row.updated_at,
          after: JSON.stringify(position),
          isAll: false,
        };
      }
    },
  };

  /** Newest update first; a row that moves to the top meanwhile pushes others down, so that none is skipped. */
  async function* updatedSince(stop: Instant, from: string | null) {
    let page: string | null = from ?? `${list}?state=all&sort=updated&direction=desc&per_page=100`;
    while (page !== null) {
      const answer = await client.get(page);
      for (const row of parseAnswer(z.array(pullSchema), answer.data, answer.endpoint)) {
        if (row.updated_at < stop) return;
        yield { row, page };
      }
      page = answer.next;
    }
  }

  /** Listed whole before any is read, for one that closes meanwhile would pull others up past the page's end. */
  async function* openBefore(stop: Instant) {
    const path = `${list}?state=open&sort=updated&direction=desc&per_page=100`;
    const found: PullRow[] = [];
    for await (const rows of linkedPages(client, path, pullSchema)) {
      found.push(...rows.filter((row) => row.updated_at < stop));
    }
    for (const row of found) yield { row, page: path };
  }

  /** Null for one that went since it was listed, while the repository is still there. */
  async function detailUnlessGone(number: number): Promise<PullDetail | null> {
    try {
      return await detailOf(number);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.code !== 'not_found') throw error;
      await client.get(`${list}?state=all&per_page=1`);
      return null;
    }
  }

  async function detailOf(number: number): Promise<PullDetail> {
    const path = `${list}/${number}`;
    const answer = await client.get(path);
    const detail = parseAnswer(pullDetailSchema, answer.data, answer.endpoint);
    const reviews = [];
    for await (const rows of linkedPages(client, `${path}/reviews?per_page=100`, reviewSchema))
      reviews.push(...rows);
    // Oldest first.
    const commits = await client.get(`${path}/commits?per_page=1`);
    const [first] = parseAnswer(z.array(pullCommitSchema), commits.data, commits.endpoint);
    return {
      additions: detail.additions,
      deletions: detail.deletions,
      changedFiles: detail.changed_files,
      firstCommitAt: first?.commit.author ?? null,
      reviews,
    };
  }
}

function isDone(row: PullRow, position: Position | null): boolean {
  if (position === null) return false;
  return (
    row.updated_at > position.at || (row.updated_at === position.at && position.done.includes(row.number))
  );
}

function advance(position: Position | null, row: PullRow, page: string): Position {
  const done = position?.at === row.updated_at ? position.done : [];
  return { page, at: row.updated_at, done: [...done, row.number] };
}
