import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGGREGATES } from '../../../src/domain/okr.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import type { ForecastInput, ForecastObservations } from '../../../src/okr/forecast/contract.ts';
import { forecast } from '../../../src/okr/forecast/forecast.ts';
import { createRandom, seedOf } from '../../../src/okr/forecast/random.ts';
import {
  AS_OF,
  COVERED_FROM,
  CYCLE,
  daily,
  dailySeries,
  flowInput,
  irregular,
  levelInput,
} from './inputs.ts';

const TO_DATE = { kind: 'cycleToDate' } as const;
const MONTH = { kind: 'days', days: 28 } as const;

function certain(input: ForecastInput) {
  const answer = forecast(input);
  if (answer === null) throw new Error('there is no forecast');
  return answer;
}

function shifted(input: ForecastInput, by: number): ForecastInput {
  const move = (column: ArrayLike<number>) => Array.from(column, (at) => at + by);
  return {
    ...input,
    observations: input.observations && { ...input.observations, at: move(input.observations.at) },
    series: input.series.map(({ at, value }) => ({ at: at + by, value })),
    coveredFrom: input.coveredFrom + by,
    asOf: input.asOf + by,
    span: { from: input.span.from + by, to: input.span.to + by },
  };
}

function doubled({ at, value }: ForecastObservations): ForecastObservations {
  return { at, value: Array.from(value, (one) => 2 * one) };
}

