import { defineMetric } from './contract.ts';
import { countsUntil, resolutionsUntil, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'ticket-reopen-rate',
  title: 'Ticket reopen rate',
  unit: 'share',
  better: 'down',
  kind: 'flow',
  aggregate: 'share',
  aggregates: ['share'],
  definition:
    'Share of the tickets first resolved in the window that left the done category again, by the end of the window.',
  source: 'https://en.wikipedia.org/wiki/Bug_tracking_system',
  reads: { ticket: WORK_ITEM_FIELDS },
  latest: { ticket: 'resolvedAt' },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options, reject) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      const end = counts(ticket);
      for (const { at, until } of resolutionsUntil(ticket, end)) {
        if (ticket.history === null) reject('whether it was reopened is not known', at);
        else {
          yield { at, until, value: 0, ref: ticket.ref };
          if (until < end) yield { at, from: until, until: end, value: 1, ref: ticket.ref };
        }
        break;
      }
    }
  },
});
