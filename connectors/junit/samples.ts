import type { Instant, Sample } from '../../src/domain/records.ts';
import type { TestTotals } from './parse.ts';

/** The series, each with the word that tells its samples apart. */
export const SERIES = {
  tests: 'tests',
  rate: 'test-pass-rate',
  duration: 'test-duration',
  flaky: 'tests-flaky',
} as const;
export type Part = keyof typeof SERIES;
export const PARTS = Object.keys(SERIES) as readonly Part[];

export interface TestRun {
  readonly subject: string;
  readonly flag?: string | undefined;
  readonly commit?: string | undefined;
  readonly branch?: string | undefined;
  readonly measuredAt: Instant;
  readonly idOf: (part: Part) => string;
}

/** One sample of each series that the report tells: none of a rate over no test, none of an unknown time. */
export function samplesOf(totals: TestTotals, run: TestRun): readonly Sample[] {
  const { tests, passed, failed, skipped, flaky, duration } = totals;
  const ran = passed + failed;
  const values: Readonly<Record<Part, { value: number; of: number | null; title: string } | null>> = {
    tests: { value: tests, of: null, title: `${tests} tests, ${skipped} of them skipped` },
    rate: ran > 0 ? { value: passed / ran, of: ran, title: `${passed} of ${ran} tests passed` } : null,
    duration:
      duration === null
        ? null
        : { value: duration, of: null, title: `${tests} tests in ${duration / 1000} s` },
    flaky: { value: flaky, of: null, title: `${flaky} of ${tests} tests passed on a retry` },
  };
  const samples: Sample[] = [];
  for (const part of PARTS) {
    const made = values[part];
    if (!made) continue;
    samples.push({
      recordType: 'sample',
      id: run.idOf(part),
      key: run.flag ? `${run.subject} (${run.flag})` : run.subject,
      title: made.title,
      url: null,
      series: SERIES[part],
      subject: run.subject,
      measuredAt: run.measuredAt,
      value: made.value,
      of: made.of,
      commit: run.commit ?? null,
      branch: run.branch ?? null,
      labels: run.flag === undefined ? {} : { flag: run.flag },
    });
  }
  return samples;
}
