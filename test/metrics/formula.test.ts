import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/domain/okr.ts';
import type { EngineeringRecord } from '../../src/domain/records.ts';
import { parseExpression } from '../../src/metrics/engine/expression.ts';
import { evaluateRule } from '../../src/metrics/engine/rule.ts';
import { cycleSeries } from '../../src/metrics/engine/series.ts';
import { metricOf } from '../../src/metrics/index.ts';
import { ruleHash } from '../../src/okr/definition.ts';
import { aMember, aRule, aSample, at, memoryStore, span } from '../support/records.ts';

async function compute(text: string, terms: Readonly<Record<string, number>> = {}) {
  const read = await parseExpression(text);
  return 'fault' in read ? read : read.evaluate(terms);
}

describe('an expression', () => {
  it('is arithmetic as people write it', async () => {
    expect(await compute('2 + 3 * 4 - 10 / 4')).toBe(11.5);
    expect(await compute('-(a + b) * 2', { a: 1, b: 2 })).toBe(-6);
    expect(await compute('a - b - 1', { a: 10, b: 4 })).toBe(5);
    expect(await compute('max(a, b, 3) + min(a, b) + abs(-2) + round(2.6)', { a: 1, b: 2 })).toBe(9);
    expect(await compute('1.5e3')).toBe(1500);
  });

  it('has no number where it divides by zero, overflows or lacks a term', async () => {
    expect(await compute('a / b', { a: 1, b: 0 })).toBeNull();
    expect(await compute('a / b', { a: 0, b: 0 })).toBeNull();
    expect(await compute('a * a', { a: 1e300 })).toBeNull();
    expect(await compute('a + b', { a: 1 })).toBeNull();
    expect(await compute('toString + 1', {})).toBeNull();
  });

  it('names its terms once each', async () => {
    const read = await parseExpression('a * b + a / max(c, 1)');
    expect('fault' in read ? read : read.names).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['a +', 4],
    ['(a + b', 7],
    ['a ** b', 4],
    ['a && b', 3],
    ['a @ b', 3],
  ])('says where %s is wrong', async (text, column) => {
    expect(await compute(text)).toMatchObject({ column, fault: expect.stringContaining('it takes numbers') });
  });

  it.each([
    '',
    'a.constructor',
    'a[0]',
    '"text"',
    'true',
    'this',
    'a ? b : c',
    'a; b',
    'a, b',
    '[a]',
    'process.exit(1)',
    'eval(a)',
    'min()',
    'abs(a, b)',
    `${'('.repeat(400)}a${')'.repeat(400)}${' '.repeat(300)}`,
  ])('refuses %s and runs nothing', async (text) => {
    expect(await compute(text, { a: 1, b: 2, c: 3 })).toHaveProperty('fault');
  });
});

const costs = [
  aSample({ series: 'cost', subject: 'payroll', measuredAt: at('2026-10-02'), value: 900 }),
  aSample({ series: 'cost', subject: 'payroll', measuredAt: at('2026-10-20'), value: 600 }),
];
const sold = [
  aSample({ series: 'signups', subject: 'web', measuredAt: at('2026-10-05'), value: 3 }),
  aSample({ series: 'signups', subject: 'web', measuredAt: at('2026-10-21'), value: 2 }),
  aSample({ series: 'signups', subject: 'api', measuredAt: at('2026-10-22'), value: 1 }),
];
/** Of the cycle before: they are known to come, and none of them counts. */
const before = ['cost', 'signups'].map((series) =>
  aSample({ series, subject: 'web', measuredAt: at('2026-09-05'), value: 7 }),
);
const cycleToDate = { window: { kind: 'cycleToDate' } } as const;

function costPerSignup(fields: Partial<Rule> = {}): Rule {
  return {
    ...aRule('formula', { options: { expression: 'cost / signups', unit: 'currency' } }),
    terms: { cost: aRule('cost', cycleToDate), signups: aRule('signups', cycleToDate) },
    ...fields,
  };
}

function options(records: readonly EngineeringRecord[], rule: Rule, member = aMember()) {
  return {
    store: memoryStore(records),
    rule,
    metricOf,
    span: span('2026-10-01', '2027-01-01'),
    zone: 'UTC',
    members: [member],
    failures: [],
    freshness: 0,
    signal: new AbortController().signal,
  };
}

async function asOf(records: readonly EngineeringRecord[], rule: Rule, moment: string, member = aMember()) {
  const { values } = await evaluateRule({ ...options(records, rule, member), moments: [at(moment)] });
  return values[0];
}

