import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS, type WorkCalendar, workingTime } from '../../src/domain/calendar.ts';
import { DAY, HOUR } from '../../src/domain/time.ts';
import { at } from '../support/records.ts';

const MINUTE = 60_000;
const OFFICE: WorkCalendar = {
  id: 'office',
  timezone: 'Europe/Stockholm',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  hours: [[9 * 60, 17 * 60]],
  holidays: ['2026-12-24', '2026-12-25'],
};
const ALWAYS: WorkCalendar = { ...OFFICE, days: WEEKDAYS, hours: [[0, 1440]], holidays: [] };

const hours = (from: string, to: string, calendar: Partial<WorkCalendar> = {}) =>
  workingTime({ ...OFFICE, ...calendar })(at(from), at(to)) / HOUR;

describe('working time', () => {
  // Stockholm is an hour ahead of UTC in winter and two in summer; 2026-11-23 is a Monday.
  it.each([
    ['within a working day', '2026-11-23T09:00Z', '2026-11-23T12:30Z', 3.5],
    ['a whole working day, edges included', '2026-11-23T08:00Z', '2026-11-23T16:00Z', 8],
    ['overnight', '2026-11-23T15:00Z', '2026-11-24T09:00Z', 2],
    ['over a weekend', '2026-11-20T15:00Z', '2026-11-23T09:00Z', 2],
    ['from before the working day', '2026-11-23T03:00Z', '2026-11-23T09:00Z', 1],
    ['to after the working day', '2026-11-23T15:00Z', '2026-11-23T23:00Z', 1],
    ['within a night', '2026-11-23T20:00Z', '2026-11-24T02:00Z', 0],
    ['within a weekend', '2026-11-21T10:00Z', '2026-11-22T18:00Z', 0],
    ['across holidays', '2026-12-23T15:00Z', '2026-12-28T09:00Z', 2],
    ['no time at all', '2026-11-23T10:00Z', '2026-11-23T10:00Z', 0],
    ['a week', '2026-11-16T00:00Z', '2026-11-23T00:00Z', 40],
  ])('%s', (_name, from, to, expected) => {
    expect(hours(from, to)).toBe(expected);
  });

  it('leaves out a pause between two spans of a day', () => {
    const hoursWithLunch = {
      hours: [
        [9 * 60, 12 * 60],
        [13 * 60, 17 * 60],
      ] as const,
    };
    expect(hours('2026-11-23T10:30Z', '2026-11-23T13:00Z', hoursWithLunch)).toBe(1.5);
    expect(hours('2026-11-16T00:00Z', '2026-11-23T00:00Z', hoursWithLunch)).toBe(35);
  });

  it('follows the local clock when daylight saving begins and ends', () => {
    // The Friday before and the Monday after the clocks change: 09:00 moves by an hour of UTC.
    expect(hours('2026-03-27T08:00Z', '2026-03-27T16:00Z')).toBe(8);
    expect(hours('2026-03-30T07:00Z', '2026-03-30T15:00Z')).toBe(8);
    expect(hours('2026-03-27T15:00Z', '2026-03-30T08:00Z')).toBe(2);
    expect(hours('2026-10-23T14:00Z', '2026-10-26T09:00Z')).toBe(2);
  });

  it('of a day that daylight saving shortens or lengthens within its hours is what really passes', () => {
    const change = (from: string, to: string) => hours(from, to, { ...ALWAYS });
    expect(change('2026-03-28T23:00Z', '2026-03-29T22:00Z')).toBe(23);
    expect(change('2026-10-24T22:00Z', '2026-10-25T23:00Z')).toBe(25);
    const night = { days: WEEKDAYS, hours: [[2 * 60 + 15, 2 * 60 + 45]] as const };
    // 02:15 to 02:45 does not exist in spring, and counts once in autumn.
    expect(hours('2026-03-28T23:00Z', '2026-03-29T22:00Z', night)).toBe(0);
    expect(hours('2026-10-24T22:00Z', '2026-10-25T23:00Z', night)).toBe(0.5);
  });

  it('of a working day on which the clocks change at night is that of any other', () => {
    const daily = { days: WEEKDAYS };
    expect(hours('2026-03-28T23:00Z', '2026-03-29T22:00Z', daily)).toBe(8);
    expect(hours('2026-10-24T22:00Z', '2026-10-25T23:00Z', daily)).toBe(8);
  });

  it('goes on across the years', () => {
    // 2026 has 261 weekdays, of which the two holidays of the calendar are free.
    expect(hours('2025-12-31T23:00Z', '2026-12-31T23:00Z')).toBe((261 - 2) * 8);
    expect(hours('2025-12-31T15:00Z', '2026-01-01T09:00Z')).toBe(2);
  });
});

