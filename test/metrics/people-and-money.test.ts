import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/domain/records.ts';
import { aRule, aSample, at, aWorklog, evaluateRule, october, span } from '../support/records.ts';

const samples = (series: string, ...values: readonly (number | Partial<Sample>)[]) =>
  values.map((value) =>
    aSample({
      series,
      subject: 'survey',
      measuredAt: at('2026-10-05'),
      ...(typeof value === 'number' ? { value } : value),
    }),
  );

describe('answers', () => {
  it('make a net promoter score of promoters less detractors, over all surveys together', async () => {
    const answers = samples('nps', 10, 9, 8, 7, 6, 0, { value: 3, subject: 'another' }, 11, -1);
    // Two promoters and three detractors of seven; the two answers off the scale are none.
    const { value, n, rejected } = await october(answers, 'nps');
    expect([value, n, rejected]).toEqual([expect.closeTo((-1 / 7) * 100, 10), 7, 2]);
  });

  it('make the satisfied share of four and five of five', async () => {
    expect(await october(samples('csat', 5, 4, 3, 1, 0, 6), 'csat')).toMatchObject({
      value: 0.5,
      n: 4,
      rejected: 2,
    });
  });

  it('make an effort score as their mean', async () => {
    expect(await october(samples('ces', 1, 2, 6), 'ces')).toMatchObject({ value: 3, n: 3 });
  });
});

describe('retention-rate', () => {
  it('is a ratio of sums, not a mean of shares', async () => {
    const cohorts = samples('retention-rate', { value: 90, of: 100 }, { value: 1, of: 10 });
    expect(await october(cohorts, 'retention-rate')).toMatchObject({ value: 91 / 110, n: 110 });
  });

  it('needs the size of the cohort, and no more than it', async () => {
    const cohorts = samples('retention-rate', { value: 9, of: null }, { value: 9, of: 8 });
    expect(await october(cohorts, 'retention-rate')).toMatchObject({ value: null, rejected: 2 });
  });
});

describe('sums of what a table counts by day', () => {
  it.each(['signups', 'upgrades', 'feature-usage'])('%s add up over subjects and days', async (measure) => {
    const days = samples(
      measure,
      3,
      { value: 4, subject: 'other' },
      { value: 5, measuredAt: at('2026-11-01') },
    );
    expect(await october(days, measure)).toMatchObject({ value: 7, n: 2 });
    expect((await october(days, measure, { where: { subject: 'other' } })).value).toBe(4);
  });

  it('are no zero while the table has no row of them, and one from the first row on', async () => {
    expect(await october([], 'signups')).toMatchObject({ value: null, n: 0 });
    expect((await october(samples('upgrades', 3), 'signups')).value).toBeNull();
    const before = samples('signups', { value: 3, measuredAt: at('2026-08-05') });
    expect((await october(before, 'signups')).value).toBe(0);
    const later = await evaluateRule(samples('signups', 3), aRule('signups'), [
      span('2026-09-01', '2026-10-05'),
      span('2026-10-01', '2026-10-06'),
      span('2026-10-06', '2026-10-20'),
    ]);
    // The row of the 5th says nothing of the days before it.
    expect(later.values.map(({ value }) => value)).toEqual([null, 3, 0]);
    const misspelt = { where: { subject: 'servey' } };
    expect((await october(samples('signups', 3), 'signups', misspelt)).value).toBeNull();
  });
});

describe('cost', () => {
  const records = [
    ...samples('cost', 100, 20.5),
    ...samples('signups', 9000),
    aWorklog({ startedAt: at('2026-10-05'), hours: 2 }),
    aWorklog({ startedAt: at('2026-10-05'), hours: -1 }),
    aWorklog({ startedAt: at('2026-11-05'), hours: 50 }),
  ];

  it('adds amounts, and logged hours at the rate that is given', async () => {
    expect(await october(records, 'cost')).toMatchObject({ value: 120.5, n: 2, rejected: 0 });
    expect(await october(records, 'cost', { options: { hourlyRate: 100 } })).toMatchObject({
      value: 320.5,
      n: 3,
      rejected: 1,
    });
  });

  it('is no zero while its table has no row, and one of hours where nobody logged any', async () => {
    expect((await october([], 'cost')).value).toBeNull();
    expect((await october([], 'cost', { options: { hourlyRate: 100 } })).value).toBe(0);
  });

  it('takes conditions for the records that have the field', async () => {
    const fields = { options: { hourlyRate: 100 }, where: { project: 'API' } };
    expect((await october(records, 'cost', fields)).value).toBe(120.5);
  });
});

describe('sample', () => {
  it('is no zero, summed or counted, while no sample of it was ever seen, and one afterwards', async () => {
    const options = { series: 'queue' };
    for (const aggregate of ['sum', 'count', 'perDay', 'perWeek'] as const) {
      const fields = { options, aggregate, where: { subject: 'wbe' } };
      expect((await october(samples('queue', 17), 'sample', fields)).value, aggregate).toBeNull();
      const before = aSample({ series: 'queue', subject: 'wbe', measuredAt: at('2026-08-01') });
      expect((await october([before], 'sample', fields)).value, aggregate).toBe(0);
    }
  });

  it('is any series by name, each subject apart', async () => {
    const queue = samples('queue', 17, { value: 30, subject: 'other' });
    const options = { series: 'queue' };
    expect((await october(queue, 'sample', { options })).value).toBeNull();
    expect((await october(queue, 'sample', { options, combine: 'sum' })).value).toBe(47);
    expect((await october(queue, 'sample', { options, where: { subject: 'survey' } })).value).toBe(17);
    expect((await october(queue, 'sample', { options: { series: 'other' } })).value).toBeNull();
  });
});

describe('field data', () => {
  it('of a page and of its origin are never mixed', async () => {
    const both = samples(
      'crux-lcp-p75',
      { value: 2100, subject: 'https://acme.dev/' },
      { value: 3000, subject: 'https://acme.dev' },
    );
    const { values } = await evaluateRule(both, aRule('crux-lcp-p75'), [span('2026-10-01', '2026-11-01')]);
    expect(values[0]).toMatchObject({ value: null, held: true });
  });

  it('is the last collection period of the window', async () => {
    const periods = samples(
      'crux-inp-p75',
      { value: 250, measuredAt: at('2026-10-20') },
      { value: 300, measuredAt: at('2026-10-10') },
    );
    expect((await october(periods, 'crux-inp-p75')).value).toBe(250);
  });
});

describe('tests of a JUnit report', () => {
  it('pass by the share of all of them, when several suites are joined', async () => {
    const suites = samples(
      'test-pass-rate',
      { value: 1, of: 300, subject: 'api' },
      { value: 0.9, of: 100, subject: 'web' },
    );
    expect((await october(suites, 'test-pass-rate', { combine: 'sumOverSum' })).value).toBeCloseTo(0.975, 12);
  });
});
