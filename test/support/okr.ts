import type { CheckIn, Cycle, KeepKeyResult, ReachKeyResult, Value } from '../../src/domain/okr.ts';
import { cycleSpan, dayEnds } from '../../src/domain/time.ts';
import type { CycleSeries, DayValue } from '../../src/metrics/engine/series.ts';
import { aRule, at } from './records.ts';

/** 100 days, so that one day is one hundredth of it. */
export const cycle: Cycle = { id: '2026-A', start: '2026-01-01', end: '2026-04-10' };
export const cycleInUtc = cycleSpan(cycle, 'UTC');

/** The end of the n-th day of the cycle, in UTC. */
export function day(n: number): number {
  return cycleInUtc.from + n * 86_400_000;
}

export function aReach(fields: Partial<ReachKeyResult> = {}): ReachKeyResult {
  return {
    kind: 'reach',
    id: 'kr',
    objectiveId: 'o',
    title: 'A key result',
    rule: aRule('ticket-lead-time'),
    unit: 'hours',
    weight: 1,
    minSamples: 1,
    freshness: 4 * 86_400_000,
    maxAge: null,
    start: 100,
    target: 0,
    pace: 'auto',
    ...fields,
  };
}

export function aKeep(fields: Partial<KeepKeyResult> = {}): KeepKeyResult {
  const { kind: _kind, start: _start, target: _target, pace: _pace, ...base } = aReach();
  return { ...base, kind: 'keep', keep: { min: null, max: 10, for: 0.95 }, ...fields };
}

export function aValue(value: number | null, fields: Partial<Value> = {}): Value {
  return {
    value,
    sampleSize: value === null ? 0 : 10,
    window: { from: at('2026-01-01'), to: at('2026-01-29') },
    newestAt: null,
    reason: value === null ? 'no observations in the window' : null,
    held: false,
    ...fields,
  };
}

/** A cycle whose days so far have these values; the last one is today's. */
export function aSeries(
  values: readonly (number | null | Value)[],
  atStart: number | null = null,
): CycleSeries {
  const ends = dayEnds(cycleInUtc, day(values.length), 'UTC');
  const days = ends.map(({ date, end }, i): DayValue => {
    const value = values[i] ?? null;
    return { date, end, value: typeof value === 'object' && value !== null ? value : aValue(value) };
  });
  return {
    coverage: { members: [], missing: [] },
    atStart: aValue(atStart),
    days,
    current: days.at(-1)?.value ?? aValue(null),
    revisited: new Map(),
    past: null,
    attributes: 'dated',
  };
}

export function aCheckIn(fields: Partial<CheckIn> = {}): CheckIn {
  return {
    id: 1,
    runId: 1,
    recordedAt: day(1),
    cycleId: cycle.id,
    objectiveId: 'o',
    keyResultId: 'kr',
    asOf: day(1),
    value: 50,
    sampleSize: 10,
    window: { from: day(0), to: day(1) },
    newestAt: null,
    start: 100,
    target: 0,
    progress: 0.5,
    expectedProgress: 0.01,
    computed: 'on_track',
    shown: 'on_track',
    outcome: null,
    definitionHash: 'x',
    author: 'auto',
    note: null,
    correctsId: null,
    forecast: null,
    confidence: null,
    expiresAt: null,
    details: null,
    ...fields,
  };
}
