import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An object as GitLab shows it. */
export type Row = Record<string, unknown>;

export interface StandInProject {
  readonly id: number;
  path: string;
  archived?: boolean;
  issues: Row[];
  mergeRequests: Row[];
  pipelines: Row[];
  deployments: Row[];
  releases: Row[];
  tags: Row[];
  /** What hangs on one of them: `issues/3/notes`. */
  readonly parts: Map<string, Row[]>;
  /** Hashes from the first commit to the last. */
  commits: string[];
  /** Lists that answer 403. */
  readonly forbidden: Set<string>;
}

export interface StandIn {
  readonly url: string;
  readonly projects: StandInProject[];
  /** Every request, `GET /api/v4/…` with its query. */
  readonly requests: string[];
  /** The header that each came with. */
  readonly credentials: string[];
  /** What the next requests get in place of an answer, one each. */
  readonly refusals: { status: number; headers?: Record<string, string>; body?: unknown }[];
  close(): Promise<void>;
}

interface Options {
  readonly token?: string;
  readonly projects: StandInProject[];
  /** As old servers do, a `pagination` that a list does not have is refused. */
  readonly refusesKeyset?: boolean;
}

export function project(id: number, path: string, rows: Partial<StandInProject> = {}): StandInProject {
  return {
    id,
    path,
    issues: [],
    mergeRequests: [],
    pipelines: [],
    deployments: [],
    releases: [],
    tags: [],
    parts: new Map(),
    commits: [],
    forbidden: new Set(),
    ...rows,
  };
}

/** What the token of a job may read of it: https://docs.gitlab.com/ci/jobs/ci_job_token/#job-token-access */
const OF_JOBS =
  /^\/projects\/[^/]+\/(deployments|releases|repository\/tags|merge_requests(\/\d+(\/notes)?)?)(\/[^/]+)?$/;

