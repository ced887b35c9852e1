import { defineMetric } from './contract.ts';
import {
  INCIDENT_JOINS,
  INCIDENT_READS,
  incidentOptions,
  incidentReading,
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
    'Share of the successful deployments to production that mended an incident which an earlier deployment had caused; the `incidents:` section says how the two meet.',
  source: 'https://dora.dev/guides/dora-metrics/',
  reads: INCIDENT_READS,
  reading: incidentReading,
  joins: INCIDENT_JOINS,
  sides: true,
  incidents: true,
  scope: 'set',
  options: incidentOptions,
  *observe(records, options, reject, { joined, incidents }) {
    const { rollouts, linked } = linkIncidents(records, joined, options, incidents, reject);
    const reworkFrom = new Map<number, number>();
    for (const { fix, fixKnownAt } of linked) {
      if (fix === null) continue;
      const known = Math.max(fix.at, fixKnownAt);
      reworkFrom.set(fix.ref, Math.min(reworkFrom.get(fix.ref) ?? Number.POSITIVE_INFINITY, known));
    }
    for (const { at, ref } of rollouts) {
      const from = reworkFrom.get(ref);
      if (from === undefined) yield { at, value: 0, ref };
      else {
        yield { at, until: from, value: 0, ref };
        yield { at, from, value: 1, ref };
      }
    }
  },
});
