import { defineMetric } from './contract.ts';
import { countsAsWork, resolutions, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

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
    const counts = countsAsWork(options);
    for (const ticket of tickets) {
      if (!counts(ticket)) continue;
      for (const { at, until } of resolutions(ticket)) {
        if (ticket.history === null) reject('whether it was reopened is not known', at);
        else {
          yield { at, until, value: 0, ref: ticket.ref };
          if (until !== Number.POSITIVE_INFINITY) yield { at, from: until, value: 1, ref: ticket.ref };
        }
        break;
      }
    }
  },
});
