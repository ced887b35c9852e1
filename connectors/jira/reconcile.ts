import type { RecordRef } from '../../src/domain/records.ts';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import type { JiraClient } from './client.ts';
import type { Crop, Gathered } from './harvest.ts';
import { bareIssueSchema } from './schemas.ts';
import { bounded, type Scope } from './scopes.ts';
import { type Search, searchPages } from './search.ts';
import type { JiraSettings } from './settings.ts';
import type { Site } from './site.ts';

type Row = { readonly id: string; readonly fields: { readonly created: number } };

interface Comparison<R extends Row> {
  readonly context: PullContext<JiraSettings>;
  readonly client: JiraClient;
  readonly site: Site;
  readonly scope: Scope;
  readonly crop: Crop<R>;
  /** The JQL bound of what ought to be stored. */
  readonly within: string;
  /** How issues are read whole. */
  readonly whole: Search<R>;
}

export interface Reconciled {
  readonly gathered: readonly Gathered[];
  readonly stored: number;
  readonly listed: number;
}

/** What Jira gives a page at most where only keys are asked for. */
const PAGE_SIZE = { cloud: 5000, server: 1000 } as const;
const AT_ONCE = 100;
/** Everything there is. */
const EVER = 'created >= "1970-01-02"';

/**
 * Compares the issues that are stored with those that the tool lists now. What it lists no more was deleted, moved
 * away or hidden; what it lists and is not stored was moved in or shown without a change of its own.
 */
export async function reconcile<R extends Row>(comparison: Comparison<R>): Promise<Reconciled> {
  const { context, crop } = comparison;
  const listed = await idsWithin(comparison, comparison.within);
  // After the list: what was stored before it ran and is not on it, it would have shown.
  const stored = new Map<string, string[]>();
  for (const id of await context.storedIds(crop.recordType)) {
    const issue = crop.issueOf(id);
    stored.set(issue, [...(stored.get(issue) ?? []), id]);
  }
  const missing = [...listed].filter((id) => !stored.has(id));
  let gone = [...stored.keys()].filter((id) => !listed.has(id));
  let present = listed.size;
  if (gone.length > 0) {
    // An issue may have left the bounds and still be there, as when its status was made one of the done.
    const all = await idsWithin(comparison, EVER);
    gone = gone.filter((id) => !all.has(id));
    present = all.size;
    // Taken into a project of the source: its own comparison takes them over, and until then they count here.
    const elsewhere = await idsAmong(comparison, gone);
    gone = gone.filter((id) => !elsewhere.has(id));
  }
  const removed: RecordRef[] = gone.flatMap((issue) =>
    (stored.get(issue) ?? []).map((id) => ({ recordType: crop.recordType, id })),
  );
  const gathered: Gathered[] = removed.length > 0 ? [{ records: [], removed }] : [];
  for (let at = 0; at < missing.length; at += AT_ONCE) {
    const rows = await readByIds(comparison, missing.slice(at, at + AT_ONCE));
    if (rows.length > 0) gathered.push(await crop.gather(rows, comparison.site));
  }
  return { gathered, stored: stored.size, listed: present };
}

async function idsWithin<R extends Row>(
  { client, site, scope }: Comparison<R>,
  bound: string,
): Promise<ReadonlySet<string>> {
  const search: Search<Row> = {
    jql: bounded(scope, bound, site.zone),
    fields: ['created'],
    changelogs: false,
    pageSize: PAGE_SIZE[site.dialect],
    row: bareIssueSchema,
    own: scope.own,
  };
  const ids = new Set<string>();
  for await (const { rows } of searchPages(client, site, search, null))
    for (const { id } of rows) ids.add(id);
  return ids;
}

/** Which of these issues are in a project that is left out of the scope. */
async function idsAmong<R extends Row>(
  comparison: Comparison<R>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const { apart } = comparison.scope;
  if (apart === null) return found;
  const { client, site, whole } = comparison;
  const projects = {
    client,
    site,
    scope: { project: null, jql: apart, apart: null, own: null },
    whole: { ...whole, fields: ['created'], changelogs: false, row: bareIssueSchema, own: null },
  };
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    for (const { id } of await readByIds(projects, ids.slice(at, at + AT_ONCE))) found.add(id);
  }
  return found;
}

/** Jira refuses a whole list for one id that it does not know any more, so that a refused list is halved. */
async function readByIds<R extends Row>(
  comparison: Pick<Comparison<R>, 'client' | 'site' | 'scope' | 'whole'>,
  ids: readonly string[],
): Promise<R[]> {
  const { client, site, scope, whole } = comparison;
  const search = { ...whole, jql: bounded(scope, `id in (${ids.join(', ')})`, site.zone) };
  try {
    const found: R[] = [];
    for await (const { rows } of searchPages(client, site, search, null)) found.push(...rows);
    return found;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.status !== 400) throw error;
    if (ids.length === 1) return [];
    const half = Math.ceil(ids.length / 2);
    const first = await readByIds(comparison, ids.slice(0, half));
    return [...first, ...(await readByIds(comparison, ids.slice(half)))];
  }
}
