import type {
  JiraIssue,
  JiraProject,
  JiraSprint,
  JiraStatus,
  JiraType,
  JiraUser,
  JiraVersion,
  LoggedItem,
  Tracker,
} from './model.ts';

/** When something happens, and by whom. */
export interface Moment {
  readonly at: number;
  readonly by: JiraUser | null;
}

function newId(tracker: Tracker): string {
  tracker.nextId += 1;
  return String(tracker.nextId);
}

export interface NewIssue {
  readonly project: JiraProject;
  readonly type: JiraType;
  readonly summary: string;
  readonly status: JiraStatus;
  readonly epic?: JiraIssue | null;
  readonly parent?: JiraIssue | null;
  readonly points?: number | null;
  readonly labels?: readonly string[];
  readonly components?: JiraIssue['components'];
  readonly sprints?: readonly JiraSprint[];
}

/** A new issue as it is created: what it begins with leaves no entry in its changelog. */
export function createIssue(tracker: Tracker, entry: NewIssue, { at, by }: Moment): JiraIssue {
  const { project } = entry;
  const done = entry.status.category === 'done';
  const issue: JiraIssue = {
    id: newId(tracker),
    key: `${project.key}-${project.nextNumber}`,
    project,
    type: entry.type,
    summary: entry.summary,
    status: entry.status,
    resolution: done ? (tracker.resolutions[0] ?? null) : null,
    resolutionDate: done ? at : null,
    created: at,
    updated: at,
    labels: entry.labels ?? [],
    components: entry.components ?? [],
    fixVersions: [],
    parent: entry.parent ?? null,
    epic: entry.epic ?? null,
    points: entry.points ?? null,
    sprints: entry.sprints ?? [],
    assignee: null,
    reporter: by,
    changelog: [],
    comments: [],
    worklogs: [],
    hidden: false,
    revision: 0,
  };
  project.nextNumber += 1;
  tracker.issues.set(issue.id, issue);
  touch(tracker, issue, at);
  return issue;
}

/** Moves to a status. Entering a done one resolves, leaving it takes the resolution away, as most workflows do. */
export function transition(
  tracker: Tracker,
  issue: JiraIssue,
  status: JiraStatus,
  moment: Moment,
  resolution = tracker.resolutions[0] ?? null,
): void {
  const from = issue.status;
  if (from === status) return;
  const items = [item('status', 'status', [from.id, from.name], [status.id, status.name])];
  const resolved = status.category === 'done' ? resolution : null;
  if (resolved !== issue.resolution) {
    const named = (one: typeof resolved): Pair => (one ? [one.id, one.name] : [null, null]);
    items.push(item('resolution', 'resolution', named(issue.resolution), named(resolved)));
  }
  issue.status = status;
  issue.resolution = resolved;
  issue.resolutionDate = status.category === 'done' ? (issue.resolutionDate ?? moment.at) : null;
  log(tracker, issue, moment, items);
}

export function setType(tracker: Tracker, issue: JiraIssue, type: JiraType, moment: Moment): void {
  const { type: from } = issue;
  issue.type = type;
  log(tracker, issue, moment, [item('issuetype', 'issuetype', [from.id, from.name], [type.id, type.name])]);
}

export function setPoints(tracker: Tracker, issue: JiraIssue, points: number | null, moment: Moment): void {
  const text = (value: number | null): Pair => [null, value === null ? null : String(value)];
  const change = custom('Story Points', tracker.fields.points, text(issue.points), text(points));
  issue.points = points;
  log(tracker, issue, moment, [change]);
}

export function setLabels(
  tracker: Tracker,
  issue: JiraIssue,
  labels: readonly string[],
  moment: Moment,
): void {
  const change = item('labels', 'labels', [null, issue.labels.join(' ')], [null, labels.join(' ')]);
  issue.labels = labels;
  log(tracker, issue, moment, [change]);
}

export function setSprints(
  tracker: Tracker,
  issue: JiraIssue,
  sprints: readonly JiraSprint[],
  moment: Moment,
): void {
  const pair = (all: readonly JiraSprint[]): Pair => [
    all.map(({ id }) => id).join(', '),
    all.map(({ name }) => name).join(', '),
  ];
  const change = custom('Sprint', tracker.fields.sprint, pair(issue.sprints), pair(sprints));
  issue.sprints = sprints;
  log(tracker, issue, moment, [change]);
}

/** Adds and removes versions: one item for each. */
export function setFixVersions(
  tracker: Tracker,
  issue: JiraIssue,
  versions: readonly JiraVersion[],
  moment: Moment,
): void {
  const nothing: Pair = [null, null];
  const items: LoggedItem[] = [];
  for (const gone of issue.fixVersions.filter((one) => !versions.includes(one))) {
    items.push(item('Fix Version', 'fixVersions', [gone.id, gone.name], nothing));
  }
  for (const added of versions.filter((one) => !issue.fixVersions.includes(one))) {
    items.push(item('Fix Version', 'fixVersions', nothing, [added.id, added.name]));
  }
  issue.fixVersions = versions;
  log(tracker, issue, moment, items);
}

