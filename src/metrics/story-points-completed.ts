import { defineMetric } from './contract.ts';
import { valueAt } from './engine/history.ts';
import { COUNTS } from './engine/spans.ts';
import { countsUntil, resolutionsUntil, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'story-points-completed',
  title: 'Story points completed',
  unit: 'points',
  better: 'up',
  kind: 'flow',
  aggregate: 'sum',
  aggregates: COUNTS.filter((name) => name !== 'count'),
  definition: 'Story points of the tickets resolved in the window, each by its estimate at that time.',
  source: 'https://www.atlassian.com/agile/project-management/estimation',
  reads: { ticket: [...WORK_ITEM_FIELDS, 'estimate'] },
  dated: ['estimate'],
  latest: { ticket: 'resolvedAt' },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options, reject) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      for (const { at, until } of resolutionsUntil(ticket, counts(ticket))) {
        const points = valueAt(ticket, 'estimate', at);
        if (typeof points !== 'number') reject('it had no estimate when it was resolved', at);
        else yield { at, until, value: points, ref: ticket.ref };
      }
    }
  },
});
