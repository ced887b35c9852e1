import { type Answer, notFound, ok, refused, removedSearch } from './answers.ts';
import {
  changeBody,
  commentBody,
  type Dialect,
  projectBody,
  sprintBody,
  statusBody,
  timeText,
  userBody,
  type View,
  versionBody,
  worklogBody,
} from './bodies.ts';
import type { JiraIssue, Tracker } from './model.ts';
import { type createSearch, searchedOf } from './searching.ts';
import { issueOf } from './tracker.ts';

export interface Request {
  readonly method: string;
  /** Below the base path. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The JSON of a POST. */
  readonly body: unknown;
}

export interface Routing {
  readonly tracker: Tracker;
  readonly base: string;
  readonly dialect: Dialect;
  readonly search: ReturnType<typeof createSearch>;
  readonly now: () => number;
  /** Whether there is an address for pages of changelogs; old Servers have none. */
  readonly changelogPages: boolean;
  /** Whether changelogs are given in bulk. */
  readonly bulkChangelogs: boolean;
}

type Handler = (view: View, request: Request, routing: Routing, args: readonly string[]) => Answer;

const VERSION = { cloud: '1001.0.0-SNAPSHOT', server: '9.12.2' } as const;
const BULK_MOST = 1000;

/** Answers a request of the REST API, versions 2 and 3, and of the agile one. */
export function route(request: Request, routing: Routing): Answer {
  const { dialect, tracker, base } = routing;
  const found = /^\/rest\/(?:api\/(2|3|latest)|agile\/1\.0)(\/.*)$/.exec(request.path);
  if (!found) return notFound();
  const api = found[1] === '3' && dialect === 'cloud' ? '3' : '2';
  // Server has no version 3.
  if (found[1] === '3' && dialect === 'server') return notFound();
  const view: View = { tracker, base, dialect, api };
  const agile = request.path.startsWith('/rest/agile');
  for (const [pattern, handle] of agile ? AGILE : API) {
    const matched = pattern.exec(`${request.method} ${found[2]}`);
    if (matched) return handle(view, request, routing, matched.slice(1).map(decodeURIComponent));
  }
  return notFound();
}

const API: readonly (readonly [RegExp, Handler])[] = [
  [/^GET \/serverInfo$/, serverInfo],
  [/^GET \/myself$/, ({ tracker, ...view }) => ok(userBody({ tracker, ...view }, tracker.users[0] ?? null))],
  [/^GET \/field$/, (view) => ok(fieldList(view))],
  [
    /^GET \/status$/,
    (view) => ok(view.tracker.statuses.filter(({ listed }) => listed).map((one) => statusBody(view, one))),
  ],
  [/^GET \/project$/, (view) => ok(view.tracker.projects.map((one) => projectBody(view, one)))],
  [
    /^GET \/project\/([^/]+)$/,
    (view, _, __, [key = '']) => withProject(view, key, (one) => ok(projectBody(view, one))),
  ],
  [
    /^GET \/project\/([^/]+)\/versions$/,
    (view, _, __, [key = '']) =>
      withProject(view, key, (one) =>
        ok(
          view.tracker.versions
            .filter(({ project }) => project === one)
            .map((version) => versionBody(view, version)),
        ),
      ),
  ],
  [
    /^GET \/version\/(\d+)$/,
    (view, _, __, [id]) => {
      const version = view.tracker.versions.find((one) => one.id === id);
      return version ? ok(versionBody(view, version)) : notFound(`Could not find version for id '${id}'`);
    },
  ],
  [
    /^(GET|POST) \/search$/,
    (view, request, { search, dialect }) =>
      dialect === 'cloud' ? removedSearch() : search.byOffset(view, searchedOf(sourceOf(request))),
  ],
  [
    /^(GET|POST) \/search\/jql$/,
    (view, request, { search, dialect }) =>
      dialect === 'server' ? notFound() : search.byToken(view, searchedOf(sourceOf(request))),
  ],
  [/^POST \/changelog\/bulkfetch$/, bulkChangelogs],
  [
    /^GET \/issue\/([^/]+)$/,
    (view, { query }, { search }, [id = '']) =>
      withIssue(view, id, (issue) => {
        const { fields, expand } = searchedOf(Object.fromEntries(query));
        return search.whole(view, issue, fields, expand);
      }),
  ],
  [
    /^GET \/issue\/([^/]+)\/changelog$/,
    (view, request, { changelogPages }, [id = '']) =>
      changelogPages
        ? withIssue(view, id, (issue) => {
            const { startAt, maxResults } = pageOf(request, 100);
            const values = issue.changelog
              .slice(startAt, startAt + maxResults)
              .map((one) => changeBody(view, one));
            const total = issue.changelog.length;
            return ok({ startAt, maxResults, total, isLast: startAt + values.length >= total, values });
          })
        : notFound(),
  ],
  [
    /^GET \/issue\/([^/]+)\/comment$/,
    (view, request, _, [id = '']) =>
      withIssue(view, id, (issue) =>
        listed(request, issue.comments, 'comments', (one) => commentBody(view, issue, one)),
      ),
  ],
  [
    /^GET \/issue\/([^/]+)\/worklog$/,
    (view, request, _, [id = '']) =>
      withIssue(view, id, (issue) =>
        listed(request, issue.worklogs, 'worklogs', (one) => worklogBody(view, issue, one)),
      ),
  ],
];

