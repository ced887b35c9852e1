import { describe, expect, it } from 'vitest';
import { gate } from '../../src/okr/gate.ts';
import { aSeries, day } from '../support/okr.ts';

/** What the gate lets through of a series of days; null is held or missing. */
function through(values: readonly (number | null)[], options: Partial<Parameters<typeof gate>[1]> = {}) {
  return gate(aSeries(values).days, { floor: 1, accepted: [], ...options }).map((one) => one.value.value);
}

const quiet = [100, 101, 100, 99, 100, 101, 100, 100, 99];

describe('the quality gate', () => {
  it('holds a value that jumped further than the series ever moves, and says so', () => {
    const days = gate(aSeries([...quiet, 200]).days, { floor: 1, accepted: [] });
    expect(days.at(-1)?.value).toMatchObject({ value: null, held: true });
    expect(days.at(-1)?.value.reason).toContain('jumped from 99 to 200');
    expect(through([...quiet, 200]).slice(0, -1)).toEqual(quiet);
  });

  it('judges nothing before it has seen eight good days', () => {
    expect(through([...quiet.slice(0, 7), 200]).at(-1)).toBe(200);
    expect(through([...quiet.slice(0, 8), 200]).at(-1)).toBeNull();
  });

  it('releases what two further days confirm: a page that became twice as fast is not held for ever', () => {
    expect(through([...quiet, 50, 51, 50, 52]).slice(-4)).toEqual([null, null, 50, 52]);
  });

  it('releases what keeps moving at its new place: three days nearer to each other than to the old one', () => {
    const cost = [0, 0, 0, 0, 0, 0, 0, 0, 0, 3.9, 6.6, 6.2, 5.9, 9.1, 8.7, 8.3];
    expect(through(cost, { floor: 0.05 }).slice(-7)).toEqual([null, null, 6.2, 5.9, 9.1, 8.7, 8.3]);
    expect(through([...quiet, 300, 20, 250, 10]).slice(-4)).toEqual([null, null, null, null]);
  });

  it('takes a few items after none for chance, and hundreds for a jump', () => {
    const none = Array(20).fill(0);
    expect(through([...none, 8], { floor: 0.01, oneItem: () => 1 }).at(-1)).toBe(8);
    expect(through([...none, 8], { floor: 0.01 }).at(-1)).toBeNull();
    expect(through([...none, 9], { floor: 0.01, oneItem: () => 1 }).at(-1)).toBeNull();
    const hundred = Array(20).fill(100);
    expect(through([...hundred, 180], { floor: 0.01, oneItem: () => 1 }).at(-1)).toBe(180);
    expect(through([...hundred, 181], { floor: 0.01, oneItem: () => 1 }).at(-1)).toBeNull();
  });

  it('goes on as before when the jump was a slip', () => {
    expect(through([...quiet, 5000, 100, 101]).slice(-3)).toEqual([null, 100, 101]);
  });

  it('does not take three different jumps for agreement', () => {
    expect(through([...quiet, 500, 900, 1500, 2500]).slice(-4)).toEqual([null, null, null, null]);
  });

  it('never holds less than one per cent of the way: a series that stood still may move', () => {
    expect(through([...quiet.map(() => 100), 107], { floor: 1 }).at(-1)).toBe(107);
    expect(through([...quiet.map(() => 100), 109], { floor: 1 }).at(-1)).toBeNull();
  });

  it('lets a value that stands still and then takes a step pass, as medians do', () => {
    const steps = [50, 50, 50, 48, 48, 48, 48, 45, 45, 45, 41, 41, 36];
    expect(through(steps, { floor: 0.2 })).toEqual(steps);
  });

  it('lets steady change pass, however far it leads', () => {
    const steady = Array.from({ length: 40 }, (_, i) => 1000 - i * 20);
    expect(through(steady)).toEqual(steady);
  });

  it('takes a person at their word who records the value that jumped', () => {
    const accepted = [{ at: day(quiet.length + 1) - 60_000, value: 299 }];
    expect(through([...quiet, 300, 301], { accepted }).slice(-2)).toEqual([300, 301]);
  });

  it('holds the jump still where they recorded another value in its place', () => {
    const accepted = [{ at: day(quiet.length + 1) - 60_000, value: 101 }];
    expect(through([...quiet, 300, 301], { accepted }).slice(-2)).toEqual([null, null]);
  });

  it('forgets nothing for a value recorded on a day without a jump', () => {
    const accepted = [{ at: day(quiet.length) - 60_000, value: 99 }];
    expect(through([...quiet, 300], { accepted }).at(-1)).toBeNull();
  });

  it('leaves days without a value as they are', () => {
    expect(through([...quiet, null, 100])).toEqual([...quiet, null, 100]);
  });
});
