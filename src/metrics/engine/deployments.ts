import * as z from 'zod';
import type { Instant } from '../../domain/records.ts';
import type { RecordHandle } from '../../store/contract.ts';
import type { Given } from '../contract.ts';
import { matchesCondition } from './where.ts';

/** Names that teams and platforms give to what their users see. */
const PRODUCTION = ['production*', 'prod', 'prod-*', 'prd', 'live', 'live-*', 'main', 'www', 'github-pages'];

export const deploymentOptions = z.strictObject({
  environments: z
    .array(z.string())
    .min(1)
    .default(PRODUCTION)
    .describe('Environments that are production; `*` stands for any characters.'),
  deployments: z
    .strictObject({ from: z.enum(['deployments', 'releases', 'tags']) })
    .default({ from: 'deployments' })
    .describe('What counts as a deployment if a team records none: its releases or its git tags.'),
  prereleases: z
    .boolean()
    .default(false)
    .describe('Whether pre-releases count when releases stand in for deployments.'),
});
export type DeploymentOptions = z.infer<typeof deploymentOptions>;

/** The fields that every metric of deployments reads. */
export const DEPLOYMENT_READS = {
  deployment: [
    'id',
    'key',
    'url',
    'repository',
    'environment',
    'commit',
    'status',
    'run',
    'finishedAt',
    'commits',
  ],
  release: ['id', 'key', 'url', 'repository', 'tag', 'draft', 'prerelease', 'publishedAt'],
  tag: ['id', 'key', 'url', 'repository', 'name', 'sha', 'taggedAt'],
} as const;
type DeploymentReads = typeof DEPLOYMENT_READS;
export type DeploymentRecord = Given<DeploymentReads>;

/** Of those, what is read under the options. Releases know their commits only by the tags. */
export function deploymentReading(
  { deployments }: DeploymentOptions,
  commits: boolean,
): Partial<DeploymentReads> {
  const { deployment, release, tag } = DEPLOYMENT_READS;
  if (deployments.from === 'deployments') return { deployment };
  if (deployments.from === 'tags') return { tag };
  return commits ? { release, tag } : { release };
}

/** One successful deployment to production, or what stands for it. */
export interface Rollout {
  readonly ref: RecordHandle;
  /** The first one of its pipeline run, as which the whole run counts once: its own `ref` where that is it. */
  readonly counted: RecordHandle;
  readonly at: Instant;
  readonly repository: string;
  readonly environment: string;
  /** Null for a release whose tag is not known. */
  readonly commit: string | null;
  readonly commits: readonly string[] | null;
  /** What an incident may call it. */
  readonly names: readonly string[];
}

/** Successful deployments to production, oldest first; several of one run to one environment are the first of them. */
export function rolloutsIn(
  records: Iterable<DeploymentRecord | { readonly recordType: 'pull_request' | 'ticket' | 'commit' }>,
  options: DeploymentOptions,
): readonly Rollout[] {
  const found: (Omit<Rollout, 'counted'> & { readonly run: string | null })[] = [];
  const shaOfTag = new Map<string, string>();
  const { from } = options.deployments;
  for (const record of records) {
    switch (record.recordType) {
      case 'deployment': {
        if (from !== 'deployments' || record.status !== 'succeeded' || record.finishedAt === null) continue;
        if (!matchesCondition(options.environments, record.environment)) continue;
        found.push({ ...record, at: record.finishedAt, names: namesOf(record) });
        continue;
      }
      case 'release': {
        if (from !== 'releases' || record.draft || record.publishedAt === null) continue;
        if (record.prerelease && !options.prereleases) continue;
        const { ref, repository, publishedAt } = record;
        const names = [...namesOf(record), record.tag];
        found.push({ ...STANDING, ref, repository, at: publishedAt, names });
        continue;
      }
      case 'tag': {
        shaOfTag.set(`${record.repository}\0${record.name}`, record.sha);
        if (from !== 'tags') continue;
        const { ref, repository, name, sha, taggedAt } = record;
        // Two sources that read one repository bring the same tag.
        const run = `tag ${name}`;
        found.push({ ...STANDING, ref, repository, commit: sha, at: taggedAt, names: namesOf(record), run });
      }
    }
  }
  found.sort((a, b) => a.at - b.at || a.ref - b.ref);
  const runs = new Map<string, { readonly counted: RecordHandle; readonly environments: Set<string> }>();
  const rollouts: Rollout[] = [];
  for (const { run, ...rollout } of found) {
    const { ref: counted, repository, environment } = rollout;
    const key = `${repository}\0${run}`;
    const known = run === null ? undefined : runs.get(key);
    if (known?.environments.has(environment)) continue;
    known?.environments.add(environment);
    if (run !== null && known === undefined) runs.set(key, { counted, environments: new Set([environment]) });
    const commit = from === 'releases' ? tagged(rollout, shaOfTag) : rollout.commit;
    rollouts.push({ ...rollout, commit, counted: known?.counted ?? counted });
  }
  return rollouts;
}

const STANDING = { environment: 'release', commit: null, commits: null, run: null } as const;

function namesOf(record: { readonly id: string; readonly key: string; readonly url: string | null }) {
  return record.url === null ? [record.id, record.key] : [record.id, record.key, record.url];
}

/** A release's last name is its tag. */
function tagged(
  { repository, names }: Pick<Rollout, 'repository' | 'names'>,
  shaOfTag: ReadonlyMap<string, string>,
): string | null {
  return shaOfTag.get(`${repository}\0${names.at(-1)}`) ?? null;
}
