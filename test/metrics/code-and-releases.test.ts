import { describe, expect, it } from 'vitest';
import {
  aCommit,
  aPull,
  aRelease,
  aRule,
  aSample,
  aTag,
  at,
  evaluateRule,
  october,
  span,
} from '../support/records.ts';

describe('line-impact', () => {
  it('adds the counted lines of commits and of merged pull requests, without merges and bots', async () => {
    const records = [
      aCommit({ authoredAt: at('2026-10-05'), lineImpact: 40 }),
      aCommit({ authoredAt: at('2026-10-05'), lineImpact: 999, merge: true }),
      aCommit({ authoredAt: at('2026-10-05'), lineImpact: 999, bot: true }),
      aPull({ mergedAt: at('2026-10-06'), lineImpact: 2 }),
      aPull({ mergedAt: at('2026-10-06'), lineImpact: null }),
    ];
    expect(await october(records, 'line-impact')).toMatchObject({ value: 42, n: 2, rejected: 1 });
  });
});

describe('releases', () => {
  it('counts published releases without drafts and pre-releases', async () => {
    const records = [
      aRelease({ publishedAt: at('2026-10-05') }),
      aRelease({ publishedAt: null }),
      aRelease({ publishedAt: at('2026-10-06'), prerelease: true }),
    ];
    expect((await october(records, 'releases')).value).toBe(1);
    expect((await october(records, 'releases', { options: { prereleases: true } })).value).toBe(2);
  });

  it('counts tags only of a repository that has no releases', async () => {
    const records = [
      aRelease({ publishedAt: at('2026-10-05') }),
      aTag({ taggedAt: at('2026-10-05') }),
      aTag({ repository: 'acme/api', taggedAt: at('2026-10-07') }),
    ];
    expect((await october(records, 'releases')).value).toBe(2);
  });

  it('counts a tag once that the forge and the clone of the same repository both bring', async () => {
    const both = (name: string, day: string) => [
      aTag({ id: `acme/web@${name}`, name, taggedAt: at(day) }),
      aTag({ id: name, name, taggedAt: at(day) }),
    ];
    const records = [...both('v1', '2026-10-05'), ...both('v2', '2026-10-07')];
    expect((await october(records, 'releases')).value).toBe(2);
    expect((await october(records, 'release-cycle-time')).value).toBe(48);
    const byTags = { options: { deployments: { from: 'tags' } }, aggregate: 'count' } as const;
    expect((await october(records, 'deployment-frequency', byTags)).value).toBe(2);
    const other = aTag({ repository: 'acme/api', name: 'v1', taggedAt: at('2026-10-05') });
    expect((await october([...records, other], 'releases')).value).toBe(3);
  });

  it('takes a draft for no release: the tags still serve', async () => {
    const records = [aRelease({ publishedAt: null }), aTag({ taggedAt: at('2026-10-05') })];
    expect((await october(records, 'releases')).value).toBe(1);
  });

  it('leaves what tags said as it was when the first release comes, and counts from there by releases', async () => {
    const records = [
      aTag({ taggedAt: at('2026-10-05') }),
      aTag({ taggedAt: at('2026-10-08') }),
      aRelease({ publishedAt: at('2026-10-20') }),
      aTag({ taggedAt: at('2026-10-20') }),
      aRelease({ publishedAt: at('2026-10-25') }),
    ];
    const windows = ['2026-10-10', '2026-10-20', '2026-10-21', '2026-11-01'].map((to) =>
      span('2026-10-01', to),
    );
    const over = async (measure: string) =>
      (await evaluateRule(records, aRule(measure), windows)).values.map(({ value }) => value);
    expect(await over('releases')).toEqual([2, 2, 1, 2]);
    expect(await over('release-cycle-time')).toEqual([72, 72, null, 120]);
  });
});

describe('release-cycle-time', () => {
  it('measures from the release before, also when that one lies before the window', async () => {
    const records = [
      aRelease({ publishedAt: at('2026-10-11') }),
      aRelease({ publishedAt: at('2026-09-21') }),
      aRelease({ publishedAt: at('2026-10-01') }),
      aRelease({ publishedAt: at('2026-10-10'), repository: 'acme/api' }),
    ];
    expect(await october(records, 'release-cycle-time')).toMatchObject({ value: 240, n: 2 });
  });

  it('gives no observation for the first release on record', async () => {
    expect(await october([aRelease({ publishedAt: at('2026-10-11') })], 'release-cycle-time')).toMatchObject({
      value: null,
      n: 0,
    });
  });
});

describe('test-coverage', () => {
  it('is the last report of the window, of what the option names', async () => {
    const records = [
      aSample({ series: 'coverage-lines', subject: 'web', value: 0.7, of: 10, measuredAt: at('2026-10-09') }),
      aSample({ series: 'coverage-lines', subject: 'web', value: 0.8, of: 10, measuredAt: at('2026-10-08') }),
      aSample({
        series: 'coverage-branches',
        subject: 'web',
        value: 0.4,
        of: 10,
        measuredAt: at('2026-10-09'),
      }),
    ];
    expect((await october(records, 'test-coverage')).value).toBe(0.7);
    expect((await october(records, 'test-coverage', { options: { of: 'branches' } })).value).toBe(0.4);
    expect((await october(records, 'test-coverage', { options: { of: 'functions' } })).value).toBeNull();
  });
});

describe('lighthouse metrics', () => {
  it('are the median of the runs, not the best and not the last', async () => {
    const runs = [24, 73, 72].map((value, i) =>
      aSample({ series: 'lighthouse-performance', value, measuredAt: at('2026-10-05') + i }),
    );
    expect((await october(runs, 'lighthouse-performance')).value).toBe(72);
  });

  it('keep each audit to its own series', async () => {
    const runs = [
      aSample({ series: 'lighthouse-lcp', value: 2500 }),
      aSample({ series: 'lighthouse-ttfb', value: 120 }),
    ];
    expect((await october(runs, 'lighthouse-lcp')).value).toBe(2500);
    expect((await october(runs, 'lighthouse-ttfb')).value).toBe(120);
    expect((await october(runs, 'lighthouse-cls')).value).toBeNull();
  });
});
