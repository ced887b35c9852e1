import { createHash } from 'node:crypto';
import type { Sample } from '../../src/domain/records.ts';
import { auditOf, numberOf, type ParsedRun, type Run } from './parse.ts';

interface Metric {
  readonly series: string;
  readonly title: string;
  /** The audit's id, and those that older or newer versions give it. */
  readonly audits: readonly string[];
}

/** Milliseconds, but for the layout shift, which has no unit. */
const METRICS: readonly Metric[] = [
  { series: 'lighthouse-lcp', title: 'Largest Contentful Paint', audits: ['largest-contentful-paint'] },
  {
    series: 'lighthouse-ttfb',
    title: 'Server response time',
    // Renamed by version 6: https://github.com/GoogleChrome/lighthouse/issues/10720
    audits: ['server-response-time', 'time-to-first-byte'],
  },
  { series: 'lighthouse-fcp', title: 'First Contentful Paint', audits: ['first-contentful-paint'] },
  { series: 'lighthouse-cls', title: 'Cumulative Layout Shift', audits: ['cumulative-layout-shift'] },
  { series: 'lighthouse-tbt', title: 'Total Blocking Time', audits: ['total-blocking-time'] },
  { series: 'lighthouse-si', title: 'Speed Index', audits: ['speed-index'] },
];

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;

export interface RunSamples {
  readonly samples: readonly Sample[];
  /** Why some series has no sample; an audit that the run did not include is none of them. */
  readonly missing: readonly string[];
}

/** One sample per metric and category that the run measured. `file` is the name that people know the run by. */
export function samplesOf(
  { run, content }: ParsedRun,
  file: string,
  subjectGiven: string | null,
): RunSamples {
  // Versions before 6 wrote this code when nothing was wrong.
  if (run.runtimeError && run.runtimeError.code !== 'NO_ERROR') {
    return { samples: [], missing: [`the whole run: ${run.runtimeError.code}`] };
  }
  const subject = subjectGiven ?? urlOf(run);
  if (!subject) return { samples: [], missing: ['the whole run: it names no URL, so it needs a `subject`'] };
  const hash = createHash('sha256').update(content).digest('hex');
  const formFactor = run.configSettings?.formFactor ?? run.configSettings?.emulatedFormFactor;
  const samples: Sample[] = [];
  const missing: string[] = [];

  function add(series: string, title: string, value: number): void {
    samples.push({
      recordType: 'sample',
      id: createHash('sha256').update([subject, hash, series].join('\0')).digest('hex').slice(0, 32),
      key: file,
      title,
      url: null,
      series,
      subject: subject ?? '',
      measuredAt: Date.parse(run.fetchTime),
      value,
      of: null,
      commit: null,
      branch: null,
      labels: { ...(formFactor ? { formFactor } : {}), version: run.lighthouseVersion, run: file },
    });
  }

  for (const metric of METRICS) {
    const measured = measure(run, metric);
    if (typeof measured === 'number') add(metric.series, metric.title, measured);
    if (typeof measured === 'string') missing.push(`${metric.series}: ${measured}`);
  }
  for (const category of CATEGORIES) {
    const found = run.categories[category];
    if (!found) continue;
    const series = `lighthouse-${category}`;
    if (typeof found.score === 'number') add(series, `${category} score`, found.score);
    else missing.push(`${series}: no score`);
  }
  return { samples, missing };
}

/** The metric's number, the reason why a run that includes it has none, or null where the run leaves it out. */
function measure(run: Run, metric: Metric): number | string | null {
  let reason: string | null = null;
  for (const id of metric.audits) {
    const audit = auditOf(run, id);
    if (!audit) continue;
    const value = numberOf(audit);
    if (value !== null) return value;
    reason = audit.errorMessage ?? `${id} has no value`;
  }
  if (metric.series === 'lighthouse-ttfb') {
    // The insight that takes the audit's place: https://developer.chrome.com/docs/performance/insights/document-latency
    const insight = auditOf(run, 'document-latency-insight')?.details?.debugData?.serverResponseTime;
    if (insight !== undefined) return insight;
  }
  return reason;
}

function urlOf(run: Run): string | null {
  return run.requestedUrl || run.finalDisplayedUrl || run.finalUrl || run.mainDocumentUrl || null;
}
