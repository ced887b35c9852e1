import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';
import { COUNTS, LEVELS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'line-impact',
  title: 'Line impact',
  unit: 'lines',
  better: null,
  kind: 'flow',
  aggregate: 'sum',
  aggregates: [...COUNTS, ...LEVELS],
  definition:
    'Lines added and deleted, without merges, lock files, vendored and generated files; commits from git, merged pull requests from GitHub.',
  source: 'https://git-scm.com/docs/git-log#Documentation/git-log.txt---numstat',
  activity: true,
  reads: {
    commit: ['authoredAt', 'lineImpact', 'merge'],
    pull_request: ['mergedAt', 'lineImpact'],
  },
  where: { bot: false },
  latest: { commit: 'authoredAt', pull_request: 'mergedAt' },
  scope: 'record',
  options: noOptions,
  *observe(records, _options, reject) {
    for (const record of records) {
      if (record.recordType === 'commit') {
        if (!record.merge) yield { at: record.authoredAt, value: record.lineImpact, ref: record.ref };
        continue;
      }
      if (record.mergedAt === null) continue;
      if (record.lineImpact === null) reject('its files are not known', record.mergedAt);
      else yield { at: record.mergedAt, value: record.lineImpact, ref: record.ref };
    }
  },
});
