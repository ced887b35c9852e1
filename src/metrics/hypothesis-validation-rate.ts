import { defineMetric } from './contract.ts';
import { filterOf } from './engine/conditions.ts';
import { fieldsFor, resolvedBy, TICKET_FIELDS } from './engine/filtered.ts';
import { WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'hypothesis-validation-rate',
  title: 'Hypothesis validation rate',
  unit: 'share',
  better: 'up',
  kind: 'flow',
  aggregate: 'share',
  aggregates: ['share'],
  definition:
    'Share of the hypotheses resolved in the window that were validated; the options `hypotheses` and `validated` say which tickets are which.',
  source: 'https://www.scrum.org/resources/blog/hypothesis-driven-development',
  reads: { ticket: TICKET_FIELDS },
  reading: ({ hypotheses, validated }) => ({ ticket: fieldsFor(WORK_ITEM_FIELDS, hypotheses, validated) }),
  dated: ['type', 'labels'],
  latest: { ticket: 'resolvedAt' },
  scope: 'record',
  options: workItemOptions.extend({
    // "Invalid" and "Won't Do" are how a hypothesis ends that did not hold: leaving those out would leave only success.
    excludeResolutions: workItemOptions.shape.excludeResolutions
      .unwrap()
      .default(['Duplicate', 'duplicate'])
      .describe('Tickets with one of these resolutions are left out; a refuted hypothesis must not be.'),
    hypotheses: filterOf('ticket').describe('Conditions of a hypothesis, such as { type: Hypothesis }.'),
    validated: filterOf('ticket').describe(
      'Conditions of a hypothesis that held, such as { labels: validated }.',
    ),
  }),
  *observe(tickets, options) {
    for (const judged of resolvedBy(tickets, options, options.hypotheses, options.validated)) {
      const { ref, at, from, until, first, second } = judged;
      if (first) yield { at, from, until, value: second ? 1 : 0, ref };
    }
  },
});
