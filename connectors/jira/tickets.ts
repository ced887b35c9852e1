import type { Change, Instant, Ticket } from '../../src/domain/records.ts';
import {
  changesOf,
  idsIn,
  type Logged,
  loggedChanges,
  type StatusAt,
  type Step,
  sameList,
  sprintAt,
  versionSteps,
} from './history.ts';
import type { Names } from './names.ts';
import { type botTeller, displayed } from './people.ts';
import { type HistoryEntry, type IssueRow, type SprintValue, sprintValues } from './schemas.ts';
import { categoryOf, type Site } from './site.ts';

export interface TicketMaker {
  readonly site: Site;
  /** Where people find the site. */
  readonly base: string;
  /** What the ticket's project is called; null for the one its key names. */
  readonly project: string | null;
  readonly names: Names;
  readonly statusOf: (id: string | null, text: string | null) => StatusAt;
  readonly isBot: ReturnType<typeof botTeller>;
}

export interface Responses {
  readonly firstResponseAt: Instant | null;
  readonly responsesRead: boolean;
}

/** A ticket with all its dated changes. `entries` is the whole changelog, oldest first; the names in it are resolved. */
export function ticketOf(
  issue: IssueRow,
  entries: readonly HistoryEntry[],
  responses: Responses,
  maker: TicketMaker,
): Ticket {
  const { site, base, names, isBot } = maker;
  const { fields } = issue;
  const logged = loggedChanges(entries, site);
  const status = statusHistory(issue, logged, maker);
  const sprint = sprintHistory(issue, logged, maker);
  const parent = parentHistory(issue, logged, maker);
  const author = fields.reporter ?? fields.creator;
  return {
    recordType: 'ticket',
    id: issue.id,
    key: issue.key,
    title: fields.summary,
    url: `${base}/browse/${issue.key}`,
    repository: null,
    project: maker.project ?? issue.key.replace(/-\d+$/, ''),
    type: fields.issuetype.name,
    status: fields.status.name,
    statusCategory: categoryOf(fields.status.statusCategory.key),
    resolution: fields.resolution,
    subtask: fields.issuetype.subtask,
    labels: fields.labels,
    milestone: null,
    versions: fields.fixVersions.map(({ name }) => name),
    components: fields.components,
    sprint: sprint.current,
    estimate: estimateOf(issue, site),
    parent: parent.current,
    author: displayed(author),
    authorIsBot: isBot(author),
    assignee: displayed(fields.assignee),
    createdAt: fields.created,
    updatedAt: fields.updated,
    ...responses,
    closedBy: [],
    resolvedAt: status.resolvedAt,
    history: [
      ...status.changes,
      ...typeHistory(issue, logged),
      ...labelHistory(logged),
      ...sprint.changes,
      ...estimateHistory(logged),
      ...changesOf('versions', versionSteps(ofKind(logged, 'versions'), fields.fixVersions, names), sameList),
      ...parent.changes,
    ].sort((a, b) => a.at - b.at),
  };
}

/** The sprints of an issue's own field, each with today's name. */
export function sprintsOf(issue: IssueRow, site: Site): readonly SprintValue[] {
  if (site.sprint === null) return [];
  const parsed = sprintValues.safeParse(issue.fields[site.sprint.id]);
  return parsed.success ? parsed.data : [];
}

function ofKind(logged: readonly Logged[], kind: Logged['kind']): Logged[] {
  return logged.filter((one) => one.kind === kind);
}

function stepsOf<T>(
  logged: readonly Logged[],
  kind: Logged['kind'],
  read: (id: string | null, text: string | null, at: Instant) => T,
): Step<T>[] {
  return ofKind(logged, kind).flatMap(({ at, items }) =>
    items.map((item) => ({
      at,
      from: read(item.from, item.fromText, at),
      to: read(item.to, item.toText, at),
    })),
  );
}

