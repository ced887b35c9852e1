import { describe, expect, it } from 'vitest';
import { WEEKDAYS, type WorkCalendar } from '../../src/domain/calendar.ts';
import type { Rule } from '../../src/domain/okr.ts';
import { cycleSpan } from '../../src/domain/time.ts';
import { windowAt } from '../../src/metrics/engine/windows.ts';
import { metricOf, metrics } from '../../src/metrics/index.ts';
import { aRule, at, evaluateRule } from '../support/records.ts';
import { EXAMPLES, type Example, INCIDENTS } from './support/examples.ts';

const zone = 'Europe/Stockholm';
const cycle = cycleSpan({ id: '2026-Q4', start: '2026-10-01', end: '2026-12-31' }, zone);
// A week of 169 hours: in its night to 25 October 2026 the clocks go back.
const week = windowAt({ kind: 'days', days: 7 }, at('2026-10-28T00:00:00+01:00'), cycle, zone);

function ruleOf(measure: string, { aggregate, options }: Example): Rule {
  const metric = metricOf(measure);
  return aRule(measure, {
    ...(options === undefined ? {} : { options }),
    ...(metric.incidents ? { incidents: INCIDENTS } : {}),
    aggregate: aggregate ?? metric.aggregate,
  });
}

async function over(measure: string, example: Example, ...moments: readonly number[]) {
  return under(ruleOf(measure, example), example, moments);
}

async function under(rule: Rule, example: Example, moments: readonly number[]) {
  const records = moments.flatMap((moment, i) => example.item(moment, `lane ${i}`));
  const { values, observations, rejected } = await evaluateRule(records, rule, [week]);
  return { value: values[0]?.value, rows: observations(0), rejected };
}

/** A quarter of every hour, day and night. */
const QUARTERS: WorkCalendar = {
  id: 'quarters',
  timezone: zone,
  days: WEEKDAYS,
  hours: Array.from({ length: 24 }, (_, hour) => [hour * 60 + 30, hour * 60 + 45] as const),
  holidays: [],
};

describe('the catalogue', () => {
  it('has an example of every metric that observes records, and no other', () => {
    // What is computed from other rules or queried has no records: formula.test.ts, sql.test.ts.
    const observing = [...metrics.values()].filter(
      (metric) => metric.compute === undefined && metric.query === undefined,
    );
    expect(Object.keys(EXAMPLES).sort()).toEqual(observing.map((metric) => metric.id).sort());
  });

  it('is over a week in which the clocks change', () => {
    expect(week).toEqual({ from: at('2026-10-21T00:00:00+02:00'), to: at('2026-10-28T00:00:00+01:00') });
    expect((week.to - week.from) / 3_600_000).toBe(169);
  });

  it.each([...metrics.values()])('$id says what it is, in one sentence', (metric) => {
    expect(metric.definition).toMatch(/^[A-Z7].*\.$/s);
    expect(metric.definition.match(/\.(\s|$)/g)).toHaveLength(1);
    expect(metric.source).toMatch(/^https:\/\//);
    expect(metric.aggregates).toContain(metric.aggregate);
    expect(new Set(metric.aggregates).size).toBe(metric.aggregates.length);
  });
});

describe.each(Object.entries(EXAMPLES))('%s', (measure, example) => {
  const stock = metricOf(measure).kind === 'stock';
  const middle = at('2026-10-24T12:00:00Z');

  it('of no records at all is a true 0 or no value', async () => {
    const { value, rows } = await over(measure, example);
    // A table without rows says nothing, where a tracker without tickets says that there are none.
    const ofTable = Object.keys(metricOf(measure).reads).every((type) => type === 'sample');
    const counts = !ofTable && ['count', 'sum', 'perWeek'].includes(ruleOf(measure, example).aggregate);
    expect([value, rows]).toEqual([counts ? 0 : null, []]);
  });

  it('of one item is that item', async () => {
    const { value, rows, rejected } = await over(measure, example, middle);
    expect(value).toBeCloseTo(example.value, 12);
    expect(rows.map((row) => row.at)).toEqual([middle]);
    expect(rejected).toEqual([]);
  });

  it('of one item that spans the night in which an hour is repeated has that hour', async () => {
    // The examples reach back two hours at least, where they are spans: the clocks go back an hour at 01:00 of UTC.
    const { value, rejected } = await over(measure, example, at('2026-10-25T02:30:00+01:00'));
    expect(value).toBeCloseTo(example.value, 12);
    expect(rejected).toEqual([]);
  });

  it('holds what happened at the first moment of its window and not what happened at its end', async () => {
    const moments = [week.from - 1, week.from, week.to - 1, week.to];
    const { rows } = await over(measure, example, ...moments);
    expect(rows.map((row) => row.at)).toEqual(stock ? moments.slice(0, 3) : moments.slice(1, 3));
  });

  it('is a quarter in a calendar of quarter hours where it is in hours, and what it was elsewhere', async () => {
    const rule = { ...ruleOf(measure, example), calendar: QUARTERS };
    // No example reaches into the night in which an hour is repeated, and a quarter of it with it.
    const { value, rejected } = await under(rule, example, [at('2026-10-24T20:00:00Z')]);
    expect(value).toBeCloseTo(metricOf(measure).unit === 'hours' ? example.value / 4 : example.value, 12);
    expect(rejected).toEqual([]);
  });

  it('takes two that happened at the same moment for two', async () => {
    const { rows, value } = await over(measure, example, middle, middle);
    expect(rows.map((row) => row.at)).toEqual([middle, middle]);
    const adds = ['count', 'sum', 'perWeek'].includes(ruleOf(measure, example).aggregate);
    expect(value).toBeCloseTo(adds ? 2 * example.value : example.value, 12);
  });
});