const AGILE: readonly (readonly [RegExp, Handler])[] = [
  [
    /^GET \/board$/,
    (view, request) => {
      const asked = request.query.get('projectKeyOrId');
      const type = request.query.get('type');
      const boards = view.tracker.boards.filter(
        (one) =>
          (asked === null || one.project.key === asked.toUpperCase()) && (type === null || one.type === type),
      );
      return valuesOf(request, boards, ({ id, name, type: kind, project }) => ({
        id,
        self: `${view.base}/rest/agile/1.0/board/${id}`,
        name,
        type: kind,
        ...(view.dialect === 'cloud'
          ? { location: { projectId: Number(project.id), projectKey: project.key } }
          : {}),
      }));
    },
  ],
  [
    /^GET \/board\/(\d+)\/sprint$/,
    (view, request, _, [id]) => {
      const board = view.tracker.boards.find((one) => String(one.id) === id);
      if (!board) return notFound('Board does not exist or you do not have permission to see it');
      if (board.type === 'kanban') return refused(400, 'The board does not support sprints');
      const order = ['closed', 'active', 'future'];
      const states = request.query.get('state')?.split(',') ?? order;
      const sprints = view.tracker.sprints
        .filter((one) => one.board === board && states.includes(one.state))
        .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.id - b.id);
      return valuesOf(request, sprints, (one) => sprintBody(view, one));
    },
  ],
  [
    /^GET \/sprint\/(\d+)$/,
    (view, _, __, [id]) => {
      const sprint = view.tracker.sprints.find((one) => String(one.id) === id);
      return sprint ? ok(sprintBody(view, sprint)) : notFound('Sprint does not exist.');
    },
  ],
];

function serverInfo(view: View, _: Request, { now }: Routing): Answer {
  const version = VERSION[view.dialect];
  return ok({
    baseUrl: view.base,
    version,
    versionNumbers: version.split(/\D/).slice(0, 3).map(Number),
    deploymentType: view.dialect === 'cloud' ? 'Cloud' : 'Server',
    buildNumber: 100_263,
    buildDate: '2026-01-15T00:00:00.000+0000',
    serverTime: timeText(now(), view.tracker.zone),
    scmInfo: '0123456789abcdef0123456789abcdef01234567',
    serverTitle: 'Jira',
  });
}

