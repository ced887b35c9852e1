/** Answers of GitHub's REST API, complete as its description demands; each test names what matters to it. */

const API = 'https://api.github.com';

export function user(login: string, type: 'User' | 'Bot' = 'User') {
  const url = `${API}/users/${login}`;
  return {
    login,
    id: 1,
    node_id: 'MDQ6VXNlcjE=',
    avatar_url: `${url}/avatar`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}

export interface IssueOptions {
  readonly updated?: string;
  readonly created?: string;
  readonly closed?: string;
  readonly reason?: 'completed' | 'not_planned' | 'duplicate';
  readonly login?: string | null;
  readonly type?: string;
  readonly pull?: boolean;
}

export function issue(number: number, options: IssueOptions = {}) {
  const url = `${API}/repos/acme/web/issues/${number}`;
  const created = options.created ?? '2026-10-02T08:00:00Z';
  return {
    id: 1000 + number,
    node_id: `I_${number}`,
    url,
    repository_url: `${API}/repos/acme/web`,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `https://github.com/acme/web/issues/${number}`,
    number,
    state: options.closed ? 'closed' : 'open',
    state_reason: options.reason ?? (options.closed ? 'completed' : null),
    title: `Issue ${number}`,
    body: 'Text',
    user: options.login === null ? null : user(options.login ?? 'ana'),
    labels: [{ id: 1, node_id: 'L', url, name: 'bug', description: null, color: 'ff0000', default: false }],
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    comments: 0,
    closed_at: options.closed ?? null,
    created_at: created,
    updated_at: options.updated ?? options.closed ?? created,
    author_association: 'MEMBER',
    ...(options.type ? { type: { id: 1, node_id: 'T', name: options.type, description: null } } : {}),
    ...(options.pull
      ? { pull_request: { url, html_url: url, diff_url: url, patch_url: url, merged_at: null } }
      : {}),
  };
}

export interface ReleaseOptions {
  readonly published?: string | null;
  readonly created?: string;
  readonly prerelease?: boolean;
}

export function release(id: number, tag: string, options: ReleaseOptions = {}) {
  const url = `${API}/repos/acme/web/releases/${id}`;
  const created = options.created ?? '2026-10-02T08:00:00Z';
  return {
    url,
    html_url: `https://github.com/acme/web/releases/tag/${tag}`,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    tarball_url: null,
    zipball_url: null,
    id,
    node_id: `R_${id}`,
    tag_name: tag,
    target_commitish: 'main',
    name: null,
    body: null,
    draft: options.published === null,
    prerelease: options.prerelease ?? false,
    created_at: created,
    published_at: options.published === undefined ? created : options.published,
    author: user('ana'),
    assets: [],
  };
}

export function review(id: number, state: string, submitted: string | undefined, login = 'ben') {
  const pull = `${API}/repos/acme/web/pulls/1`;
  return {
    id,
    node_id: `PRR_${id}`,
    user: user(login, login.endsWith('[bot]') ? 'Bot' : 'User'),
    body: '',
    state,
    html_url: `https://github.com/acme/web/pull/1#pullrequestreview-${id}`,
    pull_request_url: pull,
    _links: { html: { href: pull }, pull_request: { href: pull } },
    ...(submitted ? { submitted_at: submitted } : {}),
    commit_id: 'f00d',
    author_association: 'MEMBER',
  };
}

export interface PullOptions {
  readonly updated?: string;
  readonly created?: string;
  readonly merged?: string;
  readonly closed?: string;
  readonly draft?: boolean;
}

/** A row of the list. */
export function pull(number: number, options: PullOptions = {}) {
  const url = `${API}/repos/acme/web/pulls/${number}`;
  const created = options.created ?? '2026-10-02T08:00:00Z';
  const closed = options.merged ?? options.closed ?? null;
  const link = { href: url };
  return {
    url,
    id: 5000 + number,
    node_id: `PR_${number}`,
    html_url: `https://github.com/acme/web/pull/${number}`,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    issue_url: `${API}/repos/acme/web/issues/${number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${url}/comments{/number}`,
    comments_url: `${url}/comments`,
    statuses_url: `${API}/repos/acme/web/statuses/aaaa`,
    number,
    state: closed ? 'closed' : 'open',
    locked: false,
    title: `Change ${number}`,
    user: user('ana'),
    body: null,
    labels: [],
    milestone: null,
    created_at: created,
    updated_at: options.updated ?? closed ?? created,
    closed_at: closed,
    merged_at: options.merged ?? null,
    merge_commit_sha: `sha-${number}`,
    assignee: null,
    head: {
      label: 'acme:topic',
      ref: 'topic',
      sha: 'aaaa',
      user: user('acme'),
      repo: repository('acme/web'),
    },
    base: { label: 'acme:main', ref: 'main', sha: 'bbbb', user: user('acme'), repo: repository('acme/web') },
    _links: {
      comments: link,
      commits: link,
      statuses: link,
      html: link,
      issue: link,
      review_comments: link,
      review_comment: link,
      self: link,
    },
    draft: options.draft ?? false,
    author_association: 'MEMBER',
    auto_merge: null,
  };
}

const REPOSITORY_URLS =
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads events forks git_commits git_refs git_tags hooks html issue_comment issue_events issues keys labels languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees clone git mirror ssh svn'.split(
    ' ',
  );

export function repository(
  name: string,
  options: { readonly archived?: boolean; readonly fork?: boolean } = {},
) {
  const url = `${API}/repos/${name}`;
  const [owner = '', short = ''] = name.split('/');
  return {
    ...Object.fromEntries(REPOSITORY_URLS.map((field) => [`${field}_url`, url])),
    url,
    id: 7,
    node_id: 'R_7',
    name: short,
    full_name: name,
    owner: user(owner),
    private: false,
    description: null,
    fork: options.fork ?? false,
    archived: options.archived ?? false,
    disabled: false,
    default_branch: 'main',
    forks: 0,
    forks_count: 0,
    has_downloads: true,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    homepage: null,
    language: null,
    license: null,
    open_issues: 0,
    open_issues_count: 0,
    size: 1,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    pushed_at: '2026-10-02T08:00:00Z',
    created_at: '2026-10-02T08:00:00Z',
    updated_at: '2026-10-02T08:00:00Z',
  };
}

/** A node of the GraphQL list. */
export function pullNode(number: number, options: PullOptions = {}) {
  const row = pull(number, options);
  return {
    fullDatabaseId: String(row.id),
    number,
    title: row.title,
    url: row.html_url,
    state: options.merged ? 'MERGED' : row.state.toUpperCase(),
    isDraft: row.draft,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    mergedAt: row.merged_at,
    closedAt: row.closed_at,
    baseRefName: 'main',
    additions: 10,
    deletions: 4,
    changedFiles: 2,
    author: { __typename: 'User', login: 'ana' },
    milestone: null,
    mergeCommit: { oid: row.merge_commit_sha },
    labels: { nodes: [{ name: 'bug' }] },
    commits: { nodes: [{ commit: { authoredDate: '2026-10-01T10:00:00Z' } }] },
    reviews: connection([]),
    comments: connection([]),
    timelineItems: connection([]),
    files: connection([
      { path: 'src/a.ts', additions: 6, deletions: 1 },
      { path: 'package-lock.json', additions: 4, deletions: 3 },
    ]),
  };
}

export function connection(nodes: readonly unknown[], next: string | null = null) {
  return { pageInfo: { hasNextPage: next !== null, endCursor: next }, nodes };
}
