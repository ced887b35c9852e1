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
  id: 'change-fail-rate',
  title: 'Change fail rate',
  unit: 'share',
  better: 'down',
  kind: 'flow',
  aggregate: 'share',
  aggregates: ['share'],
  definition:
    'Share of the successful deployments to production that led to at least one incident by the end of the window; the `incidents:` section says how the two are linked.',
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
    const failing = new Map<number, { from: number; until: number }[]>();
    for (const { cause, incident, until } of linked) {
      const spans = failing.get(cause.counted) ?? [];
      failing.set(cause.counted, [...spans, { from: incident.createdAt, until }]);
    }
    yield* judged(rollouts, failing);
  },
});
