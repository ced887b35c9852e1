import { defineMetric } from './contract.ts';
import {
  INCIDENT_JOINS,
  INCIDENT_READS,
  incidentOptions,
  incidentReading,
  judged,
  linkIncidents,
} from './engine/incidents.ts';

export const metric = defineMetric({
  id: 'deployment-rework-rate',
  title: 'Deployment rework rate',
  unit: 'share',
  better: 'down',
  kind: 'flow',
  aggregate: 'share',
  aggregates: ['share'],
  definition:
    'Share of the successful deployments to production that fixed an incident which an earlier deployment had caused; the `incidents:` section says how the two are linked.',
  source: 'https://dora.dev/guides/dora-metrics/',
  reads: INCIDENT_READS,
  reading: incidentReading,
  joins: INCIDENT_JOINS,
  sides: true,
  incidents: true,
  scope: 'set',
  options: incidentOptions,
  *observe(records, options, reject, around) {
    const { rollouts, linked } = linkIncidents(records, options, reject, around);
    const mending = new Map<number, { from: number; until: number }[]>();
    for (const { fix, fixKnownAt, until } of linked) {
      if (fix === null) continue;
      const spans = mending.get(fix.counted) ?? [];
      mending.set(fix.counted, [...spans, { from: Math.max(fix.at, fixKnownAt), until }]);
    }
    yield* judged(rollouts, mending);
  },
});