function fieldList({ tracker: { fields } }: View) {
  const system = (id: string, name: string, type: string) => ({
    id,
    key: id,
    name,
    custom: false,
    orderable: true,
    navigable: true,
    searchable: true,
    clauseNames: [id],
    schema: { type, system: id },
  });
  const custom = (id: string, name: string, type: string, kind: string) => ({
    ...system(id, name, type),
    custom: true,
    schema: { type, custom: kind, customId: Number(id.replace(/\D/g, '')) },
  });
  const [points, kind] = fields.pointsAsText ? ['string', 'textfield'] : ['number', 'float'];
  return [
    system('summary', 'Summary', 'string'),
    system('issuetype', 'Issue Type', 'issuetype'),
    system('status', 'Status', 'status'),
    system('resolution', 'Resolution', 'resolution'),
    system('labels', 'Labels', 'array'),
    system('fixVersions', 'Fix Version/s', 'array'),
    custom(fields.sprint, 'Sprint', 'array', 'com.pyxis.greenhopper.jira:gh-sprint'),
    custom(fields.epicLink, 'Epic Link', 'any', 'com.pyxis.greenhopper.jira:gh-epic-link'),
    custom(
      fields.points,
      'Story Points',
      points ?? '',
      `com.atlassian.jira.plugin.system.customfieldtypes:${kind}`,
    ),
  ];
}

/** All changelogs of up to 1,000 issues, oldest entry first; its times are numbers, unlike all others. */
function bulkChangelogs(
  view: View,
  { body }: Request,
  { dialect, bulkChangelogs: offered }: Routing,
): Answer {
  if (dialect === 'server' || !offered) return notFound();
  const asked = body as { issueIdsOrKeys?: readonly string[]; maxResults?: number; nextPageToken?: string };
  const ids = asked.issueIdsOrKeys ?? [];
  if (ids.length === 0 || ids.length > BULK_MOST)
    return refused(400, `issueIdsOrKeys must name 1 to ${BULK_MOST} issues`);
  const all = ids
    .map((id) => issueOf(view.tracker, id))
    .filter((issue) => issue !== null)
    .flatMap((issue) => issue.changelog.map((change) => ({ issue, change })))
    .sort((a, b) => a.change.created - b.change.created || Number(a.issue.id) - Number(b.issue.id));
  const from = Number(asked.nextPageToken ?? 0);
  const page = all.slice(from, from + Math.min(asked.maxResults ?? 1000, 10_000));
  const logs = new Map<string, unknown[]>();
  for (const { issue, change } of page) {
    const entry = { ...changeBody(view, change), created: change.created };
    logs.set(issue.id, [...(logs.get(issue.id) ?? []), entry]);
  }
  const next = from + page.length;
  return ok({
    issueChangeLogs: [...logs].map(([issueId, changeHistories]) => ({ issueId, changeHistories })),
    ...(next < all.length ? { nextPageToken: String(next) } : {}),
  });
}

function withProject(
  view: View,
  key: string,
  then: (project: Tracker['projects'][number]) => Answer,
): Answer {
  const wanted = key.toUpperCase();
  const project = view.tracker.projects.find((one) => one.key === wanted || one.id === key);
  return project ? then(project) : notFound(`No project could be found with key '${key}'.`);
}

function withIssue(view: View, id: string, then: (issue: JiraIssue) => Answer): Answer {
  const issue = issueOf(view.tracker, id);
  return issue ? then(issue) : notFound('Issue does not exist or you do not have permission to see it.');
}

function sourceOf({ method, query, body }: Request): Readonly<Record<string, unknown>> {
  if (method === 'GET') return Object.fromEntries(query);
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function pageOf({ query }: Request, most: number): { startAt: number; maxResults: number } {
  const maxResults = Math.min(Number(query.get('maxResults') ?? most), most);
  return { startAt: Number(query.get('startAt') ?? 0), maxResults };
}

function listed<T>(request: Request, all: readonly T[], name: string, body: (one: T) => unknown): Answer {
  const { startAt, maxResults } = pageOf(request, 1000);
  const values = all.slice(startAt, startAt + maxResults).map(body);
  return ok({ startAt, maxResults, total: all.length, [name]: values });
}

function valuesOf<T>(request: Request, all: readonly T[], body: (one: T) => unknown): Answer {
  const { startAt, maxResults } = pageOf(request, 50);
  const values = all.slice(startAt, startAt + maxResults).map(body);
  return ok({
    maxResults,
    startAt,
    total: all.length,
    isLast: startAt + values.length >= all.length,
    values,
  });
}
