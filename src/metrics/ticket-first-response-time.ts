import { defineMetric } from './contract.ts';
import { LEVELS } from './engine/spans.ts';
import { countsUntil, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'ticket-first-response-time',
  title: 'Ticket first response time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition:
    'Hours from the creation of a ticket to the first comment by someone who is neither its author nor a bot; tickets that bots opened are left out.',
  source: 'https://github.com/github/issue-metrics',
  reads: { ticket: ['createdAt', 'firstResponseAt', 'responsesRead', 'resolution', 'resolvedAt', 'subtask'] },
  where: { authorIsBot: false },
  latest: { ticket: 'firstResponseAt' },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options, reject, { time }) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      const until = counts(ticket);
      if (until <= ticket.createdAt) continue;
      if (!ticket.responsesRead) reject('its comments were not read', ticket.createdAt);
      else if (ticket.firstResponseAt !== null) {
        const at = ticket.firstResponseAt;
        const value = time.hours(ticket.createdAt, at, 'first response - created');
        if (value !== null) yield { at, until, value, ref: ticket.ref };
      }
    }
  },
});
