import { defineMetric } from './contract.ts';
import {
  INCIDENT_JOINS,
  INCIDENT_READS,
  incidentOptions,
  incidentReading,
  linkIncidents,
} from './engine/incidents.ts';
import { LEVELS } from './engine/spans.ts';
import { resolutionsUntil } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'failed-deployment-recovery-time',
  title: 'Failed deployment recovery time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition:
    'Hours from the end of a deployment that caused an incident to the resolution of the incident; the `incidents:` section says how the two are linked.',
  source: 'https://dora.dev/guides/dora-metrics/',
  reads: INCIDENT_READS,
  reading: incidentReading,
  joins: INCIDENT_JOINS,
  sides: true,
  incidents: true,
  scope: 'set',
  options: incidentOptions,
  *observe(records, options, reject, around) {
    const { linked } = linkIncidents(records, options, reject, around);
    const { time } = around;
    for (const { incident, cause, until: end } of linked) {
      for (const { at, until } of resolutionsUntil(incident, end)) {
        const value = time.hours(cause.at, at, 'resolved - deployed');
        if (value !== null) yield { at, until, value, ref: incident.ref };
      }
    }
  },
});
