import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunOutcome, SchedulerEvent } from '../../src/daemon/contract.ts';
import { jitterOf } from '../../src/daemon/jitter.ts';
import { runSchedule } from '../../src/daemon/scheduler.ts';
import { type RunTimes, readRunTimes } from '../../src/daemon/times.ts';
import type { Instant } from '../../src/domain/records.ts';
import { DAY, HOUR, isoTime, localDate } from '../../src/domain/time.ts';
import { at } from '../support/records.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const MINUTE = 60_000;

/** What several processes share: the database's last run, and its lock. */
class World {
  readonly time: VirtualTime;
  last: Instant | null;
  locked = false;
  /** The runs of all processes, by when they began. */
  readonly runs: Instant[] = [];
  readonly events: SchedulerEvent[] = [];
  /** How long each run takes. */
  takes = 0;
  outcomes: RunOutcome[] = [];
  times: RunTimes | null = null;
  #running = 0;

  constructor(start: string, last: string | null) {
    this.time = new VirtualTime(at(start));
    this.last = last === null ? null : at(last);
  }

  async schedule(expression: string, zone = 'Europe/Stockholm'): Promise<void> {
    this.times = await readRunTimes(expression, zone);
  }

  /** Starts a process; returns what stops it. */
  start(delay = 0): AbortController {
    const controller = new AbortController();
    const { now, timers } = this.time;
    const ended = runSchedule(
      {
        now,
        timers,
        delay,
        times: () => Promise.resolve(this.times),
        lastRun: () => Promise.resolve(this.last),
        run: () => this.#run(now()),
        onEvent: (event) => this.events.push(event),
      },
      controller.signal,
    );
    onTestFinished(async () => {
      controller.abort();
      await this.time.advanceTo(this.time.now() + DAY);
      await ended;
    });
    return controller;
  }

  until(moment: string): Promise<void> {
    return this.time.advanceTo(at(moment));
  }

  async #run(moment: Instant): Promise<{ outcome: RunOutcome; message: null }> {
    if (this.locked || this.#running > 0) return { outcome: 'locked', message: null };
    this.#running += 1;
    this.runs.push(moment);
    if (this.takes > 0) await new Promise<void>((resolve) => this.time.timers.set(resolve, this.takes));
    this.#running -= 1;
    const outcome = this.outcomes.shift() ?? 'ok';
    if (outcome === 'ok' || outcome === 'failed') this.last = moment;
    return { outcome, message: null };
  }

  begun(): string[] {
    return this.runs.map(isoTime);
  }
}

