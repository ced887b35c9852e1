import * as z from 'zod';
import { defineMetric } from './contract.ts';
import { valuesOf } from './engine/history.ts';
import { countsUntil, doneSpans, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'ticket-completion',
  title: 'Ticket completion',
  unit: 'share',
  better: 'up',
  kind: 'stock',
  aggregate: 'ratio',
  aggregates: ['ratio'],
  definition:
    'Share of the tickets selected by `where` (a milestone, version, epic or label) that are done at the moment; by story points with the option `weightBy`; what was done and last touched before `since` is not read, so begin it before the scope.',
  source: 'https://docs.github.com/en/issues/using-labels-and-milestones-to-track-work/about-milestones',
  reads: { ticket: [...WORK_ITEM_FIELDS, 'estimate'] },
  dated: ['estimate'],
  scope: 'record',
  options: workItemOptions.extend({
    weightBy: z
      .enum(['tickets', 'storyPoints'])
      .default('tickets')
      .describe('Whether each ticket counts as one, or by its story points.'),
  }),
  *observe(tickets, options, reject) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      const { createdAt: at, ref } = ticket;
      const end = counts(ticket);
      if (end <= at) continue;
      for (const { done, from, until: turned } of doneSpans(ticket)) {
        const until = Math.min(turned, end);
        if (options.weightBy === 'tickets') {
          yield { at, from, until, value: done ? 1 : 0, of: 1, ref };
          continue;
        }
        for (const held of valuesOf(ticket, 'estimate')) {
          if (typeof held.value !== 'number') continue;
          const points = held.value;
          const span = { from: Math.max(from, held.from), until: Math.min(until, held.until) };
          yield { at, ...span, value: done ? points : 0, of: points, ref };
        }
      }
      if (options.weightBy === 'storyPoints' && ticket.estimate === null) reject('it has no estimate', at);
    }
  },
});
