import type { Ticket } from '../../src/domain/records.ts';
import type { PullContext, Stream } from '../contract.ts';
import { completeChangelogs } from './changelogs.ts';
import type { JiraClient } from './client.ts';
import { type Crop, harvest } from './harvest.ts';
import { idsIn, loggedChanges, statusTeller } from './history.ts';
import { createNames, type Names } from './names.ts';
import { botTeller } from './people.ts';
import { responsesTo } from './responses.ts';
import { type HistoryEntry, type IssueRow, issueSchema } from './schemas.ts';
import {
  projectMembers,
  projectScope,
  queryDefinition,
  queryMembers,
  queryScope,
  type Scope,
} from './scopes.ts';
import { baseUrl, type JiraSettings } from './settings.ts';
import { type Site, statusesOf } from './site.ts';
import { type Responses, sprintsOf, ticketOf } from './tickets.ts';

const FIELDS = [
  'summary',
  'issuetype',
  'status',
  'resolution',
  'resolutiondate',
  'created',
  'updated',
  'labels',
  'components',
  'fixVersions',
  'parent',
  'assignee',
  'reporter',
  'creator',
];
const UNREAD: Responses = { firstResponseAt: null, responsesRead: false };

/** The issues of the projects, with all their dated changes. */
export const issues: Stream<JiraSettings> = {
  yields: ['ticket'],
  version: 1,
  memberField: 'project',
  members: projectMembers,
  pull: (context, member, cursor) => pull(context, Promise.resolve(projectScope(member)), cursor),
};

/** The issues of the queries. Their projects are whatever the queries bring, so that no field tells the member. */
export const queries: Stream<JiraSettings> = {
  yields: ['ticket'],
  version: 1,
  members: queryMembers,
  definition: queryDefinition,
  pull: (context, member, cursor) => pull(context, queryScope(context, member), cursor),
};

async function* pull(context: PullContext<JiraSettings>, asked: Promise<Scope>, cursor: string | null) {
  const { openClient } = await import('./client.ts');
  const client = openClient(context);
  const scope = await asked;
  yield* harvest(context, client, scope, cursor, tickets(context, client, scope));
}

function tickets(context: PullContext<JiraSettings>, client: JiraClient, scope: Scope): Crop<IssueRow> {
  const { settings, logger } = context;
  const names = createNames(client, scope.project);
  const isBot = botTeller(settings.bots);

  async function statusOf() {
    const statuses = await statusesOf(context, client);
    return statusTeller(statuses, (name, category) =>
      logger.warn(
        { status: name, category },
        `The status "${name}" is on no list of the site any more; it is taken for one of the category ${category}`,
      ),
    );
  }
  let teller: ReturnType<typeof statusOf> | null = null;

  async function gather(rows: readonly IssueRow[], site: Site): Promise<{ records: readonly Ticket[] }> {
    const changelogs = await completeChangelogs(client, site, rows);
    const responses = settings.comments ? await responsesTo(client, site, rows, isBot) : null;
    await resolveNames(names, site, rows, changelogs);
    const readsStatus = [...changelogs.values()].some((entries) =>
      entries.some(({ items }) => items.some(({ field }) => field === 'status')),
    );
    if (readsStatus) teller ??= statusOf();
    const maker = {
      site,
      base: baseUrl(settings),
      project: scope.project,
      names,
      statusOf: teller === null ? statusTeller(new Map(), () => undefined) : await teller,
      isBot,
    };
    const records: Ticket[] = [];
    for (const row of rows) {
      const entries = changelogs.get(row.id);
      // Deleted between the search and its changelog.
      if (entries) records.push(ticketOf(row, entries, responses?.get(row.id) ?? UNREAD, maker));
    }
    return { records };
  }

  return {
    recordType: 'ticket',
    row: issueSchema,
    fields: ({ storyPoints, sprint, epicLink }) => [
      ...FIELDS,
      ...(settings.comments ? ['comment'] : []),
      ...[...storyPoints, sprint, epicLink].flatMap((field) => (field === null ? [] : [field.id])),
    ],
    changelogs: true,
    // What nobody touched since the start counts in the stock of open ones too.
    firstBound: (start) => `updated >= ${start} OR statusCategory != Done`,
    issueOf: (id) => id,
    gather,
  };
}

/** Today's names of the sprints, versions and parents that the changelogs speak of. */
async function resolveNames(
  names: Names,
  site: Site,
  rows: readonly IssueRow[],
  changelogs: ReadonlyMap<string, readonly HistoryEntry[]>,
): Promise<void> {
  names.settle();
  for (const row of rows) {
    names.learn('issue', row.id, row.key);
    const { parent, fixVersions } = row.fields;
    if (parent !== null) names.learn('issue', parent.id, parent.key);
    for (const { id, name } of fixVersions) names.learn('version', id, name);
    for (const sprint of sprintsOf(row, site)) names.learnSprint(sprint);
  }
  const sprints: string[] = [];
  const versions: string[] = [];
  const parents: string[] = [];
  for (const entries of changelogs.values()) {
    for (const { kind, items } of loggedChanges(entries, site)) {
      for (const { from, fromText, to, toText } of items) {
        if (kind === 'sprint') sprints.push(...idsIn(from), ...idsIn(to));
        if (kind === 'versions') versions.push(...idsIn(from), ...idsIn(to));
        if (kind === 'parent' && fromText === null) parents.push(...idsIn(from));
        if (kind === 'parent' && toText === null) parents.push(...idsIn(to));
      }
    }
  }
  await names.resolve('sprint', sprints);
  await names.resolve('version', versions);
  await names.resolve('issue', parents);
}
