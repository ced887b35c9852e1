import { describe, expect, it } from 'vitest';
import type { Change, HistoryField, Ticket } from '../../src/domain/records.ts';
import { aPull, aRule, aSprint, aTicket, at, evaluateRule, october, span } from '../support/records.ts';
import { INCIDENTS } from './support/examples.ts';

const change = (field: HistoryField, time: string, from: Change['from'], to: Change['to']): Change => ({
  field,
  at: at(time),
  from,
  to,
});
const turn = (time: string, from: string, to: string) => change('statusCategory', time, from, to);

/** A ticket of October with these turns of its status category; resolved where the last one ends in done. */
function worked(turns: readonly Change[], fields: Partial<Ticket> = {}): Ticket {
  const last = turns.at(-1);
  return aTicket({
    createdAt: at('2026-10-01T08:00:00Z'),
    updatedAt: last?.at ?? at('2026-10-01T08:00:00Z'),
    resolvedAt: last?.to === 'done' ? last.at : null,
    history: turns,
    ...fields,
  });
}

const closed = (fields: Partial<Ticket> = {}) =>
  worked([turn('2026-10-10T08:00:00Z', 'new', 'done')], fields);

describe('ticket-cycle-time', () => {
  it('adds the visits of a ticket that goes back and forth, and leaves the pauses out', async () => {
    const ticket = worked([
      turn('2026-10-02T08:00:00Z', 'new', 'in_progress'),
      turn('2026-10-02T14:00:00Z', 'in_progress', 'new'), // 6 h
      turn('2026-10-05T08:00:00Z', 'new', 'in_progress'),
      turn('2026-10-06T08:00:00Z', 'in_progress', 'done'), // 24 h
    ]);
    expect(await october([ticket], 'ticket-cycle-time')).toMatchObject({ value: 30, n: 1 });
  });

  it('is no observation for a ticket that skips the statuses in progress, or passes through in one instant', async () => {
    const skipped = worked([turn('2026-10-05T08:00:00Z', 'new', 'done')]);
    const passed = worked([
      turn('2026-10-05T08:00:00Z', 'new', 'in_progress'),
      turn('2026-10-05T08:00:00Z', 'in_progress', 'done'),
    ]);
    expect(await october([skipped, passed], 'ticket-cycle-time')).toMatchObject({
      value: null,
      n: 0,
      rejected: 0,
    });
  });

  it('is no observation for a ticket that was created done', async () => {
    const ticket = aTicket({
      createdAt: at('2026-10-05'),
      resolvedAt: at('2026-10-05'),
      history: [],
    });
    expect(await october([ticket], 'ticket-cycle-time')).toMatchObject({ value: null, n: 0, rejected: 0 });
  });

  it('goes on over a move to a workflow of other names, for the category is what counts', async () => {
    const ticket = worked([
      change('status', '2026-10-02T08:00:00Z', 'To Do', 'In Progress'),
      turn('2026-10-02T08:00:00Z', 'new', 'in_progress'),
      // Moved: "In Progress" of one project becomes "Doing" of another, in the same category.
      change('status', '2026-10-02T20:00:00Z', 'In Progress', 'Doing'),
      // Moved again, to a workflow whose "Waiting" is no work.
      change('status', '2026-10-03T08:00:00Z', 'Doing', 'Waiting'),
      turn('2026-10-03T08:00:00Z', 'in_progress', 'new'), // 24 h
      change('status', '2026-10-05T08:00:00Z', 'Waiting', 'Doing'),
      turn('2026-10-05T08:00:00Z', 'new', 'in_progress'),
      change('status', '2026-10-05T09:30:00Z', 'Doing', 'Shipped'),
      turn('2026-10-05T09:30:00Z', 'in_progress', 'done'), // 1.5 h
    ]);
    expect(await october([ticket], 'ticket-cycle-time')).toMatchObject({ value: 25.5, n: 1 });
  });

  it('begins with the creation of a ticket that was created in progress', async () => {
    const ticket = worked([turn('2026-10-01T11:00:00Z', 'in_progress', 'done')]);
    expect((await october([ticket], 'ticket-cycle-time')).value).toBe(3);
  });

  it('of a reopened ticket has all visits by its last resolution, and the first only until it was reopened', async () => {
    const ticket = worked([
      turn('2026-10-02T08:00:00Z', 'new', 'in_progress'),
      turn('2026-10-02T10:00:00Z', 'in_progress', 'done'), // 2 h
      turn('2026-10-05T08:00:00Z', 'done', 'in_progress'),
      turn('2026-10-05T13:00:00Z', 'in_progress', 'done'), // 5 h
    ]);
    const windows = ['2026-10-04', '2026-10-05T12:00:00Z', '2026-10-06'].map((to) => span('2026-10-01', to));
    const { values } = await evaluateRule([ticket], aRule('ticket-cycle-time'), windows);
    expect(values.map((value) => value.value)).toEqual([2, null, 7]);
  });

  it('counts the hour that clocks repeat', async () => {
    const ticket = worked([
      turn('2026-10-24T23:00:00+02:00', 'new', 'in_progress'),
      turn('2026-10-25T05:00:00+01:00', 'in_progress', 'done'),
    ]);
    expect((await october([ticket], 'ticket-cycle-time')).value).toBe(7);
  });

  it('is rejected where the tool has no history', async () => {
    const ticket = aTicket({ createdAt: at('2026-10-01'), resolvedAt: at('2026-10-05') });
    expect(await october([ticket], 'ticket-cycle-time')).toMatchObject({ value: null, rejected: 1 });
  });
});

