import { defineMetric, type Given } from './contract.ts';
import { Carriers } from './engine/carriers.ts';
import { DEPLOYMENT_READS, deploymentOptions, deploymentReading, rolloutsIn } from './engine/deployments.ts';
import { LEVELS } from './engine/spans.ts';

const READS = {
  ...DEPLOYMENT_READS,
  pull_request: ['key', 'repository', 'mergeCommit', 'mergedAt', 'createdAt', 'firstCommitAt'],
  commit: ['sha', 'parents'],
} as const;
type Pull = Extract<Given<typeof READS>, { recordType: 'pull_request' }>;

export const metric = defineMetric({
  id: 'change-lead-time',
  title: 'Change lead time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition:
    'Hours from the first commit of a pull request (authored) to the end of the deployment that first brought it to production; the first deployment on record counts for none.',
  source: 'https://dora.dev/guides/dora-metrics/',
  reads: READS,
  reading: (options) => ({
    ...deploymentReading(options, true),
    pull_request: READS.pull_request,
    commit: READS.commit,
  }),
  joins: ['commit'],
  sides: true,
  where: { bot: false },
  scope: 'set',
  options: deploymentOptions,
  *observe(records, options, reject, { joined, time, relate }) {
    const parents = new Map<string, readonly string[]>();
    for (const record of joined) if (record.recordType === 'commit') parents.set(record.sha, record.parents);
    const all = [...records];
    const carriers = new Carriers(rolloutsIn(all, options), parents);
    for (const pull of all) {
      if (pull.recordType !== 'pull_request' || pull.mergedAt === null) continue;
      const carried = pull.mergeCommit === null ? null : carriers.carrying(pull.repository, pull.mergeCommit);
      if (carried === null) reject(whyNot(pull, pull.mergedAt, carriers), pull.mergedAt, pull.ref);
      else if (carried.unclear !== null) reject(carried.unclear, pull.mergedAt, pull.ref);
      else if (pull.firstCommitAt === null)
        reject('its first commit is not known', carried.rollout.at, pull.ref);
      else {
        const { at, counted } = carried.rollout;
        const begun = Math.min(pull.firstCommitAt, pull.createdAt);
        const value = time.hours(begun, at, 'deployed - first commit');
        if (value === null) continue;
        relate?.({ of: pull.ref, is: 'deployed by', to: counted, from: at, until: Number.POSITIVE_INFINITY });
        yield { at, value, ref: pull.ref };
      }
    }
  },
});

/** Why no deployment is known to have brought a pull request that was merged. */
function whyNot({ repository, mergeCommit }: Pull, mergedAt: number, carriers: Carriers): string {
  const rollouts = carriers.of(repository);
  const [first] = rollouts;
  if (first === undefined) return 'its repository has no deployment on record';
  if (mergeCommit === null) return 'its merge commit is not known';
  if (mergedAt < first.at) return 'it was merged before the first deployment on record';
  if (mergedAt > (rollouts.at(-1)?.at ?? 0)) return 'nothing was deployed since its merge';
  return 'no deployment is known to hold its merge commit';
}
