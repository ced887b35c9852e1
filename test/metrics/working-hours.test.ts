import { describe, expect, it } from 'vitest';
import type { WorkCalendar } from '../../src/domain/calendar.ts';
import type { EngineeringRecord } from '../../src/domain/records.ts';
import { aPull, aReview, aRule, aTicket, at, evaluateRule, span } from '../support/records.ts';

const OFFICE: WorkCalendar = {
  id: 'office',
  timezone: 'Europe/Stockholm',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  hours: [[9 * 60, 17 * 60]],
  holidays: ['2026-10-12'],
};
const october = span('2026-10-01', '2026-11-01');

async function measured(record: EngineeringRecord, measure: string, fields = {}) {
  const rule = aRule(measure, { aggregate: 'median', calendar: OFFICE, ...fields });
  const { values, rejected, observations } = await evaluateRule([record], rule, [october]);
  return { value: values[0]?.value, rejected, rows: observations(0) };
}

const ticket = (created: string, resolved: string) =>
  aTicket({ createdAt: at(created), resolvedAt: at(resolved), history: [] });
const turn = (time: string, from: string, to: string) => ({
  field: 'statusCategory' as const,
  at: at(time),
  from,
  to,
});

describe('a rule in working hours', () => {
  it('counts a ticket from Friday afternoon to Tuesday morning over a weekend and a holiday', async () => {
    // Friday 9 October 15:00 to Tuesday 13 October 10:00 in Stockholm; Monday is off.
    const { value } = await measured(
      ticket('2026-10-09T13:00:00Z', '2026-10-13T08:00:00Z'),
      'ticket-lead-time',
    );
    expect(value).toBe(3);
  });

  it('places the item by the moment it happened, in working hours or not', async () => {
    // Created on a Saturday, resolved on the Sunday: no working hour passed, and it is still an item.
    const { value, rows } = await measured(
      ticket('2026-10-10T08:00:00Z', '2026-10-11T20:00:00Z'),
      'ticket-lead-time',
    );
    expect(value).toBe(0);
    expect(rows.map((row) => row.at)).toEqual([at('2026-10-11T20:00:00Z')]);
  });

  it('adds the working hours of all visits, and of one at night none, which is no lack of a visit', async () => {
    const worked = (...times: [string, string][]) =>
      aTicket({
        createdAt: at('2026-10-01'),
        resolvedAt: at(times.at(-1)?.[1] ?? ''),
        history: times.flatMap(([from, to], i) => [
          turn(from, 'new', 'in_progress'),
          turn(to, 'in_progress', i === times.length - 1 ? 'done' : 'new'),
        ]),
      });
    const two = worked(
      ['2026-10-05T14:00:00Z', '2026-10-06T08:00:00Z'], // 1 h before five, 1 h after nine
      ['2026-10-07T08:30:00Z', '2026-10-07T10:00:00Z'], // 1.5 h
    );
    expect((await measured(two, 'ticket-cycle-time')).value).toBe(3.5);
    const night = worked(['2026-10-05T20:00:00Z', '2026-10-05T22:00:00Z']);
    expect((await measured(night, 'ticket-cycle-time')).value).toBe(0);
  });

  it('keeps the hours of a day where the clocks change between them', async () => {
    // From Friday 23 October 16:00 in summer time to Monday 26 October 10:00 in winter time.
    const pull = aPull({
      createdAt: at('2026-10-23T14:00:00Z'),
      updatedAt: at('2026-10-26T09:00:00Z'),
      reviews: [aReview({ submittedAt: at('2026-10-26T09:00:00Z') })],
    });
    expect((await measured(pull, 'pull-request-pickup-time')).value).toBe(2);
    expect((await measured(pull, 'pull-request-pickup-time', { calendar: undefined })).value).toBe(67);
  });

  it('rejects an impossible span by the clock on the wall, though no working hour lies in it', async () => {
    const { value, rejected } = await measured(
      ticket('2026-10-11T20:00:00Z', '2026-10-10T08:00:00Z'),
      'ticket-lead-time',
    );
    expect([value, rejected]).toEqual([null, [{ reason: 'resolved - created is negative', count: 1 }]]);
  });
});

describe('a span that begins where a tool has no time', () => {
  it.each([0, Date.parse('0001-01-01T00:00:00Z')])(
    'at %d is rejected, with a calendar or without',
    async (nothing) => {
      const pull = aPull({ createdAt: at('2026-10-05'), firstCommitAt: nothing, mergedAt: at('2026-10-06') });
      for (const calendar of [OFFICE, undefined]) {
        const { value, rejected } = await measured(pull, 'pull-request-cycle-time', { calendar });
        expect([value, rejected]).toEqual([
          null,
          [{ reason: 'merged - first commit begins before 1970', count: 1 }],
        ]);
      }
    },
  );
});
