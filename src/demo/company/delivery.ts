import type {
  Deployment,
  DeploymentState,
  DeploymentStatus,
  Workflow,
  WorkflowRun,
} from './delivery-model.ts';
import { nextId, wholeSecond } from './item.ts';
import type { Account, Pull, Repository } from './model.ts';

const DESCRIPTIONS: Readonly<Record<DeploymentState, string>> = {
  queued: 'Waiting for a runner',
  pending: '',
  in_progress: 'Rolling out',
  success: 'Deployed',
  failure: 'The health check did not pass',
  error: 'The rollout could not be carried out',
  inactive: '',
};

/** Asks for a commit to be brought to an environment. It has no status yet. */
export function createDeployment(
  repository: Repository,
  entry: {
    readonly sha: string;
    readonly ref?: string;
    readonly environment: string;
    readonly creator: Account;
    readonly at: number;
    readonly run?: WorkflowRun;
  },
): Deployment {
  const at = wholeSecond(entry.at);
  const deployment: Deployment = {
    id: nextId(repository.company),
    repository,
    sha: entry.sha,
    ref: entry.ref ?? repository.defaultBranch,
    environment: entry.environment,
    description: null,
    creator: entry.creator,
    production: entry.environment === 'production',
    run: entry.run ?? null,
    createdAt: at,
    updatedAt: at,
    statuses: [],
  };
  repository.deployments.push(deployment);
  repository.company.version += 1;
  return deployment;
}

/** Adds a status. A success makes the earlier deployments of the environment that stand at success inactive. */
export function setDeploymentState(deployment: Deployment, state: DeploymentState, at: number): void {
  addStatus(deployment, state, at);
  if (state !== 'success') return;
  for (const other of deployment.repository.deployments) {
    if (other === deployment || other.environment !== deployment.environment) continue;
    if (other.statuses.at(-1)?.state === 'success') addStatus(other, 'inactive', at);
  }
}

function addStatus(deployment: Deployment, state: DeploymentState, at: number): void {
  const { company } = deployment.repository;
  const status: DeploymentStatus = {
    id: nextId(company),
    deployment,
    state,
    creator: deployment.creator,
    description: DESCRIPTIONS[state],
    createdAt: wholeSecond(at),
  };
  deployment.statuses.push(status);
  deployment.updatedAt = Math.max(deployment.updatedAt, status.createdAt);
  company.version += 1;
}

/** The workflow of that name, added when the repository has none. */
export function workflowNamed(repository: Repository, name: string): Workflow {
  const known = repository.workflows.find((one) => one.name === name);
  if (known) return known;
  const path = `.github/workflows/${name.toLowerCase()}.yml`;
  const workflow: Workflow = { id: nextId(repository.company), name, path, runs: 0 };
  repository.workflows.push(workflow);
  return workflow;
}

/** Starts the first attempt of a run. */
export function startRun(
  repository: Repository,
  entry: {
    readonly workflow: Workflow;
    readonly event: 'push' | 'pull_request' | 'schedule' | 'workflow_dispatch';
    readonly branch: string;
    readonly sha: string;
    readonly title: string;
    readonly actor: Account;
    readonly at: number;
    readonly pull?: Pull;
  },
): WorkflowRun {
  const { workflow, event, branch, sha, title, actor } = entry;
  const at = wholeSecond(entry.at);
  workflow.runs += 1;
  const run: WorkflowRun = {
    id: nextId(repository.company),
    repository,
    workflow,
    number: workflow.runs,
    event,
    branch,
    sha,
    title,
    actor,
    pull: entry.pull ?? null,
    createdAt: at,
    attempt: 1,
    startedAt: at,
    updatedAt: at,
    status: 'in_progress',
    conclusion: null,
  };
  repository.runs.push(run);
  repository.company.version += 1;
  return run;
}

export function finishRun(run: WorkflowRun, conclusion: WorkflowRun['conclusion'], at: number): void {
  run.status = 'completed';
  run.conclusion = conclusion;
  run.updatedAt = wholeSecond(at);
  run.repository.company.version += 1;
}

/** Runs it again. It keeps its id, its number and the time that it was created at, and so its place in the list. */
export function rerun(run: WorkflowRun, at: number): void {
  run.attempt += 1;
  run.status = 'in_progress';
  run.conclusion = null;
  run.startedAt = wholeSecond(at);
  run.updatedAt = run.startedAt;
  run.repository.company.version += 1;
}