describe('formula', () => {
  it('is what its terms give together: 1500 over 6', async () => {
    const value = await asOf([...costs, ...sold], costPerSignup(), '2026-11-01');
    expect(value).toMatchObject({ value: 250, sampleSize: 2, held: false, reason: null });
    // As old as the older of the two: costs of the 20th, sign-ups of the 22nd.
    expect(value?.newestAt).toBe(at('2026-10-20'));
    expect(value?.window).toEqual(span('2026-10-01', '2026-11-01'));
  });

  it('of a past moment reads what its terms were then', async () => {
    expect((await asOf([...costs, ...sold], costPerSignup(), '2026-10-10'))?.value).toBe(300);
  });

  it('has no value where it divides by zero, and says so', async () => {
    const before = aSample({ series: 'signups', subject: 'web', measuredAt: at('2026-09-21'), value: 2 });
    const value = await asOf([...costs, before], costPerSignup(), '2026-11-01');
    expect(value).toMatchObject({ value: null, reason: 'divides by zero', held: false });
  });

  it('takes a true 0 of a term for 0', async () => {
    expect((await asOf([...sold, ...before], costPerSignup(), '2026-11-01'))?.value).toBe(0);
  });

  it('has no value where a term has none, and names the term', async () => {
    const rule = costPerSignup({ terms: { cost: aRule('cost', cycleToDate), signups: aRule('nps') } });
    const value = await asOf(costs, rule, '2026-11-01');
    expect(value).toMatchObject({
      value: null,
      reason: expect.stringMatching(/^signups: no sample that it counts was seen by then/),
      held: false,
    });
  });

  it('is held where the data of a term does not cover its window', async () => {
    const late = aMember({ coveredFrom: at('2026-10-15') });
    const value = await asOf([...costs, ...sold], costPerSignup(), '2026-11-01', late);
    expect(value).toMatchObject({ value: null, held: true });
    expect(value?.reason).toMatch(/^cost: the window begins .*; signups: the window begins /);
  });

  it('may stand in another formula', async () => {
    const rule: Rule = {
      ...aRule('formula', { options: { expression: 'round(each) * 2' } }),
      terms: { each: costPerSignup() },
    };
    expect((await asOf([...costs, ...sold], rule, '2026-11-01'))?.value).toBe(500);
  });

  it('names what moved it by the terms that lead to it', async () => {
    const rule: Rule = {
      ...aRule('formula', { options: { expression: 'each * 2' } }),
      terms: { each: costPerSignup() },
    };
    const { moves } = await evaluateRule({
      ...options([...costs, ...sold], rule),
      moments: [at('2026-10-10'), at('2026-11-01')],
    });
    const { largest } = moves(0, 1, 9);
    expect(largest.map(({ terms, row }) => [...terms, row.value])).toEqual([
      ['each', 'signups', 2],
      ['each', 'signups', 1],
      ['each', 'cost', 600],
    ]);
  });

  it('keeps the observations of each term, which aggregate to its value', async () => {
    const { terms, observations } = await evaluateRule({
      ...options([...costs, ...sold], costPerSignup()),
      moments: [at('2026-11-01')],
    });
    expect(observations(0)).toEqual([]);
    expect(
      terms.map(({ name, evaluation }) => [name, evaluation.observations(0).map((row) => row.value)]),
    ).toEqual([
      ['cost', [900, 600]],
      ['signups', [3, 2, 1]],
    ]);
  });

  it('has a series whose days are those that each gives alone, and touches the members of all terms', async () => {
    const rule = costPerSignup();
    const series = await cycleSeries({
      ...options([...costs, ...sold], rule),
      asOf: at('2026-11-01'),
      revisit: [],
      withPast: true,
    });
    for (const day of series.days) {
      const { values } = await evaluateRule({ ...options([...costs, ...sold], rule), moments: [day.end] });
      expect(day.value).toEqual(values[0]);
    }
    expect(series.coverage.members).toHaveLength(1);
    expect(series.past?.observations).toBeNull();
  });

  it('is another definition once one of its terms is', () => {
    const rule = costPerSignup();
    const other = costPerSignup({
      terms: { ...rule.terms, cost: aRule('cost', { window: { kind: 'days', days: 28 } }) },
    });
    expect(ruleHash(other)).not.toBe(ruleHash(rule));
  });
});
