import type { Account, Pull, Repository } from './model.ts';

export type DeploymentState =
  | 'queued'
  | 'pending'
  | 'in_progress'
  | 'success'
  | 'failure'
  | 'error'
  | 'inactive';

/** One attempt to bring a commit to an environment. */
export interface Deployment {
  readonly id: number;
  readonly repository: Repository;
  readonly sha: string;
  /** The branch, tag or commit that was asked for. */
  readonly ref: string;
  readonly environment: string;
  readonly description: string | null;
  readonly creator: Account;
  readonly production: boolean;
  /** The workflow run that carries it out. */
  readonly run: WorkflowRun | null;
  readonly createdAt: number;
  updatedAt: number;
  /** Oldest first. */
  readonly statuses: DeploymentStatus[];
}

export interface DeploymentStatus {
  readonly id: number;
  readonly deployment: Deployment;
  readonly state: DeploymentState;
  readonly creator: Account;
  readonly description: string;
  readonly createdAt: number;
}

export interface Workflow {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  /** How many there were. */
  runs: number;
}

export type RunConclusion = 'success' | 'failure' | 'cancelled' | 'skipped' | 'timed_out';

/** A run of a workflow as its last attempt stands. */
export interface WorkflowRun {
  readonly id: number;
  readonly repository: Repository;
  readonly workflow: Workflow;
  /** Counts the runs of the workflow. */
  readonly number: number;
  readonly event: string;
  readonly branch: string;
  readonly sha: string;
  readonly title: string;
  readonly actor: Account;
  readonly pull: Pull | null;
  readonly createdAt: number;
  attempt: number;
  /** When the last attempt began. */
  startedAt: number;
  updatedAt: number;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: RunConclusion | null;
}
