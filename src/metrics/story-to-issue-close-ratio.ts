import { defineMetric } from './contract.ts';
import { filterOf } from './engine/conditions.ts';
import { fieldsFor, resolvedBy, TICKET_FIELDS } from './engine/filtered.ts';
import { WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'story-to-issue-close-ratio',
  title: 'Story to issue close ratio',
  unit: 'ratio',
  better: null,
  kind: 'flow',
  aggregate: 'ratio',
  aggregates: ['ratio'],
  definition:
    'User stories resolved in the window over issues resolved in it; the options `stories` and `issues` say which tickets are which.',
  source: 'https://www.atlassian.com/agile/project-management/user-stories',
  reads: { ticket: TICKET_FIELDS },
  reading: ({ stories, issues }) => ({ ticket: fieldsFor(WORK_ITEM_FIELDS, stories, issues) }),
  dated: ['type'],
  latest: { ticket: 'resolvedAt' },
  scope: 'record',
  options: workItemOptions.extend({
    stories: filterOf('ticket')
      .default({ type: ['Story', 'User Story'] })
      .describe('Conditions of a user story; default those of the type Story or User Story.'),
    issues: filterOf('ticket').default({}).describe('Conditions of an issue; default every ticket.'),
  }),
  *observe(tickets, options) {
    for (const judged of resolvedBy(tickets, options, options.stories, options.issues)) {
      const { ref, at, from, until, first, second } = judged;
      if (first || second) yield { at, from, until, value: first ? 1 : 0, of: second ? 1 : 0, ref };
    }
  },
});
