import { createHash } from 'node:crypto';
import type { Instant, Sample } from '../../src/domain/records.ts';
import type { ReadReport } from './read.ts';
import type { CoverageReport } from './settings.ts';

/** One sample per measure that the report tells. `sighting` sets apart content that came back after other content. */
export function samplesOf(
  report: CoverageReport,
  read: ReadReport,
  measuredAt: Instant,
  sighting: number,
): readonly Sample[] {
  const samples: Sample[] = [];
  for (const kind of ['lines', 'branches', 'functions'] as const) {
    const part = read.totals[kind];
    if (!part) continue;
    const series = `coverage-${kind}`;
    const identity = [report.subject, report.flag ?? '', read.hash, series];
    if (sighting > 0) identity.push(String(sighting));
    samples.push({
      recordType: 'sample',
      id: createHash('sha256').update(identity.join('\0')).digest('hex').slice(0, 32),
      key: report.flag ? `${report.subject} (${report.flag})` : report.subject,
      title: `${part.covered} of ${part.total} ${kind} covered`,
      url: null,
      series,
      subject: report.subject,
      measuredAt,
      value: part.covered / part.total,
      of: part.total,
      commit: report.commit ?? null,
      branch: report.branch ?? null,
      labels: { format: read.format, ...(report.flag === undefined ? {} : { flag: report.flag }) },
    });
  }
  return samples;
}