/** `association`: as a team-managed project of Cloud logs it, by another name, without a field id. */
export function setEpic(
  tracker: Tracker,
  issue: JiraIssue,
  epic: JiraIssue | null,
  moment: Moment,
  logged: 'link' | 'association' = 'link',
): void {
  const pair = (one: JiraIssue | null): Pair => (one ? [one.id, one.key] : [null, null]);
  const bare = (one: JiraIssue | null): Pair => (one ? [one.id, null] : [null, null]);
  const change =
    logged === 'link'
      ? custom('Epic Link', tracker.fields.epicLink, pair(issue.epic), pair(epic))
      : item('IssueParentAssociation', null, bare(issue.epic), bare(epic));
  issue.epic = epic;
  log(tracker, issue, moment, [change]);
}

export function editSummary(tracker: Tracker, issue: JiraIssue, summary: string, moment: Moment): void {
  const change = item('summary', 'summary', [null, issue.summary], [null, summary]);
  issue.summary = summary;
  log(tracker, issue, moment, [change]);
}

export function assign(tracker: Tracker, issue: JiraIssue, assignee: JiraUser | null, moment: Moment): void {
  const pair = (one: JiraUser | null): Pair => (one ? [one.accountId, one.displayName] : [null, null]);
  const change = item('assignee', 'assignee', pair(issue.assignee), pair(assignee));
  issue.assignee = assignee;
  log(tracker, issue, moment, [change]);
}

/** Leaves no entry in the changelog. */
export function comment(tracker: Tracker, issue: JiraIssue, text: string, { at, by }: Moment): void {
  issue.comments.push({ id: newId(tracker), author: by, created: at, text });
  touch(tracker, issue, at);
}

export function logWork(
  tracker: Tracker,
  issue: JiraIssue,
  seconds: number,
  { at, by }: Moment,
  started = at,
): void {
  const id = newId(tracker);
  issue.worklogs.push({ id, author: by, created: at, started, seconds });
  log(tracker, issue, { at, by }, [item('WorklogId', null, [null, null], [id, id])]);
}

export function deleteWorklog(tracker: Tracker, issue: JiraIssue, id: string, moment: Moment): void {
  const index = issue.worklogs.findIndex((one) => one.id === id);
  if (index < 0) return;
  issue.worklogs.splice(index, 1);
  log(tracker, issue, moment, [item('WorklogId', null, [id, id], [null, null])]);
}

/** Gets a new key, keeps its id, and takes the status that the other workflow has for it. */
export function moveIssue(
  tracker: Tracker,
  issue: JiraIssue,
  project: JiraProject,
  moment: Moment,
  status = issue.status,
): void {
  const key = `${project.key}-${project.nextNumber}`;
  project.nextNumber += 1;
  const items = [
    item('project', 'project', [issue.project.id, issue.project.name], [project.id, project.name]),
    item('Key', null, [null, issue.key], [null, key]),
  ];
  if (status !== issue.status) {
    items.push(item('status', 'status', [issue.status.id, issue.status.name], [status.id, status.name]));
    if (status.category !== 'done') {
      issue.resolution = null;
      issue.resolutionDate = null;
    } else issue.resolutionDate ??= moment.at;
  }
  Object.assign(issue, { project, key, status });
  log(tracker, issue, moment, items);
}

export function deleteIssue(tracker: Tracker, issue: JiraIssue): void {
  tracker.issues.delete(issue.id);
  tracker.revision += 1;
}

/** Changes who may see it, which is no update. */
export function setHidden(tracker: Tracker, issue: JiraIssue, hidden: boolean): void {
  issue.hidden = hidden;
  tracker.revision += 1;
}

/** Other things than issues change too, and their new names show in every issue. */
export function changed(tracker: Tracker): void {
  tracker.revision += 1;
  for (const issue of tracker.issues.values()) issue.revision += 1;
}

type Pair = readonly [id: string | null, text: string | null];

function item(field: string, fieldId: string | null, from: Pair, to: Pair): LoggedItem {
  return {
    field,
    fieldId,
    fieldtype: 'jira',
    from: from[0],
    fromString: from[1],
    to: to[0],
    toString: to[1],
  };
}

function custom(field: string, fieldId: string, from: Pair, to: Pair): LoggedItem {
  return { ...item(field, fieldId, from, to), fieldtype: 'custom' };
}

function log(tracker: Tracker, issue: JiraIssue, { at, by }: Moment, items: readonly LoggedItem[]): void {
  if (items.length === 0) return;
  issue.changelog.push({ id: newId(tracker), author: by, created: at, items });
  touch(tracker, issue, at);
}

function touch(tracker: Tracker, issue: JiraIssue, at: number): void {
  issue.updated = Math.max(issue.updated, at);
  issue.revision += 1;
  tracker.revision += 1;
}
