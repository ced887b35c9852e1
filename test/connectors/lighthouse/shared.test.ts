import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lighthouse } from '../../../connectors/lighthouse/index.ts';
import type { LighthouseSettings } from '../../../connectors/lighthouse/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, pullContext, SHARED_DATA } from '../../support/pull-context.ts';

const FOLDER = join(SHARED_DATA, 'lighthouse');
const LOCAL = 'http://localhost:8123/';
const SAMPLE = 'http://localhost:10200/dobetterweb/dbw_tester.html';

/** By `jq '.audits | map_values(.numericValue)'` and `jq '.categories | map_values(.score)'`. */
const EXPECTED: Readonly<
  Record<string, { subject: string; fetchTime: string; version: string; values: Record<string, number> }>
> = {
  'localhost-12.8.2-run1.report.json': {
    subject: LOCAL,
    fetchTime: '2026-11-24T03:35:00.965Z',
    version: '12.8.2',
    values: {
      'lighthouse-lcp': 1989.10935,
      'lighthouse-ttfb': 9.887,
      'lighthouse-fcp': 1989.10935,
      'lighthouse-cls': 0,
      'lighthouse-tbt': 0,
      'lighthouse-si': 3971.9305837804554,
      'lighthouse-performance': 0.96,
    },
  },
  'localhost-12.8.2-run2.report.json': {
    subject: LOCAL,
    fetchTime: '2026-11-24T03:35:18.483Z',
    version: '12.8.2',
    values: {
      'lighthouse-lcp': 1829.6125,
      'lighthouse-ttfb': 2.1960000000000006,
      'lighthouse-fcp': 1829.6125,
      'lighthouse-cls': 0,
      'lighthouse-tbt': 0,
      'lighthouse-si': 3917.5487278650794,
      'lighthouse-performance': 0.97,
    },
  },
  'sample-13.0.0.report.json': {
    subject: SAMPLE,
    fetchTime: '2025-02-05T01:31:01.240Z',
    version: '13.0.0',
    values: {
      'lighthouse-lcp': 10894.404,
      'lighthouse-ttfb': 4,
      'lighthouse-fcp': 6802.699,
      'lighthouse-cls': 0.09957584751767748,
      'lighthouse-tbt': 1018.2689999999993,
      'lighthouse-si': 8407,
      'lighthouse-performance': 0.32,
      'lighthouse-accessibility': 0.71,
      'lighthouse-best-practices': 0.31,
      'lighthouse-seo': 0.75,
    },
  },
};

describe.skipIf(!existsSync(FOLDER))('real reports (skipped where ../shared/data is absent)', () => {
  test('have the numbers that jq reads in them', async () => {
    const settings: LighthouseSettings = { reports: [{ path: '*.report.json' }] };
    const context = pullContext(settings, { directory: FOLDER });
    const { records, error } = await drain(lighthouse.streams.reports, context, '*.report.json');
    expect(error).toBeNull();
    expect(context.warnings).toEqual([]);
    const samples = records.filter((record): record is Sample => record.recordType === 'sample');
    for (const [run, expected] of Object.entries(EXPECTED)) {
      const own = samples.filter((sample) => sample.labels.run === run);
      expect(Object.fromEntries(own.map((sample) => [sample.series, sample.value]))).toEqual(expected.values);
      for (const sample of own) {
        expect(sample).toMatchObject({
          subject: expected.subject,
          measuredAt: Date.parse(expected.fetchTime),
          of: null,
          labels: { formFactor: 'mobile', version: expected.version, run },
        });
      }
    }
    expect(samples).toHaveLength(24);
    expect(new Set(samples.map((sample) => sample.id)).size).toBe(24);
  });
});
