import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';

export const metric = defineMetric({
  id: 'open-vulnerabilities',
  title: 'Open vulnerabilities',
  unit: 'count',
  better: 'down',
  kind: 'stock',
  aggregate: 'count',
  aggregates: ['count'],
  definition:
    'Alerts of security scanners that are neither fixed nor dismissed at the moment; `where: { severity: critical }` selects one severity.',
  source: 'https://docs.github.com/en/rest/dependabot/alerts',
  reads: { alert: ['createdAt', 'resolvedAt'] },
  scope: 'record',
  options: noOptions,
  *observe(alerts) {
    for (const { ref, createdAt, resolvedAt } of alerts) {
      yield { at: createdAt, value: 1, ref, ...(resolvedAt === null ? {} : { until: resolvedAt }) };
    }
  },
});
