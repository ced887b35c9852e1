import * as z from 'zod';
import type { Release } from '../../src/domain/records.ts';
import type { Batch } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { parseAnswer } from '../http.ts';
import { guardSchema, linkedPages } from './listing.ts';
import { isReconciliationDue, missingFrom } from './reconcile.ts';
import { releaseSchema } from './schemas.ts';
import { type Pull, repositoryStream } from './stream.ts';

const cursorSchema = z.object({
  /** Of the first page. */
  guard: guardSchema.nullable(),
  reconciledAt: z.number(),
});

/**
 * All releases, whatever the start: the first one inside a window is measured from the one before it. They are few,
 * and listed by the date of their commit rather than by their change, so that the list is read whole or not at all.
 */
export const releases = repositoryStream({
  name: 'releases',
  yields: ['release'],
  version: 2,
  pull: pullReleases,
});

async function* pullReleases({ context, client, member, cursor }: Pull): AsyncGenerator<Batch> {
  const known = readCursor(cursorSchema, cursor);
  const path = `/repos/${member}/releases?per_page=100`;
  const isGuarded = known?.guard?.path === path && !isReconciliationDue(context, known.reconciledAt);
  const first = await client.getUnless(isGuarded ? (known.guard?.etag ?? null) : null, path);
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
  yield {
    records: [],
    removed: await missingFrom(ids, context, 'release'),
    cursor: JSON.stringify({
      guard: first.etag === null ? null : { path, etag: first.etag },
      reconciledAt: context.now(),
    } satisfies z.infer<typeof cursorSchema>),
  };
}

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
