import { describe, expect, it } from 'vitest';
import type { Change, HistoryField, Ticket } from '../../src/domain/records.ts';
import { metrics } from '../../src/metrics/index.ts';
import { aDeployment, aRule, aSprint, aTicket, at, evaluateRule, span } from '../support/records.ts';
import { EXAMPLES, INCIDENTS } from './support/examples.ts';

const change = (field: HistoryField, time: string, from: Change['from'], to: Change['to']): Change => ({
  field,
  at: at(time),
  from,
  to,
});

/** Created on the 1st, in progress from the 2nd, done on the 5th, reopened on the 10th, done again on the 20th. */
const HISTORY = [
  change('statusCategory', '2026-10-02', 'new', 'in_progress'),
  change('status', '2026-10-03', 'Doing', 'In QA'),
  change('statusCategory', '2026-10-05', 'in_progress', 'done'),
  change('statusCategory', '2026-10-10', 'done', 'in_progress'),
  change('statusCategory', '2026-10-20', 'in_progress', 'done'),
];
const ticket = (fields: Partial<Ticket> = {}) =>
  aTicket({
    createdAt: at('2026-10-01'),
    updatedAt: at('2026-10-20'),
    resolvedAt: at('2026-10-20'),
    firstResponseAt: at('2026-10-01T02:00:00Z'),
    responsesRead: true,
    type: 'Story',
    labels: ['qa-passed', 'validated', 'caused-by: roll 1'],
    estimate: 5,
    sprint: 'Web 7',
    project: 'WEB',
    history: HISTORY,
    ...fields,
  });

/** Open; at the very end of the open time; done; at the very end of the done time; open again; done again. */
const ENDS = ['04', '05', '06', '10', '11', '21'].map((day) => span('2026-10-01', `2026-10-${day}`));

/** Of each metric of tickets: its values over windows from the 1st on that end at those six moments. */
const REOPENED: Readonly<Record<string, readonly (number | null)[]>> = {
  // Every day of a roll-out on the 30th before, so that the incident was caused by it whenever it is asked.
  'change-fail-rate': [1, 1, 1, 1, 1, 1],
  'deployment-rework-rate': [0, 0, 0, 0, 0, 0],
  'failed-deployment-recovery-time': [null, null, 4 * 24 + 12, 4 * 24 + 12, null, 19 * 24 + 12],
  'hypothesis-validation-rate': [null, null, 1, 1, null, 1],
  'incident-recovery-time': [null, null, 4 * 24, 4 * 24, null, 19 * 24],
  incidents: [1, 1, 1, 1, 1, 1],
  // The sprint ends on the 8th, when it was done, and stays so: what came later belongs to another sprint.
  'sprint-completion': [null, null, null, 1, 1, 1],
  'story-points-completed': [0, 0, 5, 5, 0, 5],
  'story-to-issue-close-ratio': [null, null, 1, 1, null, 1],
  'ticket-close-rate': [0, 0, 1, 1, 0, 1],
  'ticket-cohort-close-rate': [0, 0, 1, 1, 0, 1],
  'ticket-completion': [0, 0, 1, 1, 0, 1],
  // Three days in progress by the 5th, and ten more by the 20th.
  'ticket-cycle-time': [null, null, 3 * 24, 3 * 24, null, 13 * 24],
  'ticket-first-response-time': [2, 2, 2, 2, 2, 2],
  'ticket-lead-time': [null, null, 4 * 24, 4 * 24, null, 19 * 24],
  'ticket-reopen-rate': [null, null, 0, 0, 1, 1],
  'tickets-closed': [0, 0, 1, 1, 0, 1],
  'tickets-open': [1, 1, 0, 0, 1, 0],
  'tickets-opened': [1, 1, 1, 1, 1, 1],
  'tickets-tested-share': [null, null, 1, 1, null, 1],
};
/** The same ticket, dropped as a duplicate on the 20th: it counts until then, and as its last resolution never. */
const DROPPED: typeof REOPENED = {
  ...REOPENED,
  'change-fail-rate': [1, 1, 1, 1, 1, 0],
  'failed-deployment-recovery-time': [null, null, 4 * 24 + 12, 4 * 24 + 12, null, null],
  'hypothesis-validation-rate': [null, null, 1, 1, null, null],
  'incident-recovery-time': [null, null, 4 * 24, 4 * 24, null, null],
  incidents: [1, 1, 1, 1, 1, 0],
  'sprint-completion': [null, null, null, 1, 1, null],
  'story-points-completed': [0, 0, 5, 5, 0, 0],
  'story-to-issue-close-ratio': [null, null, 1, 1, null, null],
  'ticket-completion': [0, 0, 1, 1, 0, null],
  'ticket-cycle-time': [null, null, 3 * 24, 3 * 24, null, null],
  'ticket-first-response-time': [2, 2, 2, 2, 2, null],
  'ticket-lead-time': [null, null, 4 * 24, 4 * 24, null, null],
  'ticket-reopen-rate': [null, null, 0, 0, 1, null],
  'tickets-closed': [0, 0, 1, 1, 0, 0],
  'tickets-tested-share': [null, null, 1, 1, null, null],
};

const OPTIONS: Readonly<Record<string, object>> = {
  ...Object.fromEntries(Object.entries(EXAMPLES).map(([id, { options }]) => [id, options ?? {}])),
  'hypothesis-validation-rate': { hypotheses: { type: 'Story' }, validated: { labels: 'validated' } },
  'tickets-tested-share': { tested: { status: 'In QA' } },
};

async function over(measure: string, fields: Partial<Ticket>): Promise<readonly (number | null)[]> {
  const { incidents, aggregate } = metrics.get(measure) ?? {};
  const rule = aRule(measure, {
    ...(aggregate === undefined ? {} : { aggregate }),
    options: OPTIONS[measure] as Record<string, unknown>,
    ...(incidents ? { incidents: { ...INCIDENTS, where: { type: 'Story' } } } : {}),
  });
  const around = [
    aDeployment({ key: 'roll 1', finishedAt: at('2026-09-30T12:00:00Z') }),
    aSprint({
      name: 'Web 7',
      startAt: at('2026-10-01T01:00:00Z'),
      endAt: at('2026-10-08'),
      completedAt: at('2026-10-08'),
    }),
  ];
  const isDelivery = measure === 'change-fail-rate' || measure === 'deployment-rework-rate';
  const windows = isDelivery ? ENDS.map(({ to }) => ({ from: at('2026-09-30'), to })) : ENDS;
  const { values } = await evaluateRule([ticket(fields), ...around], rule, windows);
  return values.map(({ value }) => value);
}

describe('a ticket that was done, reopened and done again', () => {
  it('is worked by hand for every metric that reads tickets', () => {
    const reading = [...metrics.values()].filter((metric) => 'ticket' in metric.reads).map(({ id }) => id);
    expect(Object.keys(REOPENED).sort()).toEqual(reading.sort());
  });

  it.each(Object.entries(REOPENED))(
    '%s sees it as it stood at the end of each window',
    async (measure, values) => {
      expect(await over(measure, {})).toEqual(values);
    },
  );

  it.each(Object.entries(DROPPED))('%s counts it until it is dropped', async (measure, values) => {
    expect(await over(measure, { resolution: 'Duplicate' })).toEqual(values);
  });
});
