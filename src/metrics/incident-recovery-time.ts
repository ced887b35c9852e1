import { defineMetric } from './contract.ts';
import { LEVELS } from './engine/spans.ts';
import { countsUntil, resolutionsUntil, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'incident-recovery-time',
  title: 'Incident recovery time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition:
    'Hours from the creation of an incident to its resolution (mean time to recover is its mean); incidents are the tickets that the `incidents:` section names.',
  source: 'https://sre.google/sre-book/managing-incidents/',
  reads: { ticket: WORK_ITEM_FIELDS },
  incidents: true,
  latest: { ticket: 'resolvedAt' },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options, _reject, { time }) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      for (const { at, until } of resolutionsUntil(ticket, counts(ticket))) {
        const value = time.hours(ticket.createdAt, at, 'resolved - created');
        if (value !== null) yield { at, until, value, ref: ticket.ref };
      }
    }
  },
});
