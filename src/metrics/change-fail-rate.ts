import { defineMetric } from './contract.ts';
import {
  INCIDENT_JOINS,
  INCIDENT_READS,
  incidentOptions,
  incidentReading,
  linkIncidents,
} from './engine/incidents.ts';

export const metric = defineMetric({
  id: 'change-fail-rate',
  title: 'Change fail rate',
  unit: 'share',
  better: 'down',
  kind: 'flow',
  aggregate: 'share',
  aggregates: ['share'],
  definition:
    'Share of the successful deployments to production that led to at least one incident by the end of the window; the `incidents:` section says how the two meet.',
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
    const failedAt = new Map<number, number>();
    for (const { cause, incident } of linked) {
      const before = failedAt.get(cause.ref) ?? Number.POSITIVE_INFINITY;
      failedAt.set(cause.ref, Math.min(before, incident.createdAt));
    }
    for (const { at, ref } of rollouts) {
      const failed = failedAt.get(ref);
      if (failed === undefined) yield { at, value: 0, ref };
      else {
        yield { at, until: failed, value: 0, ref };
        yield { at, from: failed, value: 1, ref };
      }
    }
  },
});
