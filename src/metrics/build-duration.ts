import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';
import { LEVELS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'build-duration',
  title: 'Build duration',
  unit: 'milliseconds',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition: 'Running time of a build that succeeded or failed; cancelled and skipped builds are left out.',
  source: 'https://docs.github.com/en/rest/actions/workflow-runs',
  reads: { build: ['status', 'finishedAt', 'duration'] },
  latest: { build: 'finishedAt' },
  scope: 'record',
  options: noOptions,
  *observe(builds, _options, reject) {
    for (const { ref, status, finishedAt, duration } of builds) {
      if (finishedAt === null || (status !== 'succeeded' && status !== 'failed')) continue;
      if (duration === null) reject('its duration is not known', finishedAt);
      else if (duration < 0) reject('its duration is negative', finishedAt);
      else yield { at: finishedAt, value: duration, ref };
    }
  },
});
