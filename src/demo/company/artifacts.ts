import type { WorkflowRun } from './delivery-model.ts';
import type { Company } from './model.ts';

/** What a run left behind for others to fetch. */
export interface Artifact {
  readonly id: number;
  readonly run: WorkflowRun;
  readonly name: string;
  readonly zip: Buffer;
  readonly createdAt: number;
  readonly expired: boolean;
  /** Null: the run's own branch was in this repository. */
  readonly fork: { readonly repositoryId: number } | null;
}

export interface NewArtifact {
  readonly name: string;
  readonly zip: Buffer;
  /** Default: when the run was last updated. */
  readonly createdAt?: number;
  readonly expired?: boolean;
  readonly fork?: { readonly repositoryId: number };
}

const DAYS_KEPT = 90;
const all = new WeakMap<Company, Artifact[]>();

/** Leaves an artifact; numbers go up. */
export function leaveArtifact(company: Company, run: WorkflowRun, artifact: NewArtifact): Artifact {
  const known = all.get(company) ?? [];
  const made: Artifact = {
    id: 7_000_000_001 + known.length,
    run,
    name: artifact.name,
    zip: artifact.zip,
    createdAt: artifact.createdAt ?? run.updatedAt,
    expired: artifact.expired ?? false,
    fork: artifact.fork ?? null,
  };
  all.set(company, [...known, made]);
  company.version += 1;
  return made;
}

/** Newest first. */
export function artifactsOf(company: Company): readonly Artifact[] {
  return [...(all.get(company) ?? [])].reverse();
}

export function expiryOf({ createdAt }: Artifact): number {
  return createdAt + DAYS_KEPT * 86_400_000;
}