/** GitLab's REST API on loopback, as far as the connector and other clients ask for it. */
export async function startGitLab(options: Options): Promise<StandIn> {
  const { token, projects } = options;
  const requests: string[] = [];
  const credentials: string[] = [];
  const refusals: StandIn['refusals'] = [];

  function answer(request: IncomingMessage, response: ServerResponse): unknown {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    requests.push(`${request.method} ${request.url}`);
    const [header, given] = credentialsOf(request);
    credentials.push(header);
    const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    const refusal = refusals.shift();
    if (refusal) return send(refusal.status, refusal.body ?? { message: 'refused' }, refusal.headers);
    if (token !== undefined && given !== token) return send(401, { message: '401 Unauthorized' });
    const path = url.pathname.replace(/^\/api\/v4/, '');
    if (header === 'job-token' && !OF_JOBS.test(path)) return send(401, { message: '401 Unauthorized' });
    if (options.refusesKeyset && url.searchParams.get('pagination') === 'keyset')
      return send(405, { error: 'Keyset pagination is not yet available for this type of request' });
    const group = /^\/(groups|users)\/([^/]+)\/projects$/.exec(path);
    if (group) {
      const prefix = `${decodeURIComponent(group[2] ?? '')}/`;
      const found = projects.filter((one) => one.path.startsWith(prefix));
      if (found.length === 0) return send(404, { message: '404 Group Not Found' });
      return list(url, found.map(shown), send);
    }
    const [, reference = '', rest = ''] = /^\/projects\/([^/]+)\/?(.*)$/.exec(path) ?? [];
    const wanted = decodeURIComponent(reference);
    const found = projects.find((one) => one.path === wanted || String(one.id) === wanted);
    if (!found) return send(404, { message: '404 Project Not Found' });
    if (rest === '') return send(200, shown(found));
    if (found.forbidden.has(rest)) return send(403, { message: '403 Forbidden' });
    if (rest === 'repository/compare') return send(200, comparison(found, url));
    const rows = rowsOf(found, rest);
    if (rows) return list(url, rows, send);
    const one = oneOf(found, rest);
    return one ? send(200, one) : send(404, { message: '404 Not found' });
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    projects,
    requests,
    credentials,
    refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function credentialsOf({ headers }: IncomingMessage): readonly [string, string | undefined] {
  for (const name of ['private-token', 'job-token'] as const) {
    const value = headers[name];
    if (typeof value === 'string') return [name, value];
  }
  return ['authorization', headers.authorization?.replace(/^Bearer /, '')];
}

function shown({ id, path, archived = false }: StandInProject): Row {
  const name = path.split('/').at(-1);
  return { id, name, path: name, path_with_namespace: path, archived, default_branch: 'main' };
}

const LISTS = {
  issues: 'issues',
  merge_requests: 'mergeRequests',
  pipelines: 'pipelines',
  deployments: 'deployments',
  releases: 'releases',
  'repository/tags': 'tags',
} as const;

function rowsOf(project: StandInProject, rest: string): Row[] | null {
  if (Object.hasOwn(LISTS, rest)) {
    const rows = project[LISTS[rest as keyof typeof LISTS]];
    // The list of pipelines leaves out what only the pipeline itself tells.
    return rest === 'pipelines'
      ? rows.map(({ duration, started_at, finished_at, tag, ...row }) => row)
      : rows;
  }
  const known = /^(issues|merge_requests)\/(\d+)\/\w+$/.exec(rest);
  if (!known) return null;
  const owners = known[1] === 'issues' ? project.issues : project.mergeRequests;
  return owners.some((row) => row.iid === Number(known[2])) ? (project.parts.get(rest) ?? []) : null;
}

function oneOf(project: StandInProject, rest: string): Row | null {
  const [, kind, number] = /^(issues|merge_requests|pipelines|deployments)\/(\d+)$/.exec(rest) ?? [];
  if (!kind) return null;
  const key = kind === 'issues' || kind === 'merge_requests' ? 'iid' : 'id';
  const rows = project[LISTS[kind as keyof typeof LISTS]];
  return rows.find((row) => row[key] === Number(number)) ?? null;
}

function comparison({ commits }: StandInProject, url: URL): Row {
  const at = (name: string) => commits.indexOf(url.searchParams.get(name) ?? '');
  return {
    commits: commits.slice(at('from') + 1, at('to') + 1).map((id) => ({ id, short_id: id.slice(0, 8) })),
  };
}

type Send = (status: number, body: unknown, headers?: Record<string, string>) => void;

/** Filters, sorts and cuts a list; the next page is linked as GitLab links it. */
function list(url: URL, all: readonly Row[], send: Send): void {
  const query = url.searchParams;
  const time = (row: Row, field: string) => Date.parse(String(row[field]));
  let rows = [...all];
  const state = query.get('state');
  if (state !== null && state !== 'all') rows = rows.filter((row) => row.state === state);
  const after = query.get('updated_after');
  if (after !== null) rows = rows.filter((row) => time(row, 'updated_at') >= Date.parse(after));
  const before = query.get('updated_before');
  if (before !== null) rows = rows.filter((row) => time(row, 'updated_at') <= Date.parse(before));
  const order = query.get('order_by');
  if (order?.endsWith('_at'))
    rows.sort((a, b) => time(a, order) - time(b, order) || Number(a.id) - Number(b.id));
  // As GitLab does without an order of the caller's: newest first.
  if (order?.endsWith('_at') && (query.get('sort') ?? 'desc') === 'desc') rows.reverse();
  const size = Number(query.get('per_page') ?? 20);
  const page = Number(query.get('page') ?? 1);
  const shownRows = rows.slice((page - 1) * size, page * size);
  const hasMore = rows.length > page * size;
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  send(200, shownRows, {
    'x-page': String(page),
    'x-per-page': String(size),
    'x-next-page': hasMore ? String(page + 1) : '',
    'x-total': String(rows.length),
    'x-total-pages': String(Math.max(1, Math.ceil(rows.length / size))),
    ...(hasMore ? { link: `<${next.href}>; rel="next", <${url.href}>; rel="first"` } : {}),
  });
}
