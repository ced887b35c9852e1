import * as z from 'zod';
import type { Instant, Release } from '../../src/domain/records.ts';
import { isLocalDate, startOfDay } from '../../src/domain/time.ts';
import type { Batch, PullContext, Stream } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { parseAnswer } from '../http.ts';
import { versionsSchema } from './schemas.ts';
import { projectMembers } from './scopes.ts';
import { baseUrl, type JiraSettings } from './settings.ts';
import { siteFor, siteSchema } from './site.ts';

type VersionRow = z.infer<typeof versionsSchema>[number];
const cursorSchema = z.object({ site: siteSchema });

/**
 * The versions of the projects as releases, where `versions` is set. A release needs a repository: it is the key of
 * the project, so that `where: { repository: WEB }` finds them.
 */
export const versions: Stream<JiraSettings> = {
  yields: ['release'],
  version: 1,
  memberField: 'repository',
  async *members(context) {
    if (context.settings.versions) yield* projectMembers(context);
  },
  pull,
};

async function* pull(
  context: PullContext<JiraSettings>,
  project: string,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const { openClient } = await import('./client.ts');
  const client = openClient(context);
  const known = readCursor(cursorSchema, cursor)?.site ?? null;
  const site = await siteFor(context, client, known);
  const { data, endpoint } = await client.get('/rest/api/2', `/project/${project}/versions`);
  const records = parseAnswer(versionsSchema, data, endpoint)
    .map((row) => releaseOf(row, project, context.settings, site.zone))
    .filter((release) => release !== null)
    // Planned, and begun by nobody yet.
    .filter(({ createdAt }) => createdAt <= context.now());
  const ids = new Set(records.map(({ id }) => id));
  const stored = await context.storedIds('release');
  yield {
    records,
    removed: stored.filter((id) => !ids.has(id)).map((id) => ({ recordType: 'release', id })),
    cursor: JSON.stringify({ site }),
  };
}

/** Null for a version without any date: nothing tells when it was made or released. */
function releaseOf(row: VersionRow, project: string, settings: JiraSettings, zone: string): Release | null {
  const released = dayOf(row.releaseDate, zone);
  const createdAt = dayOf(row.startDate, zone) ?? released;
  if (createdAt === null) return null;
  return {
    recordType: 'release',
    id: row.id,
    key: `${project} ${row.name}`,
    title: row.name,
    url: `${baseUrl(settings)}/projects/${project}/versions/${row.id}`,
    repository: project,
    tag: row.name,
    draft: !row.released,
    prerelease: false,
    createdAt,
    publishedAt: row.released ? released : null,
  };
}

/** Versions have dates, not times; they are those of whoever reads them. */
function dayOf(date: string | null, zone: string): Instant | null {
  return date !== null && isLocalDate(date) ? startOfDay(date, zone) : null;
}
