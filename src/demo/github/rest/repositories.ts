import { fullName, type Release, type Repository, type Tag } from '../../company/model.ts';
import { nodeId, nodeIdIn } from '../node-ids.ts';
import { simpleUser } from './accounts.ts';
import { type Addresses, repositoryApi, repositoryWeb, timestamp, timestampOrNull } from './addresses.ts';

const TEMPLATED = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
} as const;

function templatedUrls(api: string): Record<keyof typeof TEMPLATED, string> {
  const urls = Object.entries(TEMPLATED).map(([name, path]) => [name, `${api}${path}`] as const);
  return Object.fromEntries(urls) as Record<keyof typeof TEMPLATED, string>;
}

/** The schema `minimal-repository` as a workflow run has it: without counts and times. */
export function minimalRepository(addresses: Addresses, model: Repository) {
  const api = repositoryApi(addresses, model);
  return {
    id: model.id,
    node_id: nodeId('R', model.id),
    name: model.name,
    full_name: fullName(model),
    private: false,
    owner: simpleUser(addresses, model.owner),
    html_url: repositoryWeb(addresses, model),
    description: model.description,
    fork: false,
    url: api,
    ...templatedUrls(api),
  };
}

/** The schemas `repository` and `minimal-repository`. Open issues count open pull requests too. */
export function repository(addresses: Addresses, model: Repository) {
  const api = repositoryApi(addresses, model);
  const web = repositoryWeb(addresses, model);
  const host = new URL(addresses.web).host;
  let open = 0;
  for (const item of model.items.values()) if (item.state === 'open') open += 1;
  return {
    id: model.id,
    node_id: nodeId('R', model.id),
    name: model.name,
    full_name: fullName(model),
    private: false,
    owner: simpleUser(addresses, model.owner),
    html_url: web,
    description: model.description,
    fork: false,
    url: api,
    ...templatedUrls(api),
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.updatedAt),
    pushed_at: timestamp(model.pushedAt),
    git_url: `git://${host}/${fullName(model)}.git`,
    ssh_url: `git@${host}:${fullName(model)}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    homepage: null,
    size: 1024,
    stargazers_count: 0,
    watchers_count: 0,
    language: model.language,
    has_issues: model.features.issues,
    has_projects: true,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: model.archived,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: 'public',
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: model.defaultBranch,
  };
}

/** The schema `full-repository`. */
export function fullRepository(addresses: Addresses, model: Repository) {
  return {
    ...repository(addresses, model),
    temp_clone_token: null,
    organization: simpleUser(addresses, model.owner),
    network_count: 0,
    subscribers_count: 0,
  };
}

/** The schema `release`. */
export function release(addresses: Addresses, model: Release) {
  const api = repositoryApi(addresses, model.repository);
  const web = repositoryWeb(addresses, model.repository);
  const url = `${api}/releases/${model.id}`;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: `${web}/releases/tag/${model.draft ? `untagged-${model.commit.slice(0, 20)}` : model.tag}`,
    id: model.id,
    author: simpleUser(addresses, model.author),
    node_id: nodeIdIn('RE', model.repository, model.id),
    tag_name: model.tag,
    target_commitish: model.repository.defaultBranch,
    name: model.name,
    draft: model.draft,
    immutable: false,
    prerelease: model.prerelease,
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.updatedAt),
    published_at: timestampOrNull(model.publishedAt),
    assets: [],
    tarball_url: model.draft ? null : `${api}/tarball/${model.tag}`,
    zipball_url: model.draft ? null : `${api}/zipball/${model.tag}`,
    body: `What is new in ${model.tag}`,
  };
}

/** The schema `git-ref` of a tag: an annotated one points at an object of its own. */
export function tagRef(addresses: Addresses, model: Repository, entry: Tag) {
  const api = repositoryApi(addresses, model);
  const { annotation } = entry;
  const object = annotation ? { sha: annotation.sha, type: 'tag' } : { sha: entry.commit, type: 'commit' };
  return {
    ref: `refs/tags/${entry.name}`,
    node_id: nodeIdIn('REF', model, `refs/tags/${entry.name}`),
    url: `${api}/git/refs/tags/${entry.name}`,
    object: { ...object, url: `${api}/git/${object.type}s/${object.sha}` },
  };
}

/** The schema `git-tag`. */
export function gitTag(addresses: Addresses, model: Repository, entry: Tag) {
  const { annotation, name, commit, at } = entry;
  if (annotation === null) return null;
  const api = repositoryApi(addresses, model);
  const { sha, tagger, message } = annotation;
  return {
    node_id: nodeIdIn('TA', model, sha),
    sha,
    url: `${api}/git/tags/${sha}`,
    tagger: { name: tagger.name ?? tagger.login, email: tagger.email ?? '', date: timestamp(at) },
    object: { sha: commit, type: 'commit', url: `${api}/git/commits/${commit}` },
    tag: name,
    message,
    verification: UNSIGNED,
  };
}

/** What GitHub says of what nobody signed. */
export const UNSIGNED = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
} as const;

/** The schema `tag`. */
export function tag(addresses: Addresses, model: Repository, entry: Tag) {
  const api = repositoryApi(addresses, model);
  return {
    name: entry.name,
    zipball_url: `${api}/zipball/refs/tags/${entry.name}`,
    tarball_url: `${api}/tarball/refs/tags/${entry.name}`,
    commit: { sha: entry.commit, url: `${api}/commits/${entry.commit}` },
    node_id: nodeIdIn('REF', model, `refs/tags/${entry.name}`),
  };
}
