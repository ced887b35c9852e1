import type { Instant, Sample } from '../../src/domain/records.ts';
import type { CoverageFormat, CoverageReport } from './settings.ts';
import { type Coverage, MEASURES } from './totals.ts';

export interface Measured {
  readonly subject: string;
  readonly idOf: (kind: (typeof MEASURES)[number]) => string;
  readonly coverage: Coverage;
  readonly format: CoverageFormat;
  readonly measuredAt: Instant;
}

/** One sample per measure that the report tells. */
export function samplesOf(
  report: Pick<CoverageReport, 'flag' | 'commit' | 'branch'>,
  measured: Measured,
): readonly Sample[] {
  const { subject, idOf, coverage, format, measuredAt } = measured;
  const samples: Sample[] = [];
  for (const kind of MEASURES) {
    const part = coverage[kind];
    if (!part) continue;
    samples.push({
      recordType: 'sample',
      id: idOf(kind),
      key: report.flag ? `${subject} (${report.flag})` : subject,
      title: `${part.covered} of ${part.total} ${kind} covered`,
      url: null,
      series: `coverage-${kind}`,
      subject,
      measuredAt,
      value: part.covered / part.total,
      of: part.total,
      commit: report.commit ?? null,
      branch: report.branch ?? null,
      labels: { format, ...(report.flag === undefined ? {} : { flag: report.flag }) },
    });
  }
  return samples;
}
