import { type JsonReply, type JsonServer, startJsonServer } from '../../support/json-server.ts';

export const TOKEN = 'codecov-token-0123456789';

export interface StandInCommit {
  readonly sha: string;
  readonly at: number;
  readonly state?: string;
  /** Null: no report came in. */
  totals: { readonly lines: number; readonly hits: number } | null;
  /** By flag, whether the report came with this commit or was carried forward to it. */
  readonly flags?: Readonly<Record<string, 'uploaded' | 'carriedforward'>>;
}

export interface StandInRepository {
  branch: string;
  commits: StandInCommit[];
  /** Component ids that the commits have. */
  components: string[];
}

/**
 * Stands for Codecov's API v2, worded as its own serializers and their tests are:
 * https://github.com/codecov/codecov-api/tree/main/api/public/v2
 */
export async function startCodecov(
  repositories: Readonly<Record<string, StandInRepository>>,
): Promise<JsonServer> {
  return startJsonServer(({ url, headers }) => {
    if (headers.authorization !== `Bearer ${TOKEN}`)
      return { status: 401, body: { detail: 'Invalid token.' } };
    const [, owner, name, rest = ''] =
      /^\/api\/v2\/github\/([^/]+)\/repos\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
    const repository = repositories[`${owner}/${name}`];
    if (repository === undefined) return notFound('Not found.');
    const { searchParams } = url;
    if (rest === '/') return { body: { name, branch: repository.branch, private: false, active: true } };
    if (rest === '/commits/') return { body: pageOf(listed(repository), searchParams) };
    const [, sha] = /^\/commits\/(\w+)\/uploads\/$/.exec(rest) ?? [];
    const commit = repository.commits.find((one) => one.sha === (sha ?? searchParams.get('sha')));
    if (commit === undefined)
      return notFound('The commit is not in our records. Please specify valid commit.');
    if (sha !== undefined) {
      const uploads = Object.entries(commit.flags ?? {}).map(([flag, type]) => ({
        created_at: new Date(commit.at).toISOString(),
        flags: [flag],
        upload_type: type,
        state: 'processed',
      }));
      return { body: pageOf(uploads, searchParams) };
    }
    const component = searchParams.get('component_id');
    if (component !== null && !repository.components.includes(component)) {
      return notFound(`The component ${component} does not exist in commit ${commit.sha}`);
    }
    const part = searchParams.get('flag') ?? component ?? '';
    return { body: { totals: totalsOf({ lines: 100, hits: 10 + part.length }), files: [] } };
  });
}

function notFound(detail: string): JsonReply {
  return { status: 404, body: { detail } };
}

function listed({ commits, branch }: StandInRepository): object[] {
  return [...commits]
    .sort((a, b) => b.at - a.at)
    .map(({ sha, at, state = 'complete', totals }) => ({
      commitid: sha,
      message: 'A commit',
      timestamp: new Date(at).toISOString(),
      ci_passed: true,
      author: { service: 'github', username: 'ana', name: 'Ana' },
      branch,
      totals: totals === null ? null : totalsOf(totals),
      state,
      parent: null,
    }));
}

function totalsOf({ lines, hits }: { lines: number; hits: number }): object {
  return {
    files: 3,
    lines,
    hits,
    misses: lines - hits,
    partials: 0,
    coverage: lines === 0 ? null : Math.round((hits / lines) * 1e4) / 100,
    branches: 0,
    methods: 0,
    sessions: 2,
    complexity: 0,
    complexity_total: 0,
    complexity_ratio: 0,
    diff: 0,
  };
}

function pageOf(rows: readonly object[], query: URLSearchParams): object {
  const size = Number(query.get('page_size') ?? 10);
  const page = Number(query.get('page') ?? 1);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  return {
    count: rows.length,
    next: page < pages ? 'another page' : null,
    previous: null,
    results: rows.slice((page - 1) * size, page * size),
    total_pages: pages,
  };
}

export function commitsOf(count: number, from: number, step: number): StandInCommit[] {
  return Array.from({ length: count }, (_, index) => ({
    sha: index.toString(16).padStart(40, '0'),
    at: from + index * step,
    totals: { lines: 200, hits: 100 + (index % 50) },
  }));
}