function statusHistory(
  issue: IssueRow,
  logged: readonly Logged[],
  { statusOf }: TicketMaker,
): { changes: Change[]; resolvedAt: Instant | null } {
  const { status, created, resolutiondate } = issue.fields;
  const current: StatusAt = { name: status.name, category: categoryOf(status.statusCategory.key) };
  const steps = stepsOf(logged, 'status', (id, text) => (id === status.id ? current : statusOf(id, text)));
  const last = steps.at(-1);
  if (last && (last.to.name !== current.name || last.to.category !== current.category)) {
    // A workflow that was exchanged leaves no entry; the tool's own date is the best there is for when it ended.
    const done = current.category === 'done' ? (resolutiondate ?? last.at) : last.at;
    steps.push({ at: Math.max(last.at, done), from: last.to, to: current });
  }
  const part = <T>(of: (at: StatusAt) => T) =>
    steps.map(({ at, from, to }) => ({ at, from: of(from), to: of(to) }));
  const categories = changesOf(
    'statusCategory',
    part(({ category }) => category),
  );
  const changes = [
    ...changesOf(
      'status',
      part(({ name }) => name),
    ),
    ...categories,
  ];
  if (current.category !== 'done') return { changes, resolvedAt: null };
  const entered = categories.findLast(({ to }) => to === 'done');
  // Done since it was made, or brought in from elsewhere with the date that it had there.
  return { changes, resolvedAt: entered?.at ?? resolutiondate ?? created };
}

function typeHistory(issue: IssueRow, logged: readonly Logged[]): Change[] {
  const { id, name } = issue.fields.issuetype;
  return changesOf(
    'type',
    stepsOf(logged, 'type', (typeId, text) => (typeId === id ? name : text)),
  );
}

function labelHistory(logged: readonly Logged[]): Change[] {
  const read = (_: string | null, text: string | null) =>
    (text ?? '').split(/\s+/).filter((label) => label !== '');
  return changesOf<readonly string[]>('labels', stepsOf(logged, 'labels', read), sameList);
}

function sprintHistory(
  issue: IssueRow,
  logged: readonly Logged[],
  { site, names }: TicketMaker,
): { current: string | null; changes: Change[] } {
  const read = (ids: string | null, text: string | null, at: Instant) =>
    sprintAt(idsIn(ids), text, names, at);
  const own = sprintsOf(issue, site).map(({ id }) => id);
  const last = ofKind(logged, 'sprint').at(-1)?.items.at(-1);
  const changes = changesOf('sprint', stepsOf(logged, 'sprint', read));
  const logsToday = last !== undefined && sameList(idsIn(last.to), own);
  const order = logsToday ? idsIn(last.to) : own;
  const current = sprintAt(order, last?.toText ?? null, names, Number.MAX_SAFE_INTEGER);
  return { current, changes };
}

function estimateOf(issue: IssueRow, site: Site): number | null {
  for (const { id } of site.storyPoints) {
    const points = numberIn(issue.fields[id]);
    if (points !== null) return points;
  }
  return null;
}

function estimateHistory(logged: readonly Logged[]): Change[] {
  return changesOf(
    'estimate',
    stepsOf(logged, 'estimate', (_, text) => numberIn(text)),
  );
}

/** Sites hold points as numbers, and as text. */
function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value.replace(',', '.'));
  return Number.isFinite(number) ? number : null;
}

function parentHistory(
  issue: IssueRow,
  logged: readonly Logged[],
  { site, names }: TicketMaker,
): { current: string | null; changes: Change[] } {
  const epic = site.epicLink === null ? null : issue.fields[site.epicLink.id];
  const current = issue.fields.parent?.key ?? (typeof epic === 'string' && epic !== '' ? epic : null);
  const read = (id: string | null, text: string | null) => {
    if (id === null || id === '') return text === '' ? null : text;
    return names.get('issue', id)?.name ?? (text === '' ? null : text) ?? id;
  };
  return { current, changes: changesOf('parent', stepsOf(logged, 'parent', read)) };
}
