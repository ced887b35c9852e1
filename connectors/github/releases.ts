import * as z from 'zod';
import type { Release } from '../../src/domain/records.ts';
import type { Stream } from '../contract.ts';
import { parseAnswer } from '../http.ts';
import { guardSchema, linkedPages, readCursor } from './listing.ts';
import { members } from './repositories.ts';
import { releaseSchema } from './schemas.ts';
import type { GitHubSettings } from './settings.ts';

const cursorSchema = z.object({
  guard: guardSchema.nullable(),
  /** Of all releases that were there, so that a deleted one is noticed. */
  ids: z.array(z.string()),
});

/**
 * All releases, whatever the start: the first one inside a window is measured from the one before it. They are few,
 * and listed by the date of their commit rather than by their change, so that the list is read whole or not at all.
 */
export const releases: Stream<GitHubSettings> = {
  yields: ['release'],
  version: 1,
  memberField: 'repository',
  members,
  async *pull(context, member, cursor) {
    const { openClient } = await import('./client.ts');
    const client = openClient(context);
    const known = readCursor(cursorSchema, cursor);
    const path = `/repos/${member}/releases?per_page=100`;
    const first = await client.getUnless(known?.guard?.path === path ? known.guard.etag : null, path);
    if (first.unchanged) return;

    const ids = new Set<string>();
    const batch = (rows: readonly z.infer<typeof releaseSchema>[]) => {
      for (const row of rows) ids.add(row.id);
      return { records: rows.map((row) => toRelease(member, row)), cursor: null };
    };
    yield batch(parseAnswer(z.array(releaseSchema), first.data, first.endpoint));
    if (first.next) {
      for await (const rows of linkedPages(client, first.next, releaseSchema)) yield batch(rows);
    }
    const gone = (known?.ids ?? []).filter((id) => !ids.has(id));
    yield {
      records: [],
      removed: gone.map((id) => ({ recordType: 'release', id })),
      cursor: JSON.stringify({
        guard: first.etag === null ? null : { path, etag: first.etag },
        ids: [...ids],
      } satisfies z.infer<typeof cursorSchema>),
    };
  },
};

function toRelease(member: string, row: z.infer<typeof releaseSchema>): Release {
  return {
    recordType: 'release',
    id: row.id,
    key: `${member}@${row.tag_name}`,
    title: row.name || row.tag_name,
    url: row.html_url,
    repository: member,
    tag: row.tag_name,
    draft: row.draft,
    prerelease: row.prerelease,
    createdAt: row.created_at,
    publishedAt: row.draft ? null : row.published_at,
  };
}