/** The rules of a calendar read off the local clock, a minute at a time: slow, and by nothing that is shared. */
function countedByTheMinute(calendar: WorkCalendar, from: number, to: number): number {
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone: calendar.timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'short',
  });
  let total = 0;
  for (let moment = from; moment < to; moment += 15 * MINUTE) {
    const parts = Object.fromEntries(clock.formatToParts(moment).map(({ type, value }) => [type, value]));
    const minutes = Number(parts.hour) * 60 + Number(parts.minute);
    const works =
      calendar.days.some((day) => day === parts.weekday?.toLowerCase()) &&
      !calendar.holidays.includes(`${parts.year}-${parts.month}-${parts.day}`) &&
      calendar.hours.some(([begin, end]) => minutes >= begin && minutes < end);
    if (works) total += 15 * MINUTE;
  }
  return total;
}

// Half-hour zones and shifts, a change of clocks at midnight, a day that was skipped.
const ZONES = [
  'UTC',
  'Europe/Stockholm',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Pacific/Apia',
];
const moments = fc.integer({ min: at('2009-01-01'), max: at('2029-01-01') });
const calendars = fc
  .record({
    timezone: fc.constantFrom(...ZONES),
    days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
    cuts: fc.uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 2, maxLength: 6 }),
    holidays: fc.array(
      moments.map((moment) => new Date(moment).toISOString().slice(0, 10)),
      { maxLength: 5 },
    ),
  })
  .map(({ cuts, ...rest }): WorkCalendar => {
    const edges = cuts.sort((a, b) => a - b).map((quarter) => quarter * 15);
    const spans: [number, number][] = [];
    for (let i = 0; i + 1 < edges.length; i += 2) spans.push([edges[i] ?? 0, edges[i + 1] ?? 0]);
    return { id: 'any', ...rest, hours: spans };
  });

describe('of any calendar', () => {
  it('working time is additive, never above wall time, and never falls as the span grows', () => {
    fc.assert(
      fc.property(calendars, fc.tuple(moments, moments, moments), (calendar, three) => {
        const [a, b, c] = three.sort((x, y) => x - y) as [number, number, number];
        const worked = workingTime(calendar);
        expect(worked(a, b) + worked(b, c)).toBe(worked(a, c));
        expect(worked(a, b)).toBeGreaterThanOrEqual(0);
        expect(worked(a, b)).toBeLessThanOrEqual(b - a);
        expect(worked(a, c)).toBeGreaterThanOrEqual(worked(a, b));
      }),
      { numRuns: 100 },
    );
  });

  it('it is what the local clock shows, minute by minute', () => {
    // Around a change of clocks as often as anywhere else; spans that begin or end in a repeated hour left out.
    const near = fc.oneof(
      moments,
      ...[
        '2026-03-29',
        '2026-10-25',
        '2026-03-08',
        '2026-11-01',
        '2026-04-05',
        '2018-11-04',
        '2011-12-30',
      ].map((date) => fc.integer({ min: at(date) - 2 * DAY, max: at(date) + 2 * DAY })),
    );
    const steady = calendars.filter(({ hours: spans }) =>
      spans.flat().every((edge) => edge === 0 || edge >= 4 * 60),
    );
    fc.assert(
      fc.property(steady, near, fc.integer({ min: 0, max: 5 * 96 }), (calendar, moment, quarters) => {
        const from = Math.floor(moment / (15 * MINUTE)) * 15 * MINUTE;
        const to = from + quarters * 15 * MINUTE;
        expect(workingTime(calendar)(from, to)).toBe(countedByTheMinute(calendar, from, to));
      }),
      { numRuns: 300 },
    );
  });

  it('that never closes, it is wall time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moments, moments, (timezone, x, y) => {
        const [from, to] = x < y ? [x, y] : [y, x];
        expect(workingTime({ ...ALWAYS, timezone })(from, to)).toBe(to - from);
      }),
      { numRuns: 50 },
    );
  });

  it('moved by whole weeks where clocks never change and nobody is off, it is the same', () => {
    fc.assert(
      fc.property(calendars, moments, fc.integer({ min: 0, max: 30 * DAY }), (calendar, from, length) => {
        const worked = workingTime({ ...calendar, timezone: 'Asia/Kolkata', holidays: [] });
        expect(worked(from + 7 * DAY, from + 7 * DAY + length)).toBe(worked(from, from + length));
      }),
      { numRuns: 100 },
    );
  });
});
