import { defineMetric } from './contract.ts';
import { RELEASE_READS, releaseMoments, releaseOptions } from './engine/releases.ts';
import { COUNTS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'releases',
  title: 'Releases',
  unit: 'count',
  better: 'up',
  kind: 'flow',
  aggregate: 'count',
  aggregates: [...COUNTS],
  definition:
    'Releases published in the window, without drafts and pre-releases; git tags where there are no releases.',
  source: 'https://docs.github.com/en/rest/releases/releases',
  reads: RELEASE_READS,
  scope: 'set',
  options: releaseOptions,
  *observe(records, options) {
    for (const { at, until, ref } of releaseMoments(records, options)) yield { at, until, value: 1, ref };
  },
});
