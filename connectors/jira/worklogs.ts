import pLimit from 'p-limit';
import type { RecordRef, Worklog } from '../../src/domain/records.ts';
import type { Member, PullContext, Stream } from '../contract.ts';
import { parseAnswer } from '../http.ts';
import type { JiraClient } from './client.ts';
import { type Crop, type Gathered, harvest } from './harvest.ts';
import { displayed } from './people.ts';
import { type WorklogIssueRow, type WorklogRow, worklogIssueSchema, worklogPageSchema } from './schemas.ts';
import {
  projectMembers,
  projectScope,
  queryDefinition,
  queryMembers,
  queryScope,
  type Scope,
} from './scopes.ts';
import { baseUrl, type JiraSettings } from './settings.ts';
import type { Site } from './site.ts';

const PAGE = 1000;
const AT_ONCE = 4;

/** Logged hours of the projects, where `worklogs` is set. */
export const worklogs: Stream<JiraSettings> = {
  yields: ['worklog'],
  version: 1,
  memberField: 'project',
  members: (context) => whereSet(context, projectMembers),
  pull: (context, member, cursor) => pull(context, Promise.resolve(projectScope(member)), cursor),
};

/** The same of the queries. */
export const queryWorklogs: Stream<JiraSettings> = {
  yields: ['worklog'],
  version: 1,
  members: (context) => whereSet(context, queryMembers),
  definition: queryDefinition,
  pull: (context, member, cursor) => pull(context, queryScope(context, member), cursor),
};

async function* whereSet(
  context: PullContext<JiraSettings>,
  members: (context: PullContext<JiraSettings>) => AsyncIterable<Member>,
): AsyncGenerator<Member> {
  if (context.settings.worklogs) yield* members(context);
}

async function* pull(context: PullContext<JiraSettings>, asked: Promise<Scope>, cursor: string | null) {
  const { openClient } = await import('./client.ts');
  const client = openClient(context);
  const scope = await asked;
  yield* harvest(context, client, scope, cursor, hours(context, client, scope));
}

/** Logging, correcting and deleting hours each count as an update of the issue, which brings all its worklogs. */
function hours(context: PullContext<JiraSettings>, client: JiraClient, scope: Scope): Crop<WorklogIssueRow> {
  let storedByIssue: Promise<ReadonlyMap<string, readonly string[]>> | null = null;
  const limit = pLimit(AT_ONCE);

  async function stored(): Promise<ReadonlyMap<string, readonly string[]>> {
    const byIssue = new Map<string, string[]>();
    for (const id of await context.storedIds('worklog')) {
      const issue = issueOf(id);
      byIssue.set(issue, [...(byIssue.get(issue) ?? []), id]);
    }
    return byIssue;
  }

  async function gather(rows: readonly WorklogIssueRow[], site: Site): Promise<Gathered> {
    storedByIssue ??= stored();
    const before = await storedByIssue;
    const records: Worklog[] = [];
    const removed: RecordRef[] = [];
    const lists = await Promise.allSettled(rows.map((row) => limit(() => allOf(client, site, row))));
    for (const [index, row] of rows.entries()) {
      const list = lists[index];
      if (list?.status !== 'fulfilled') throw list?.reason;
      const made = list.value.map((log) => worklogOf(row, log, context.settings, scope));
      records.push(...made);
      const ids = new Set(made.map(({ id }) => id));
      for (const id of before.get(row.id) ?? [])
        if (!ids.has(id)) removed.push({ recordType: 'worklog', id });
    }
    return { records, removed };
  }

  return {
    recordType: 'worklog',
    row: worklogIssueSchema,
    fields: () => ['created', 'worklog'],
    changelogs: false,
    firstBound: (start) => `worklogDate >= ${start.slice(0, 11)}"`,
    issueOf,
    gather,
  };
}

/** The first worklogs come with the issue; the whole list has an address of its own. */
async function allOf(client: JiraClient, site: Site, row: WorklogIssueRow): Promise<readonly WorklogRow[]> {
  const inline = row.fields.worklog;
  if (inline === null) return [];
  if (inline.worklogs.length >= inline.total) return inline.worklogs;
  const api = site.dialect === 'cloud' ? '/rest/api/3' : '/rest/api/2';
  const all: WorklogRow[] = [];
  for (;;) {
    const query = { startAt: all.length, maxResults: PAGE };
    const { data, endpoint } = await client.get(api, `/issue/${row.id}/worklog`, query);
    const page = parseAnswer(worklogPageSchema, data, endpoint);
    all.push(...page.worklogs);
    if (page.worklogs.length === 0 || all.length >= page.total) return all;
  }
}

function worklogOf(row: WorklogIssueRow, log: WorklogRow, settings: JiraSettings, scope: Scope): Worklog {
  return {
    recordType: 'worklog',
    // The issue first: its worklogs are compared and removed together.
    id: `${row.id}:${log.id}`,
    key: `${row.key}#${log.id}`,
    title: null,
    url: `${baseUrl(settings)}/browse/${row.key}?focusedWorklogId=${log.id}`,
    project: scope.project ?? row.key.replace(/-\d+$/, ''),
    ticket: row.key,
    author: displayed(log.author),
    startedAt: log.started,
    hours: log.timeSpentSeconds / 3600,
  };
}

function issueOf(storedId: string): string {
  return storedId.split(':')[0] ?? storedId;
}
