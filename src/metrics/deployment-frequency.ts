import { defineMetric } from './contract.ts';
import { DEPLOYMENT_READS, deploymentOptions, deploymentReading, rolloutsIn } from './engine/deployments.ts';
import { COUNTS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'deployment-frequency',
  title: 'Deployment frequency',
  unit: 'per week',
  better: 'up',
  kind: 'flow',
  aggregate: 'perWeek',
  aggregates: [...COUNTS],
  definition:
    'Successful deployments to production in a week, those of one pipeline run counted once, whatever regions it reaches.',
  source: 'https://dora.dev/guides/dora-metrics/',
  reads: DEPLOYMENT_READS,
  reading: (options) => deploymentReading(options, false),
  sides: true,
  scope: 'set',
  options: deploymentOptions,
  *observe(records, options) {
    for (const { at, ref, counted } of rolloutsIn(records, options)) {
      if (counted === ref) yield { at, value: 1, ref };
    }
  },
});
