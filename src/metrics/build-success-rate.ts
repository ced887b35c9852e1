import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';

export const metric = defineMetric({
  id: 'build-success-rate',
  title: 'Build success rate',
  unit: 'share',
  better: 'up',
  kind: 'flow',
  aggregate: 'share',
  aggregates: ['share'],
  definition:
    'Share of the builds finished in the window that succeeded; cancelled and skipped ones are left out, and a re-run counts as its last attempt.',
  source: 'https://docs.github.com/en/rest/actions/workflow-runs',
  reads: { build: ['status', 'finishedAt'] },
  latest: { build: 'finishedAt' },
  scope: 'record',
  options: noOptions,
  *observe(builds) {
    for (const { ref, status, finishedAt } of builds) {
      if (finishedAt === null || (status !== 'succeeded' && status !== 'failed')) continue;
      yield { at: finishedAt, value: status === 'succeeded' ? 1 : 0, ref };
    }
  },
});