describe('the forecast of a flow', () => {
  it('is the same for the same seed, and nearly the same for another', () => {
    const input = flowInput('sum', TO_DATE, irregular(1));
    const one = certain(input);
    expect(forecast(input)).toEqual(one);
    const other = certain({ ...input, seed: 8 });
    expect(other).not.toEqual(one);
    expect(Math.abs(other.p50 - one.p50)).toBeLessThan((one.p90 - one.p10) / 4);
  });

  it('of one a day is the number of days', () => {
    const { p10, p50, p90 } = certain(
      flowInput(
        'count',
        TO_DATE,
        daily(() => 1),
      ),
    );
    expect([p10, p50, p90]).toEqual([92, 92, 92]);
  });

  it('knows weekends: what comes on weekdays alone is counted by the weekdays left', () => {
    const workdays = daily(() => 1);
    const kept = Array.from(workdays.at).filter((at) => ![0, 6].includes(new Date(at).getUTCDay()));
    const answer = certain(flowInput('count', TO_DATE, { at: kept, value: kept.map(() => 1) }));
    let expected = 0;
    for (let day = CYCLE.from; day < CYCLE.to; day += DAY) {
      if (![0, 6].includes(new Date(day).getUTCDay())) expected++;
    }
    expect(answer.p10).toBe(expected);
    expect(answer.p90).toBe(expected);
  });

  it('never counts less than is counted, and a target that is passed stays passed', () => {
    const observations = irregular(2);
    const counted = Array.from(observations.at).filter((at) => at >= CYCLE.from).length;
    const target = { kind: 'reach', start: 0, target: counted } as const;
    const answer = certain(flowInput('count', TO_DATE, observations, { target }));
    expect(answer.p10).toBeGreaterThanOrEqual(counted);
    expect(answer.probability).toBe(1);
    const far = certain(
      flowInput('count', TO_DATE, observations, { target: { ...target, target: 50 * counted } }),
    );
    expect(far.probability).toBe(0);
    // Three minutes before the end next to nothing can come.
    const late = { asOf: CYCLE.to - 3 * 60_000, target };
    const near = certain(flowInput('count', TO_DATE, observations, late));
    expect(near.p90 - counted).toBeLessThanOrEqual(1);
  });

  it('gives a rising and a falling target their sides', () => {
    const observations = irregular(3);
    const probability = (start: number, target: number) =>
      certain(flowInput('median', MONTH, observations, { target: { kind: 'reach', start, target } }))
        .probability ?? -1;
    expect(probability(0, 1)).toBe(1);
    expect(probability(1000, 1)).toBe(0);
    const middle = certain(flowInput('median', MONTH, observations)).p50;
    expect(probability(0, middle) + probability(1e6, middle)).toBeCloseTo(1, 1);
    const keep = { kind: 'keep', keep: { min: null, max: middle } } as const;
    expect(certain(flowInput('median', MONTH, observations, { target: keep })).probability).toBe(
      probability(1e6, middle),
    );
  });

  it('keeps what will still be in the last window', () => {
    // Ten days before the end most of the last 28 days is known: half of them were far slower than any day before.
    const asOf = CYCLE.to - 10 * DAY;
    const slow = daily((day) => (COVERED_FROM + day * DAY >= asOf - 18 * DAY ? 500 : 10), asOf);
    const answer = certain(flowInput('median', MONTH, slow, { asOf }));
    expect(answer.p10).toBe(500);
    expect(answer.p90).toBe(500);
  });

  it('of shares stays within 0 and 1, and does not take what never happened for impossible', () => {
    const bounds = { min: 0, max: 1 };
    const always = certain(
      flowInput('share', MONTH, irregularShares(0), {
        bounds,
        target: { kind: 'reach', start: 0.9, target: 1 },
      }),
    );
    expect(always.p90).toBe(1);
    expect(always.probability).toBeLessThan(1);
    expect(always.probability).toBeGreaterThan(0.6);
    const often = certain(flowInput('share', MONTH, irregularShares(0.1), { bounds }));
    expect(often.p10).toBeGreaterThan(0.7);
    expect(often.p90).toBeLessThanOrEqual(1);
  });

  it('of nothing so far is a small chance of something', () => {
    const none = { at: [], value: [] };
    const target = { kind: 'reach', start: 0, target: 1 } as const;
    const answer = certain(flowInput('count', TO_DATE, none, { target }));
    expect(answer.p50).toBe(0);
    expect(answer.probability).toBeGreaterThan(0.02);
    expect(answer.probability).toBeLessThan(0.5);
    expect(forecast(flowInput('sum', TO_DATE, none))).toBeNull();
    expect(forecast(flowInput('median', MONTH, none))).toBeNull();
  });

  it('is wider the fewer weeks it knows, and none below four', () => {
    const asOf = CYCLE.from + 5 * DAY;
    const known = (seed: number, coveredFrom: number) =>
      forecast(flowInput('count', TO_DATE, irregular(seed), { asOf, coveredFrom }));
    let few = 0;
    let many = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const short = known(seed, asOf - 28 * DAY);
      const long = known(seed, COVERED_FROM);
      if (short !== null && long !== null) {
        few += short.p90 - short.p10;
        many += long.p90 - long.p10;
      }
    }
    expect(many).toBeGreaterThan(0);
    expect(few).toBeGreaterThan(many);
    expect(known(1, asOf - 27 * DAY)).toBeNull();
  });

  it('is none once the cycle is over, nor where the data begins inside the last window', () => {
    const observations = irregular(4);
    expect(forecast(flowInput('sum', TO_DATE, observations))).not.toBeNull();
    expect(forecast(flowInput('sum', TO_DATE, observations, { asOf: CYCLE.to }))).toBeNull();
    expect(forecast(flowInput('sum', TO_DATE, observations, { coveredFrom: CYCLE.from + DAY }))).toBeNull();
  });

  it('learns from the last months alone, and keeps what the window holds from before them', () => {
    const learnFrom = CYCLE.from + 8 * DAY;
    const one = daily(() => 1);
    expect(forecast(flowInput('count', TO_DATE, one, { learnFrom }))).toMatchObject({ p10: 92, p90: 92 });
    const begun = { learnFrom, coveredFrom: CYCLE.from + DAY };
    expect(forecast(flowInput('count', TO_DATE, one, begun))).toBeNull();
    // Five in all, of which four are learned from.
    const few = { at: [0, 9, 16, 23, 30].map((day) => CYCLE.from + day * DAY), value: [1, 1, 1, 1, 1] };
    expect(forecast(flowInput('median', TO_DATE, few))).not.toBeNull();
    expect(forecast(flowInput('median', TO_DATE, few, { learnFrom }))).toBeNull();
  });

  it('passes over what has ended, and takes no cohort for a flow', () => {
    const at = Array.from(daily(() => 1).at);
    const value = at.map(() => 1);
    const ended = at.map((moment) => (moment < AS_OF - 10 * DAY ? moment + DAY : Number.POSITIVE_INFINITY));
    const alive = certain(flowInput('count', TO_DATE, { at, value, until: ended }));
    expect(alive.p90).toBeLessThan(92);
    const unborn = { at, value, from: at.map((moment, i) => (i % 2 === 0 ? moment : AS_OF + DAY)) };
    const seen = { at: at.filter((_, i) => i % 2 === 0), value: value.filter((_, i) => i % 2 === 0) };
    expect(forecast(flowInput('count', TO_DATE, unborn))).toEqual(
      forecast(flowInput('count', TO_DATE, seen)),
    );
    const later = { at, value, from: at.map((moment) => moment + HOUR) };
    expect(forecast(flowInput('share', MONTH, later))).toBeNull();
    expect(forecast(flowInput('share', MONTH, later, { series: dailySeries(() => 0.5) }))?.p50).toBe(0.5);
  });

  it('does not mind a zone with daylight saving', () => {
    const zone = 'Europe/Stockholm';
    const span = { from: CYCLE.from - 2 * HOUR, to: CYCLE.to - HOUR };
    const answer = certain(
      flowInput(
        'count',
        TO_DATE,
        daily(() => 1),
        { zone, span },
      ),
    );
    expect([answer.p10, answer.p90]).toEqual([92, 92]);
  });
});

