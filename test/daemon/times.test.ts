import * as fc from 'fast-check';
import { createTask } from 'node-cron';
import { describe, expect, it, vi } from 'vitest';
import { readRunTimes } from '../../src/daemon/times.ts';
import { DAY, HOUR, isoTime } from '../../src/domain/time.ts';
import { at } from '../support/records.ts';

const MINUTE = 60_000;

async function runs(expression: string, zone: string, from: string, to: string): Promise<string[]> {
  const times = await readRunTimes(expression, zone);
  const found: string[] = [];
  for (let next = times.next(at(from)); next < at(to); next = times.next(next)) found.push(isoTime(next));
  return found;
}

describe('when runs are due', () => {
  it('a time that the clock skips comes at the end of the gap', async () => {
    expect(await runs('30 2 * * *', 'Europe/Stockholm', '2026-03-28', '2026-03-31')).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(await runs('30 2 * * *', 'America/New_York', '2026-03-08', '2026-03-09')).toEqual([
      '2026-03-08T07:00:00.000Z',
    ]);
  });

  it('several times in one gap, and the time at its end, are one run', async () => {
    expect(
      await runs('0,20,40 2,3 * * *', 'Europe/Stockholm', '2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z'),
    ).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-29T01:20:00.000Z', '2026-03-29T01:40:00.000Z']);
  });

  it.each([
    ['Europe/Stockholm', '30 2 * * *', '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '30 1 * * *', '2026-11-01T05:30:00.000Z'],
    // Over midnight, and by half an hour.
    ['America/Sao_Paulo', '30 23 * * *', '2018-02-18T01:30:00.000Z'],
    ['Australia/Lord_Howe', '30 1 * * *', '2026-04-04T14:30:00.000Z'],
  ])('a time that the clock repeats comes the first time: %s', async (zone, expression, first) => {
    const [from, to] = [at(first) - 12 * HOUR, at(first) + 12 * HOUR].map(isoTime);
    expect(await runs(expression, zone, from ?? '', to ?? '')).toEqual([first]);
  });

  it('asked inside the repeated hour, the second one is passed over', async () => {
    const times = await readRunTimes('*/30 * * * *', 'Europe/Stockholm');
    expect(isoTime(times.next(at('2026-10-25T00:30:00Z')))).toBe('2026-10-25T02:00:00.000Z');
  });

  it('a day that the zone skips whole runs at its end', async () => {
    expect(await runs('0 12 * * *', 'Pacific/Apia', '2011-12-29T12:00:00Z', '2011-12-31T12:00:00Z')).toEqual([
      '2011-12-29T22:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-30T22:00:00.000Z',
    ]);
  });

  it('midnight that does not exist comes when the day begins', async () => {
    expect(await runs('0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', '2026-09-07')).toEqual([
      '2026-09-06T04:00:00.000Z',
    ]);
  });

  it('a day that comes every four years is found, and what is no schedule refused', async () => {
    const times = await readRunTimes('0 6 29 2 1', 'UTC');
    expect(isoTime(times.next(at('2026-01-01')))).toBe('2044-02-29T06:00:00.000Z');
    await expect(readRunTimes('often', 'UTC')).rejects.toThrow('not a cron expression');
  });

  it('away from clock changes it is what node-cron says', async () => {
    vi.useFakeTimers({ now: at('2026-01-01'), toFake: ['Date'] });
    try {
      for (const expression of [
        '15 6 * * 1-5',
        '*/7 3,4 L * *',
        '0 12 15W * *',
        '0 0 * * 5#2',
        '5 5 1 */3 2',
      ]) {
        const task = createTask(expression, () => undefined, { timezone: 'Asia/Kolkata' });
        const theirs = task.getNextRuns(30).map((one) => one.getTime());
        task.destroy();
        const times = await readRunTimes(expression, 'Asia/Kolkata');
        const ours: number[] = [];
        while (ours.length < theirs.length) ours.push(times.next(ours.at(-1) ?? Date.now()));
        expect(ours, expression).toEqual(theirs);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  // node-cron says which wall clock times match, Intl what the wall clock shows; neither is asked by what is tested.
  it('around any clock change every named local time runs exactly once', async () => {
    const cases = fc.record({
      minute: fc.constantFrom('0', '30', '*/15', '7,52', '59'),
      hour: fc.constantFrom('0', '1', '2', '3', '*', '*/2', '23', '0-4'),
      days: fc.constantFrom('* * *', '* * *', '* * 0', '* * 6', '1,2 * *', 'L * *', '* * 0L'),
      change: fc.constantFrom(
        { zone: 'Europe/Stockholm', day: '2026-10-25' },
        { zone: 'Europe/Stockholm', day: '2027-03-28' },
        { zone: 'America/New_York', day: '2026-11-01' },
        { zone: 'America/New_York', day: '2027-03-14' },
        { zone: 'Australia/Lord_Howe', day: '2026-10-04' },
        { zone: 'Australia/Lord_Howe', day: '2027-04-04' },
        { zone: 'America/Santiago', day: '2026-09-06' },
        { zone: 'America/Santiago', day: '2027-04-04' },
        { zone: 'America/Sao_Paulo', day: '2018-02-18' },
        { zone: 'Pacific/Apia', day: '2011-12-30' },
      ),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ minute, hour, days, change: { zone, day } }) => {
        const expression = `${minute} ${hour} ${days}`;
        const from = at(day) - 1.5 * DAY;
        const to = at(day) + 1.5 * DAY;
        const found = await runs(expression, zone, isoTime(from), isoTime(to));
        expect(found, `${expression} in ${zone}`).toEqual(byWatching(expression, zone, from, to));
      }),
      { numRuns: 25, seed: 20261025 },
    );
  });
});

/** The minutes in which a wall clock shows, or passes over, a time that matches and that it never showed before. */
function byWatching(expression: string, zone: string, from: number, to: number): string[] {
  const wall = wallClock(zone);
  const task = createTask(expression, () => undefined, { timezone: 'Etc/UTC' });
  const found = new Set<number>();
  // Half a day before: by then what it shows in the beginning may have been shown.
  let latest = wall(from - DAY / 2);
  try {
    for (let now = from - DAY / 2 + MINUTE; now < to; now += MINUTE) {
      const shown = wall(now);
      for (let one = latest + MINUTE; one <= shown; one += MINUTE) {
        if (now > from && task.match(new Date(one))) found.add(now);
      }
      latest = Math.max(latest, shown);
    }
  } finally {
    task.destroy();
  }
  return [...found].map(isoTime);
}

/** What the wall clock of a zone shows, as if it were UTC. */
function wallClock(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  let begin = Number.NaN;
  let shown = Number.NaN;
  return (now) => {
    // Clocks change at quarters of an hour, if at all.
    const quarter = Math.floor(now / (15 * MINUTE)) * 15 * MINUTE;
    if (quarter !== begin) {
      begin = quarter;
      shown = Date.parse(`${format.format(begin)} UTC`);
    }
    return shown + (now - begin);
  };
}
