import { Temporal } from 'temporal-polyfill';
import type {
  JiraIssue,
  JiraProject,
  JiraSprint,
  JiraStatus,
  JiraUser,
  JiraVersion,
  LoggedChange,
  Tracker,
} from './model.ts';

export type Dialect = 'cloud' | 'server';

/** How things look to whoever asks: addresses, dialect, the version of the API, and the zone that times are told in. */
export interface View {
  readonly tracker: Tracker;
  readonly base: string;
  readonly dialect: Dialect;
  readonly api: '2' | '3';
}

/** Up to so many worklogs come inside an issue. */
const INLINE_WORKLOGS = 20;

const CATEGORY = {
  new: { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  indeterminate: { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
  done: { id: 3, key: 'done', colorName: 'green', name: 'Done' },
} as const;

/** `2026-11-24T06:15:00.000+0100`: in the user's zone, the offset without a colon. */
export function timeText(at: number, zone: string): string {
  const offset = offsetOf(at, zone);
  const minutes = Math.abs(offset) / 60_000;
  const part = (value: number) => String(value).padStart(2, '0');
  const sign = offset < 0 ? '-' : '+';
  const local = new Date(at + offset).toISOString().slice(0, -1);
  return `${local}${sign}${part(Math.floor(minutes / 60))}${part(minutes % 60)}`;
}

/** Offsets by zone and quarter of an hour: asking for each of many times takes long. */
const offsets = new Map<string, number>();
const QUARTER = 15 * 60_000;

function offsetOf(at: number, zone: string): number {
  const quarter = Math.floor(at / QUARTER);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const zoned = Temporal.Instant.fromEpochMilliseconds(quarter * QUARTER).toZonedDateTimeISO(zone);
  const offset = zoned.offsetNanoseconds / 1e6;
  offsets.set(key, offset);
  return offset;
}

export function userBody(view: View, user: JiraUser | null) {
  if (user === null) return null;
  const { displayName, accountId, accountType, name, emailAddress } = user;
  const shared = { displayName, active: true, timeZone: view.tracker.zone };
  return view.dialect === 'cloud'
    ? {
        self: `${view.base}/rest/api/${view.api}/user?accountId=${accountId}`,
        accountId,
        accountType,
        ...shared,
      }
    : { self: `${view.base}/rest/api/2/user?username=${name}`, name, key: name, emailAddress, ...shared };
}

export function statusBody({ base, api }: View, { id, name, category }: JiraStatus) {
  const about = CATEGORY[category];
  return {
    self: `${base}/rest/api/${api}/status/${id}`,
    description: '',
    iconUrl: `${base}/images/icons/statuses/generic.png`,
    name,
    id,
    statusCategory: { self: `${base}/rest/api/${api}/statuscategory/${about.id}`, ...about },
  };
}

export function projectBody({ base, api, dialect }: View, { id, key, name }: JiraProject) {
  return {
    self: `${base}/rest/api/${api}/project/${id}`,
    id,
    key,
    name,
    projectTypeKey: 'software',
    ...(dialect === 'cloud' ? { simplified: false, style: 'classic', isPrivate: false } : {}),
  };
}

export function versionBody({ base, api }: View, version: JiraVersion) {
  const { id, description, name, released, startDate, releaseDate, project } = version;
  return {
    self: `${base}/rest/api/${api}/version/${id}`,
    id,
    description,
    name,
    archived: false,
    released,
    ...(startDate === null ? {} : { startDate }),
    ...(releaseDate === null ? {} : { releaseDate }),
    projectId: Number(project.id),
  };
}

/** Of the agile API, whose times are ISO in UTC, and of the sprint field of Cloud. */
export function sprintBody(view: View, sprint: JiraSprint) {
  const { id, name, state, goal, board } = sprint;
  const iso = (at: number | null, key: string) => (at === null ? {} : { [key]: new Date(at).toISOString() });
  return {
    id,
    self: `${view.base}/rest/agile/1.0/sprint/${id}`,
    state,
    name,
    ...iso(sprint.startDate, 'startDate'),
    ...iso(sprint.endDate, 'endDate'),
    ...iso(sprint.completeDate, 'completeDate'),
    originBoardId: board.id,
    goal,
  };
}

/** The sprint field: objects on Cloud, a printed Java object each elsewhere. */
function sprintField(view: View, sprints: readonly JiraSprint[]) {
  if (sprints.length === 0) return null;
  if (view.dialect === 'cloud') {
    return sprints.map((sprint) => {
      const { self: _self, originBoardId, ...rest } = sprintBody(view, sprint);
      return { ...rest, boardId: originBoardId };
    });
  }
  const text = (at: number | null) => (at === null ? '<null>' : timeText(at, view.tracker.zone));
  return sprints.map(
    (one) =>
      `com.atlassian.greenhopper.service.sprint.Sprint@${one.id.toString(16)}[id=${one.id},rapidViewId=${one.board.id},state=${one.state.toUpperCase()},name=${one.name},startDate=${text(one.startDate)},endDate=${text(one.endDate)},completeDate=${text(one.completeDate)},activatedDate=${text(one.startDate)},sequence=${one.id},goal=${one.goal}]`,
  );
}

export function changeBody(view: View, change: LoggedChange) {
  const items = change.items.map(({ fieldId, ...item }) => ({
    ...item,
    // Server has no field ids in changelogs.
    ...(fieldId === null || view.dialect === 'server' ? {} : { fieldId }),
  }));
  return {
    id: change.id,
    author: userBody(view, change.author),
    created: timeText(change.created, view.tracker.zone),
    items,
  };
}

/** The changelog as `expand=changelog` gives it: cut, newest first on Cloud, oldest first elsewhere. */
export function expandedChangelog(view: View, issue: JiraIssue, cap: number) {
  const ordered = view.dialect === 'cloud' ? [...issue.changelog].reverse() : issue.changelog;
  const histories = ordered.slice(0, cap).map((change) => changeBody(view, change));
  return { startAt: 0, maxResults: histories.length, total: issue.changelog.length, histories };
}

export function commentBody(view: View, issue: JiraIssue, comment: JiraIssue['comments'][number]) {
  const created = timeText(comment.created, view.tracker.zone);
  return {
    self: `${view.base}/rest/api/${view.api}/issue/${issue.id}/comment/${comment.id}`,
    id: comment.id,
    author: userBody(view, comment.author),
    body: prose(view, comment.text),
    updateAuthor: userBody(view, comment.author),
    created,
    updated: created,
  };
}

export function worklogBody(view: View, issue: JiraIssue, worklog: JiraIssue['worklogs'][number]) {
  const { zone } = view.tracker;
  return {
    self: `${view.base}/rest/api/${view.api}/issue/${issue.id}/worklog/${worklog.id}`,
    author: userBody(view, worklog.author),
    updateAuthor: userBody(view, worklog.author),
    created: timeText(worklog.created, zone),
    updated: timeText(worklog.created, zone),
    started: timeText(worklog.started, zone),
    timeSpent: `${worklog.seconds / 3600}h`,
    timeSpentSeconds: worklog.seconds,
    id: worklog.id,
    issueId: issue.id,
  };
}

/** The fields of an issue that are asked for; `*all` and `*navigable` are all there are. */
export function fieldsBody(view: View, issue: JiraIssue, asked: ReadonlySet<string>) {
  const { tracker, base, api } = view;
  const all = asked.has('*all') || asked.has('*navigable');
  const { zone, fields: custom } = tracker;
  const related = (one: JiraIssue) => ({
    id: one.id,
    key: one.key,
    self: `${base}/rest/api/${api}/issue/${one.id}`,
    fields: {
      summary: one.summary,
      status: statusBody(view, one.status),
      issuetype: typeBody(view, one.type),
    },
  });
  // On Cloud an epic is a parent like any other.
  const parent = issue.parent ?? (view.dialect === 'cloud' ? issue.epic : null);
  const makers: Readonly<Record<string, () => unknown>> = {
    summary: () => issue.summary,
    issuetype: () => typeBody(view, issue.type),
    project: () => projectBody(view, issue.project),
    status: () => statusBody(view, issue.status),
    resolution: () =>
      issue.resolution && {
        self: `${base}/rest/api/${api}/resolution/${issue.resolution.id}`,
        ...issue.resolution,
      },
    resolutiondate: () => (issue.resolutionDate === null ? null : timeText(issue.resolutionDate, zone)),
    created: () => timeText(issue.created, zone),
    updated: () => timeText(issue.updated, zone),
    labels: () => issue.labels,
    components: () =>
      issue.components.map(({ id, name }) => ({ self: `${base}/rest/api/${api}/component/${id}`, id, name })),
    fixVersions: () => issue.fixVersions.map((version) => versionBody(view, version)),
    parent: () => (parent ? related(parent) : undefined),
    assignee: () => userBody(view, issue.assignee),
    reporter: () => userBody(view, issue.reporter),
    creator: () => userBody(view, issue.reporter),
    comment: () => ({
      comments: issue.comments.map((comment) => commentBody(view, issue, comment)),
      self: `${base}/rest/api/${api}/issue/${issue.id}/comment`,
      maxResults: issue.comments.length,
      total: issue.comments.length,
      startAt: 0,
    }),
    worklog: () => ({
      startAt: 0,
      maxResults: INLINE_WORKLOGS,
      total: issue.worklogs.length,
      worklogs: issue.worklogs.slice(0, INLINE_WORKLOGS).map((worklog) => worklogBody(view, issue, worklog)),
    }),
    [custom.sprint]: () => sprintField(view, issue.sprints),
    [custom.points]: () =>
      custom.pointsAsText && issue.points !== null ? String(issue.points) : issue.points,
    [custom.epicLink]: () => issue.epic?.key ?? null,
  };
  const body: Record<string, unknown> = {};
  for (const [name, make] of Object.entries(makers)) {
    if (!all && !asked.has(name)) continue;
    const value = make();
    if (value !== undefined) body[name] = value;
  }
  return body;
}

function typeBody({ base, api }: View, { id, name, description, subtask }: JiraIssue['type']) {
  return { self: `${base}/rest/api/${api}/issuetype/${id}`, id, description, name, subtask };
}

/** Version 3 of the API has documents where 2 has text. */
function prose({ api }: View, text: string) {
  if (api === '2') return text;
  return { version: 1, type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] };
}
