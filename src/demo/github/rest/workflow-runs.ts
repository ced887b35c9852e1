import { createHash } from 'node:crypto';
import type { WorkflowRun } from '../../company/delivery-model.ts';
import type { Repository } from '../../company/model.ts';
import { nodeId, nodeIdIn } from '../node-ids.ts';
import { simpleUser } from './accounts.ts';
import { type Addresses, repositoryApi, repositoryWeb, restLogin, timestamp } from './addresses.ts';
import { minimalRepository } from './repositories.ts';

/** What is the same for every run of a list, rendered once. */
export type RenderedHome = ReturnType<typeof minimalRepository>;

/** The schema `workflow-run`: the last attempt of it. */
export function workflowRun(addresses: Addresses, model: WorkflowRun, home?: RenderedHome) {
  const { repository, workflow } = model;
  const api = repositoryApi(addresses, repository);
  const url = `${api}/actions/runs/${model.id}`;
  const inRepository = home ?? minimalRepository(addresses, repository);
  const suite = model.id + 1;
  const author = { name: model.actor.name ?? model.actor.login, email: model.actor.email ?? '' };
  return {
    id: model.id,
    name: workflow.name,
    node_id: nodeId('WFR', model.id),
    head_branch: model.branch,
    head_sha: model.sha,
    path: workflow.path,
    display_title: model.title,
    run_number: model.number,
    event: model.event,
    status: model.status,
    conclusion: model.conclusion,
    workflow_id: workflow.id,
    check_suite_id: suite,
    check_suite_node_id: nodeIdIn('CS', repository, suite),
    url,
    html_url: `${repositoryWeb(addresses, repository)}/actions/runs/${model.id}`,
    pull_requests: pullOf(addresses, model),
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.updatedAt),
    actor: simpleUser(addresses, model.actor),
    run_attempt: model.attempt,
    referenced_workflows: [],
    run_started_at: timestamp(model.startedAt),
    triggering_actor: simpleUser(addresses, model.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/check-suites/${suite}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: model.attempt > 1 ? `${url}/attempts/${model.attempt - 1}` : null,
    workflow_url: `${api}/actions/workflows/${workflow.id}`,
    head_commit: {
      id: model.sha,
      tree_id: createHash('sha1').update(`tree ${model.sha}`).digest('hex'),
      message: model.title,
      timestamp: timestamp(model.createdAt),
      author,
      committer: author,
    },
    repository: inRepository,
    head_repository: inRepository,
  };
}

/** The schema `pull-request-minimal`. GitHub lists only those that are open still. */
function pullOf(addresses: Addresses, { pull, repository }: WorkflowRun) {
  if (pull?.state !== 'open') return [];
  const url = repositoryApi(addresses, repository);
  const repo = { id: repository.id, url, name: repository.name };
  return [
    {
      url: `${url}/pulls/${pull.number}`,
      id: pull.pullId,
      number: pull.number,
      head: { ref: pull.headBranch, sha: pull.commits.at(-1)?.sha ?? pull.baseSha, repo },
      base: { ref: pull.baseBranch, sha: pull.baseSha, repo },
    },
  ];
}

/** A search ends here, and `total_count` with it. */
const MOST_FOUND = 1000;
const FILTERS = ['actor', 'branch', 'created', 'event', 'head_sha', 'status', 'check_suite_id'];

/** The runs of a repository, newest first, as the query asks. */
export function listRuns(repository: Repository, query: URLSearchParams): readonly WorkflowRun[] {
  const [actor, branch, , event, sha, status] = FILTERS.map((name) => query.get(name));
  const created = spanOf(query.get('created'));
  const withoutPulls = query.get('exclude_pull_requests') === 'true';
  const found = repository.runs.filter(
    (run) =>
      (actor == null || restLogin(run.actor) === actor) &&
      (branch == null || run.branch === branch) &&
      (event == null || run.event === event) &&
      (sha == null || run.sha === sha) &&
      (status == null || run.status === status || run.conclusion === status) &&
      run.createdAt >= created.from &&
      run.createdAt <= created.to,
  );
  const newestFirst = found.sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
  const shown = withoutPulls ? newestFirst.map((run) => ({ ...run, pull: null })) : newestFirst;
  return FILTERS.some((name) => query.has(name)) ? shown.slice(0, MOST_FOUND) : shown;
}

/** Search syntax: `>=2026-01-31`, `<2026-01-31T12:00:00Z`, `2026-01-01..2026-01-31`, `2026-01-01..*`, or one day. */
function spanOf(text: string | null): { readonly from: number; readonly to: number } {
  const everything = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  if (text === null) return everything;
  const range = /^(.+)\.\.(.+)$/.exec(text);
  if (range)
    return { from: startOf(range[1] ?? '', everything.from), to: endOf(range[2] ?? '', everything.to) };
  const [, sign = '', time = ''] = /^([<>]=?)?(.*)$/.exec(text) ?? [];
  if (sign === '>=') return { ...everything, from: startOf(time, everything.from) };
  if (sign === '>') return { ...everything, from: endOf(time, everything.from) + 1 };
  if (sign === '<=') return { ...everything, to: endOf(time, everything.to) };
  if (sign === '<') return { ...everything, to: startOf(time, everything.to) - 1 };
  return { from: startOf(time, everything.from), to: endOf(time, everything.to) };
}

function startOf(text: string, otherwise: number): number {
  const at = Date.parse(text);
  return Number.isNaN(at) ? otherwise : at;
}

/** The last moment of a day that is given without a time, and of a second that is given with one. */
function endOf(text: string, otherwise: number): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return otherwise;
  return at + (text.includes('T') ? 999 : 86_399_999);
}