describe('ticket-cohort-close-rate', () => {
  it('holds a ticket false until it closes, true after, and false again once it is reopened', async () => {
    const ticket = worked([
      turn('2026-10-05', 'new', 'done'),
      turn('2026-10-10', 'done', 'new'),
      turn('2026-10-20', 'new', 'done'),
    ]);
    const ends = ['2026-10-05', '2026-10-06', '2026-10-10', '2026-10-11', '2026-10-21'];
    const { values } = await evaluateRule(
      [ticket],
      aRule('ticket-cohort-close-rate'),
      ends.map((to) => span('2026-10-01', to)),
    );
    expect(values.map((value) => value.value)).toEqual([0, 1, 1, 0, 1]);
    expect(values.every((value) => value.sampleSize === 1)).toBe(true);
  });

  it('counts the open ones of the cohort, every resolution, and no ticket of another month', async () => {
    const tickets = [
      closed(),
      closed({ resolution: "Won't Fix" }),
      aTicket({ createdAt: at('2026-10-02') }),
      aTicket({ createdAt: at('2026-09-30'), resolvedAt: at('2026-10-02') }),
    ];
    expect(await october(tickets, 'ticket-cohort-close-rate')).toMatchObject({ n: 3, value: 2 / 3 });
  });
});

describe('ticket-first-response-time', () => {
  const asked = (fields: Partial<Ticket>) =>
    aTicket({ createdAt: at('2026-10-05T08:00:00Z'), responsesRead: true, ...fields });

  it('waits for the first answer, and leaves out tickets that bots opened', async () => {
    const tickets = [
      asked({ firstResponseAt: at('2026-10-05T09:30:00Z') }),
      asked({ firstResponseAt: at('2026-10-05T10:30:00Z'), authorIsBot: true }),
      asked({ firstResponseAt: null }),
    ];
    expect(await october(tickets, 'ticket-first-response-time')).toMatchObject({
      value: 1.5,
      n: 1,
      rejected: 0,
    });
    const where = { authorIsBot: [true, false] };
    expect(await october(tickets, 'ticket-first-response-time', { where })).toMatchObject({ value: 2, n: 2 });
  });

  it('is rejected where comments were not read, or where the answer came before the ticket', async () => {
    const tickets = [asked({ responsesRead: false }), asked({ firstResponseAt: at('2026-10-05T07:00:00Z') })];
    expect(await october(tickets, 'ticket-first-response-time')).toMatchObject({ value: null, rejected: 2 });
  });
});