describe('the forecast of a level', () => {
  it('of a constant is the constant, whatever the rule', () => {
    const target = { kind: 'reach', start: 0.5, target: 0.8 } as const;
    expect(
      forecast(
        levelInput(
          dailySeries(() => 0.8),
          { target },
        ),
      ),
    ).toEqual({
      p10: 0.8,
      p50: 0.8,
      p90: 0.8,
      probability: 1,
    });
  });

  it('follows a steady trend part of the way', () => {
    const line = (day: number) => 100 + day;
    const { p10, p50, p90 } = certain(levelInput(dailySeries(line)));
    const now = line(138);
    const days = (CYCLE.to - AS_OF) / DAY;
    expect(p50).toBeGreaterThan(now + 0.6 * days);
    expect(p50).toBeLessThan(now + days);
    expect(p90 - p10).toBeLessThan(0.2 * days);
  });

  it('is not led by the last wild measurement of many', () => {
    const noisy = (seed: number, last: number | null) => {
      const random = createRandom(seed);
      const end = (AS_OF - COVERED_FROM) / DAY - 1;
      return levelInput(
        dailySeries((day) => (last !== null && day > end ? last : 2000 + 100 * random.normal())),
      );
    };
    const calm = certain(noisy(5, null));
    const wild = certain(noisy(5, 3000));
    expect(Math.abs(wild.p50 - calm.p50)).toBeLessThan(250);
  });

  it('holds four times in five about noise that goes nowhere', () => {
    let held = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed * 7919);
      const series = dailySeries((day) => (day % 7 > 4 ? null : 2000 + 100 * random.normal()));
      const { p10, p90 } = certain(levelInput(series, { seed }));
      const end = 2000 + 100 * random.normal();
      if (p10 <= end && end <= p90) held++;
    }
    expect(held / 200).toBeGreaterThan(0.7);
    expect(held / 200).toBeLessThan(0.95);
  });

  it('stays inside its bounds', () => {
    const random = createRandom(11);
    let value = 0.99;
    const series = dailySeries(() => {
      value = Math.min(1, value + 0.01 * random.normal());
      return value;
    });
    const { p10, p90 } = certain(levelInput(series, { bounds: { min: 0, max: 1 } }));
    expect(p90).toBeLessThanOrEqual(1);
    expect(p10).toBeGreaterThanOrEqual(0);
  });

  it('is none below five weekly values', () => {
    const from = AS_OF - 27 * DAY;
    const series = dailySeries(() => 1).filter(({ at }) => at >= from);
    expect(forecast(levelInput(series))).toBeNull();
    expect(forecast(levelInput([]))).toBeNull();
  });
});