describe('the scheduler', () => {
  it.each([
    [
      'Europe/Stockholm',
      '30 2 * * *',
      '2026-09-15',
      ['2026-10-25T00:30:00.000Z', '2027-03-28T01:00:00.000Z'],
    ],
    [
      'America/New_York',
      '30 1,2 * * *',
      '2026-09-01',
      ['2026-11-01T05:30:00.000Z', '2027-03-14T07:00:00.000Z'],
    ],
  ])(
    'over 200 days in %s each scheduled run happens exactly once, at both clock changes too',
    async (zone, expression, start, changes) => {
      const perDay = expression.split(',').length;
      const world = new World(`${start}T12:00:00Z`, `${start}T11:00:00Z`);
      await world.schedule(expression, zone);
      world.start();
      await world.time.advanceTo(at(`${start}T12:00:00Z`) + 200 * DAY);
      const perDate = new Map<string, number>();
      for (const run of world.runs) {
        const date = localDate(run, zone);
        perDate.set(date, (perDate.get(date) ?? 0) + 1);
      }
      expect(perDate.size).toBe(200);
      expect(new Set(perDate.values())).toEqual(new Set([perDay]));
      expect(world.begun()).toEqual(expect.arrayContaining(changes));
      expect(world.events.filter((event) => event.type === 'overrun')).toEqual([]);
    },
  );

  it('an hourly one passes over the hour that is repeated, and over none that is not', async () => {
    for (const [from, long] of [
      ['2026-10-23T22:30:00Z', [2 * HOUR]],
      ['2027-03-26T22:30:00Z', []],
    ] as const) {
      const world = new World(from, from);
      await world.schedule('0 * * * *');
      world.start();
      await world.time.advanceTo(at(from) + 3 * DAY);
      const gaps = world.runs.slice(1).map((run, i) => run - (world.runs[i] ?? run));
      expect(gaps.filter((gap) => gap !== HOUR)).toEqual(long);
      expect(world.runs).toHaveLength(72 - long.length);
    }
  });

  it('runs at once when nothing ever ran, and catches up once for all that passed while it was down', async () => {
    const first = new World('2026-11-24T10:00:00Z', null);
    await first.schedule('15 6 * * *');
    first.start();
    await first.until('2026-11-25T12:00:00Z');
    expect(first.begun()).toEqual(['2026-11-24T10:00:00.000Z', '2026-11-25T05:15:00.000Z']);

    const back = new World('2026-11-24T10:00:00Z', '2026-11-19T05:15:00Z');
    await back.schedule('15 6 * * *');
    back.start();
    await back.until('2026-11-25T12:00:00Z');
    expect(back.begun()).toEqual(['2026-11-24T10:00:00.000Z', '2026-11-25T05:15:00.000Z']);
  });

  it('restarted after a run it does not repeat it', async () => {
    const world = new World('2026-11-24T10:00:00Z', '2026-11-24T05:15:00Z');
    await world.schedule('15 6 * * *');
    for (let n = 0; n < 5; n++) {
      const process = world.start();
      await world.time.advanceTo(world.time.now() + HOUR);
      process.abort();
    }
    expect(world.runs).toEqual([]);
  });

  it('a machine that slept through three runs catches up within five minutes of waking, once', async () => {
    const world = new World('2026-11-24T10:00:00Z', '2026-11-24T05:15:00Z');
    await world.schedule('15 6 * * *');
    world.start();
    await world.until('2026-11-24T11:00:30Z');
    world.time.jump(3 * DAY);
    await world.until('2026-11-27T12:00:00Z');
    expect(world.begun()).toEqual(['2026-11-27T11:05:00.000Z']);
  });

  it('while another run holds the database it waits, longer each time, and runs once when it may', async () => {
    const world = new World('2026-11-24T05:00:00Z', '2026-11-23T05:15:00Z');
    await world.schedule('15 6 * * *');
    world.locked = true;
    world.start();
    await world.until('2026-11-24T05:59:00Z');
    const tries = world.events.flatMap((event) => (event.type === 'ended' ? [event.run] : []));
    expect(tries.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'locked'));
    expect(tries.map(({ startedAt }) => (startedAt - at('2026-11-24T05:15:00Z')) / MINUTE)).toEqual([
      0, 1, 3, 7, 15, 30,
    ]);
    world.locked = false;
    await world.until('2026-11-24T12:00:00Z');
    expect(world.begun()).toEqual(['2026-11-24T06:00:00.000Z']);
  });

  it('leaves out what another process did meanwhile', async () => {
    const world = new World('2026-11-24T05:00:00Z', '2026-11-23T05:15:00Z');
    await world.schedule('15 6 * * *');
    world.locked = true;
    world.start();
    await world.until('2026-11-24T05:15:30Z');
    world.locked = false;
    world.last = at('2026-11-24T05:15:10Z');
    await world.until('2026-11-24T12:00:00Z');
    expect(world.runs).toEqual([]);
  });

  it('two processes over one database do each run once between them', async () => {
    const world = new World('2026-11-24T05:00:00Z', '2026-11-24T03:00:00Z');
    await world.schedule('15 */3 * * *');
    world.takes = 3 * MINUTE;
    world.start();
    world.start();
    await world.until('2026-12-01T05:00:00Z');
    expect(world.runs).toHaveLength(7 * 8);
    expect(new Set(world.runs).size).toBe(7 * 8);
  });

  it('reports a run that outlives its slot, and begins the next at once, one for all that passed', async () => {
    const world = new World('2026-11-24T05:00:00Z', '2026-11-24T04:30:00Z');
    await world.schedule('0,30 * * * *');
    world.takes = 100 * MINUTE;
    world.start();
    await world.until('2026-11-24T06:45:00Z');
    const [overrun] = world.events.filter((event) => event.type === 'overrun');
    expect(overrun).toMatchObject({ next: at('2026-11-24T05:30:00Z'), run: { outcome: 'ok' } });
    expect(world.begun()).toEqual(['2026-11-24T05:00:00.000Z', '2026-11-24T06:40:00.000Z']);
  });

  it('a run that broke is tried again, and one that ran with a failing source is not', async () => {
    const world = new World('2026-11-24T05:00:00Z', '2026-11-23T05:15:00Z');
    await world.schedule('15 6 * * *');
    world.outcomes = ['configuration', 'error', 'failed'];
    world.start();
    await world.until('2026-11-24T12:00:00Z');
    expect(world.begun()).toEqual([
      '2026-11-24T05:15:00.000Z',
      '2026-11-24T05:16:00.000Z',
      '2026-11-24T05:18:00.000Z',
    ]);
  });

  it('takes up another schedule by itself, and waits while there is none', async () => {
    const world = new World('2026-11-24T10:00:00Z', '2026-11-24T05:15:00Z');
    world.start();
    await world.until('2026-11-24T11:00:00Z');
    expect(world.events).toEqual([{ type: 'waiting', next: null }]);
    await world.schedule('30 12 * * *');
    await world.until('2026-11-24T13:00:00Z');
    expect(world.begun()).toEqual(['2026-11-24T11:30:00.000Z']);
  });

  it('a clock that is set back repeats nothing', async () => {
    const world = new World('2026-11-24T05:00:00Z', '2026-11-23T05:15:00Z');
    await world.schedule('15 6 * * *');
    world.start();
    await world.until('2026-11-24T05:20:00Z');
    world.time.jump(-30 * MINUTE);
    await world.until('2026-11-25T05:00:00Z');
    expect(world.begun()).toEqual(['2026-11-24T05:15:00.000Z']);
  });

  it('goes on saying when a run was due while it cannot begin, so that what is overdue looks so', async () => {
    const world = new World('2026-11-24T05:00:00Z', '2026-11-23T05:15:00Z');
    await world.schedule('15 6 * * *');
    world.locked = true;
    world.start();
    await world.until('2026-11-24T08:00:00Z');
    const told = world.events.filter((event) => event.type === 'waiting').map(({ next }) => next);
    expect(told).toEqual([at('2026-11-24T05:15:00Z')]);
  });

  it('begins later by its jitter, which is the same every time and spreads installations out', async () => {
    const delays = Array.from({ length: 200 }, (_, n) => jitterOf(`host-${n}`, 10 * MINUTE));
    expect(jitterOf('host-7', 10 * MINUTE)).toBe(delays[7]);
    expect(Math.min(...delays)).toBeLessThan(MINUTE);
    expect(Math.max(...delays)).toBeGreaterThan(9 * MINUTE);
    expect(Math.max(...delays)).toBeLessThan(10 * MINUTE);
    const world = new World('2026-11-24T05:00:00Z', '2026-11-23T05:15:00Z');
    await world.schedule('15 6 * * *');
    world.start(4 * MINUTE);
    await world.until('2026-11-26T05:00:00Z');
    expect(world.begun()).toEqual(['2026-11-24T05:19:00.000Z', '2026-11-25T05:19:00.000Z']);
  });
});