describe('ticket-reopen-rate', () => {
  it('turns true when the ticket leaves the done category, and stays so when it is done again', async () => {
    const ticket = worked([
      turn('2026-10-05', 'new', 'done'),
      turn('2026-10-10', 'done', 'new'),
      turn('2026-10-20', 'new', 'done'),
    ]);
    const ends = ['2026-10-06', '2026-10-10', '2026-10-10T01:00:00Z', '2026-10-25'];
    const { values } = await evaluateRule(
      [ticket, closed()],
      aRule('ticket-reopen-rate'),
      ends.map((to) => span('2026-10-01', to)),
    );
    expect(values.map((value) => value.value)).toEqual([0, 0, 1, 0.5]);
  });

  it('is rejected where no history tells', async () => {
    const ticket = aTicket({ resolvedAt: at('2026-10-05') });
    expect(await october([ticket], 'ticket-reopen-rate')).toMatchObject({ value: null, n: 0, rejected: 1 });
  });
});

describe('tickets-tested-share', () => {
  const tested = (tickets: readonly (Ticket | ReturnType<typeof aPull>)[], by: object) =>
    october(tickets, 'tickets-tested-share', { options: { tested: by } });

  it('by a status that it was in before it was resolved', async () => {
    const through = closed({
      history: [
        change('status', '2026-10-02', 'Doing', 'In QA'),
        change('status', '2026-10-10T08:00:00Z', 'In QA', 'Closed'),
        turn('2026-10-10T08:00:00Z', 'in_progress', 'done'),
      ],
    });
    const later = closed({
      status: 'In QA',
      history: [
        turn('2026-10-10T08:00:00Z', 'in_progress', 'done'),
        change('status', '2026-10-12', 'Closed', 'In QA'),
      ],
    });
    const unknown = aTicket({ resolvedAt: at('2026-10-10'), status: 'In QA' });
    expect(await tested([through, later, unknown], { status: ['in qa', 'testing'] })).toMatchObject({
      value: 0.5,
      n: 2,
      rejected: 1,
    });
  });

  it('by a label, as it stands at the end of the window', async () => {
    const ticket = closed({
      labels: ['qa'],
      history: [turn('2026-10-10T08:00:00Z', 'new', 'done'), change('labels', '2026-10-20', [], ['qa'])],
    });
    const rule = aRule('tickets-tested-share', { options: { tested: { label: 'qa' } } });
    const windows = ['2026-10-15', '2026-10-25'].map((to) => span('2026-10-01', to));
    const { values } = await evaluateRule([ticket], rule, windows);
    expect(values.map((value) => [value.value, value.sampleSize])).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  it('by a field that is set, or by conditions', async () => {
    const tickets = [closed({ assignee: 'ana' }), closed({ assignee: null }), closed({ assignee: null })];
    expect((await tested(tickets, { field: 'assignee' })).value).toBeCloseTo(1 / 3, 12);
    expect((await tested(tickets, { where: { assignee: null } })).value).toBeCloseTo(2 / 3, 12);
  });

  it('by a pull request that closed it and touched test files', async () => {
    const pulls = [
      aPull({ key: 'acme/web#1', testsTouched: true }),
      aPull({ key: 'acme/web#2', testsTouched: false }),
      aPull({ key: 'acme/web#3', testsTouched: null }),
    ];
    const tickets = [
      closed({ closedBy: ['acme/web#2', 'acme/web#1'] }),
      closed({ closedBy: ['acme/web#2'] }),
      closed({ closedBy: [] }),
      closed({ closedBy: ['acme/web#3'] }),
      closed({ closedBy: ['acme/gone#9'] }),
    ];
    expect(await tested([...tickets, ...pulls], { pullRequest: true })).toMatchObject({
      n: 3,
      rejected: 2,
      value: 1 / 3,
    });
  });

  it('counts bugs where they are asked for', async () => {
    const options = { tested: { label: 'qa' } };
    const tickets = [closed({ type: 'Bug', labels: ['qa'] }), closed({ type: 'Story' })];
    const where = { type: 'bug' };
    expect(await october(tickets, 'tickets-tested-share', { options, where })).toMatchObject({
      value: 1,
      n: 1,
    });
  });
});

describe('ticket-completion', () => {
  const inMilestone = (ticket: Ticket): Ticket => ({ ...ticket, milestone: 'v2' });
  const where = { milestone: 'v2' };

  it('is done of all that the scope holds, however old', async () => {
    const tickets = [
      aTicket({ createdAt: at('2020-01-01'), resolvedAt: at('2020-02-01') }),
      aTicket({ createdAt: at('2026-10-30') }),
      aTicket({ createdAt: at('2026-10-02'), resolvedAt: at('2026-11-02') }),
      aTicket({ createdAt: at('2026-10-02'), resolvedAt: at('2026-10-05'), resolution: 'duplicate' }),
      aTicket({ createdAt: at('2026-11-02') }),
    ].map(inMilestone);
    expect(await october([...tickets, closed()], 'ticket-completion', { where })).toMatchObject({
      value: 1 / 3,
      n: 3,
    });
  });

  it('is no value of an empty scope', async () => {
    expect(await october([closed()], 'ticket-completion', { where })).toMatchObject({ value: null, n: 0 });
  });

  it('weighs by the story points of the time, and says which tickets have none', async () => {
    const done = closed({
      estimate: 8,
      history: [change('estimate', '2026-10-05', 2, 8), turn('2026-10-10T08:00:00Z', 'new', 'done')],
    });
    const open = aTicket({ createdAt: at('2026-10-01'), estimate: 8, history: [] });
    const without = aTicket({ createdAt: at('2026-10-01'), history: [] });
    const rule = aRule('ticket-completion', { options: { weightBy: 'storyPoints' } });
    const windows = ['2026-10-04', '2026-10-07', '2026-10-12'].map((to) => span('2026-10-01', to));
    const { values, rejected } = await evaluateRule([done, open, without], rule, windows);
    expect(values.map((value) => [value.value, value.sampleSize])).toEqual([
      [0, 10],
      [0, 16],
      [0.5, 16],
    ]);
    expect(rejected).toEqual([{ reason: 'it has no estimate', count: 1 }]);
  });

  it('leaves last month as it was when a ticket moves to another milestone', async () => {
    const moved = closed({
      milestone: 'v3',
      history: [turn('2026-10-10T08:00:00Z', 'new', 'done'), change('milestone', '2026-11-10', 'v2', 'v3')],
    });
    const windows = [span('2026-10-01', '2026-11-01'), span('2026-10-01', '2026-12-01')];
    const { values } = await evaluateRule([moved], aRule('ticket-completion', { where }), windows);
    expect(values.map((value) => value.value)).toEqual([1, null]);
  });
});

describe('story-points-completed', () => {
  it('adds estimates as they were when the tickets were resolved', async () => {
    const reestimated = closed({
      estimate: 13,
      history: [
        change('estimate', '2026-10-10T08:00:00Z', null, 5),
        turn('2026-10-10T08:00:00Z', 'new', 'done'),
        change('estimate', '2026-10-15', 5, 13),
      ],
    });
    expect(await october([reestimated, closed({ estimate: 3 })], 'story-points-completed')).toMatchObject({
      value: 8,
      n: 2,
    });
  });

  it('credits a reopened ticket to its last resolution alone', async () => {
    const ticket = worked(
      [
        turn('2026-10-05', 'new', 'done'),
        turn('2026-10-10', 'done', 'new'),
        turn('2026-11-05', 'new', 'done'),
      ],
      { estimate: 5 },
    );
    const windows = [
      span('2026-10-01', '2026-10-08'),
      span('2026-10-01', '2026-11-01'),
      span('2026-11-01', '2026-12-01'),
    ];
    const { values } = await evaluateRule([ticket], aRule('story-points-completed'), windows);
    expect(values.map((value) => value.value)).toEqual([5, 0, 5]);
  });

  it('counts and shows tickets without an estimate', async () => {
    expect(await october([closed()], 'story-points-completed')).toMatchObject({
      value: 0,
      n: 0,
      rejected: 1,
    });
  });
});

describe('sprint-completion', () => {
  const sprint = aSprint({
    name: 'Web 7',
    startAt: at('2026-10-05'),
    endAt: at('2026-10-19'),
    completedAt: at('2026-10-19T10:00:00Z'),
  });
  const inSprint = (fields: Partial<Ticket>) =>
    aTicket({
      createdAt: at('2026-09-01'),
      project: 'WEB',
      sprint: 'Web 7',
      estimate: 5,
      history: [],
      ...fields,
    });

  it('is the points done at its end of those in it at its start', async () => {
    const tickets = [
      inSprint({ resolvedAt: at('2026-10-12'), estimate: 3 }),
      inSprint({ resolvedAt: null, estimate: 5 }),
      // Done in time, but the sprint was already closed.
      inSprint({ resolvedAt: at('2026-10-19T11:00:00Z'), estimate: 2 }),
    ];
    expect(await october([sprint, ...tickets], 'sprint-completion')).toMatchObject({ value: 0.3, n: 10 });
  });

  it('counts what was added after its start on neither side', async () => {
    const added = inSprint({
      resolvedAt: at('2026-10-12'),
      history: [change('sprint', '2026-10-06', null, 'Web 7')],
    });
    const created = inSprint({ createdAt: at('2026-10-06'), resolvedAt: at('2026-10-12') });
    const there = inSprint({ resolvedAt: at('2026-10-12'), estimate: 1 });
    expect(await october([sprint, added, created, there], 'sprint-completion')).toMatchObject({
      value: 1,
      n: 1,
    });
  });

  it('takes the estimate of its start, so that it cannot exceed 1', async () => {
    const grown = inSprint({
      resolvedAt: at('2026-10-12'),
      estimate: 13,
      history: [change('estimate', '2026-10-08', 5, 13), turn('2026-10-12', 'new', 'done')],
    });
    expect(await october([sprint, grown], 'sprint-completion')).toMatchObject({ value: 1, n: 5 });
  });

  it('counts a ticket that was carried over in each sprint that began with it, and done only in the last', async () => {
    const next = aSprint({
      name: 'Web 8',
      startAt: at('2026-10-19T10:00:00Z'),
      endAt: at('2026-10-28'),
      completedAt: at('2026-10-28'),
    });
    const carried = inSprint({
      sprint: 'Web 8',
      resolvedAt: at('2026-10-25'),
      history: [
        change('sprint', '2026-10-19T10:00:00Z', 'Web 7', 'Web 8'),
        turn('2026-10-25', 'new', 'done'),
      ],
    });
    const windows = [
      span('2026-10-01', '2026-10-20'),
      span('2026-10-20', '2026-11-01'),
      span('2026-10-01', '2026-11-01'),
    ];
    const { values } = await evaluateRule([sprint, next, carried], aRule('sprint-completion'), windows);
    expect(values.map((value) => [value.value, value.sampleSize])).toEqual([
      [0, 5],
      [1, 5],
      [0.5, 10],
    ]);
  });

  it('keeps sprints of one name in two projects apart', async () => {
    const theirs = aSprint({
      name: 'Web 7',
      project: 'API',
      startAt: at('2026-10-05'),
      endAt: at('2026-10-12'),
      completedAt: at('2026-10-12'),
    });
    const ours = inSprint({ resolvedAt: at('2026-10-15') });
    expect(await october([sprint, theirs, ours], 'sprint-completion')).toMatchObject({ value: 1, n: 5 });
  });

  it('is meant by no other of its name that already ran, whenever that one ends', async () => {
    const own = aSprint({
      name: 'Web 7',
      startAt: at('2026-10-01'),
      endAt: at('2026-10-25'),
      state: 'active',
      completedAt: null,
    });
    const theirs = { ...sprint, project: 'API' };
    for (const state of [own, { ...own, state: 'closed' as const, completedAt: at('2026-10-25') }]) {
      const { values } = await evaluateRule([theirs, state, inSprint({})], aRule('sprint-completion'), [
        span('2026-10-01', '2026-10-20'),
      ]);
      expect(values[0]).toMatchObject({ value: null, sampleSize: 0 });
    }
  });

  it('waits for the end of a sprint that still runs, and may be of some boards or some types', async () => {
    const running = aSprint({ name: 'Web 7', state: 'active', completedAt: null });
    expect(await october([running, inSprint({})], 'sprint-completion')).toMatchObject({ value: null, n: 0 });
    const tickets = [inSprint({ type: 'Bug', resolvedAt: at('2026-10-12') }), inSprint({ type: 'Story' })];
    const of = (where: Parameters<typeof aRule>[1]) =>
      october([sprint, ...tickets], 'sprint-completion', where);
    expect(await of({ where: { type: 'Bug' } })).toMatchObject({ value: 1, n: 5 });
    expect(await of({ where: { board: 'Web*' } })).toMatchObject({ value: 0.5, n: 10 });
    expect(await of({ where: { board: 'API*' } })).toMatchObject({ value: null });
  });

  it('shows sprints without a start and tickets without an estimate', async () => {
    const records = [sprint, aSprint({ name: 'x', startAt: null }), inSprint({ estimate: null })];
    expect(await october(records, 'sprint-completion')).toMatchObject({ value: null, rejected: 2 });
  });
});

describe('story-to-issue-close-ratio', () => {
  it('is closed stories over closed issues, whichever tickets those are', async () => {
    const tickets = [
      closed({ type: 'Story' }),
      closed({ type: 'Bug' }),
      closed({ type: 'Bug' }),
      aTicket({ type: 'Story' }),
    ];
    expect((await october(tickets, 'story-to-issue-close-ratio')).value).toBeCloseTo(1 / 3, 12);
    const options = { issues: { type: 'bug' } };
    expect(await october(tickets, 'story-to-issue-close-ratio', { options })).toMatchObject({
      value: 0.5,
      n: 2,
    });
  });

  it('is no value where no issue was closed', async () => {
    const options = { issues: { type: 'bug' } };
    expect(
      (await october([closed({ type: 'Story' })], 'story-to-issue-close-ratio', { options })).value,
    ).toBeNull();
  });

  it('sees a bug that became a story as what it was at the end of each window', async () => {
    const ticket = closed({
      type: 'Story',
      history: [turn('2026-10-10T08:00:00Z', 'new', 'done'), change('type', '2026-10-20', 'Bug', 'Story')],
    });
    const windows = ['2026-10-15', '2026-10-25'].map((to) => span('2026-10-01', to));
    const { values } = await evaluateRule([ticket], aRule('story-to-issue-close-ratio'), windows);
    expect(values.map((value) => value.value)).toEqual([0, 1]);
  });
});

describe('hypothesis-validation-rate', () => {
  const options = { hypotheses: { type: 'Hypothesis' }, validated: { resolution: 'Validated' } };

  it('is validated of all hypotheses that were decided, the refuted ones included', async () => {
    const tickets = [
      closed({ type: 'Hypothesis', resolution: 'Validated' }),
      closed({ type: 'Hypothesis', resolution: 'Invalid' }),
      closed({ type: 'Hypothesis', resolution: "Won't Do" }),
      closed({ type: 'Hypothesis', resolution: 'Duplicate' }),
      closed({ type: 'Bug', resolution: 'Validated' }),
      aTicket({ type: 'Hypothesis' }),
    ];
    expect(await october(tickets, 'hypothesis-validation-rate', { options })).toMatchObject({
      n: 3,
      value: 1 / 3,
    });
  });
});

describe('incidents', () => {
  const incident = (fields: Partial<Ticket> = {}) => closed({ type: 'Incident', ...fields });

  it('are the tickets that the section names, less dropped ones and those that where leaves out', async () => {
    const tickets = [
      incident(),
      incident({ resolution: 'duplicate' }),
      incident({ labels: ['minor'] }),
      closed(),
    ];
    expect((await october(tickets, 'incidents', { incidents: INCIDENTS })).value).toBe(2);
    const where = { labels: { not: 'minor' } };
    expect((await october(tickets, 'incidents', { incidents: INCIDENTS, where })).value).toBe(1);
  });

  it('take as long to recover from as from creation to their last resolution', async () => {
    const reopened = worked(
      [
        turn('2026-10-01T10:00:00Z', 'new', 'done'),
        turn('2026-10-01T11:00:00Z', 'done', 'new'),
        turn('2026-10-01T14:00:00Z', 'new', 'done'),
      ],
      { type: 'Incident' },
    );
    const fields = { incidents: INCIDENTS };
    expect(await october([reopened, closed()], 'incident-recovery-time', fields)).toMatchObject({
      value: 6,
      n: 1,
    });
  });
});