describe('of any input', () => {
  it('moving everything by a day moves nothing', () => {
    for (const by of [DAY, -3 * DAY, 40 * DAY]) {
      for (const aggregate of ['count', 'median', 'perWeek'] as const) {
        const window = aggregate === 'count' ? TO_DATE : MONTH;
        const input = flowInput(aggregate, window, irregular(6));
        expect(forecast(shifted(input, by))).toEqual(forecast(input));
      }
      const random = createRandom(12);
      const level = levelInput(dailySeries(() => random.next()));
      expect(forecast(shifted(level, by))).toEqual(forecast(level));
    }
  });

  it('doubling the values doubles the band', () => {
    const twice = (input: ForecastInput, more: ForecastInput) => {
      const { p10, p50, p90 } = certain(input);
      const double = certain(more);
      expect(double.p10).toBeCloseTo(2 * p10, 6);
      expect(double.p50).toBeCloseTo(2 * p50, 6);
      expect(double.p90).toBeCloseTo(2 * p90, 6);
    };
    for (const aggregate of ['sum', 'mean', 'median', 'p90', 'perDay'] as const) {
      const window = aggregate === 'sum' ? TO_DATE : MONTH;
      const observations = irregular(9);
      twice(flowInput(aggregate, window, observations), flowInput(aggregate, window, doubled(observations)));
    }
    const random = createRandom(13);
    const series = dailySeries(() => 10 + random.normal());
    twice(
      levelInput(series),
      levelInput(series.map(({ at, value }) => ({ at, value: value === null ? null : 2 * value }))),
    );
  });

  it('the band is finite and in order, inside the bounds, and the probability a share', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...AGGREGATES),
        fc.constantFrom(TO_DATE, MONTH, { kind: 'days', days: 7 } as const),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 138 * 24 }), fc.integer({ min: 0, max: 1000 })), {
          maxLength: 120,
        }),
        fc.integer({ min: 0, max: 91 }),
        fc.boolean(),
        (aggregate, window, raw, day, sampled) => {
          const sorted = [...raw].sort((a, b) => a[0] - b[0]);
          const observations = {
            at: sorted.map(([hour]) => COVERED_FROM + hour * HOUR),
            value: sorted.map(([, value]) => (aggregate === 'share' ? value % 2 : value)),
            of: sorted.map(([hour]) => hour % 3),
          };
          const max = aggregate === 'share' ? 1 : null;
          const input = flowInput(aggregate, window, observations, {
            asOf: CYCLE.from + day * DAY + HOUR,
            bounds: { min: aggregate === 'nps' ? -100 : 0, max },
            target: { kind: 'reach', start: 0, target: 10 },
          });
          const series = sorted.map(([hour, value]) => ({ at: COVERED_FROM + hour * HOUR, value }));
          const answer = forecast(sampled ? { ...input, kind: 'sample', observations: null, series } : input);
          if (answer === null) return;
          const { p10, p50, p90, probability } = answer;
          expect([p10, p50, p90, probability].every(Number.isFinite)).toBe(true);
          expect(p10 <= p50 && p50 <= p90).toBe(true);
          expect(p10).toBeGreaterThanOrEqual(aggregate === 'nps' ? -100 : 0);
          expect(p90).toBeLessThanOrEqual(max ?? Number.POSITIVE_INFINITY);
          expect(probability).toBeGreaterThanOrEqual(0);
          expect(probability).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 150, seed: 20261124 },
    );
  });

  it('names give seeds, each its own', () => {
    expect(seedOf('speed/lcp')).toBe(seedOf('speed/lcp'));
    expect(seedOf('speed/lcp')).not.toBe(seedOf('speed/cls'));
  });
});

function irregularShares(failing: number): ForecastObservations {
  const random = createRandom(21);
  const { at } = irregular(20);
  return { at, value: Array.from(at, () => (random.next() < failing ? 0 : 1)) };
}
