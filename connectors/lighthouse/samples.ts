import { createHash } from 'node:crypto';
import type { Sample } from '../../src/domain/records.ts';
import type { PullContext } from '../contract.ts';
import { auditOf, numberOf, type ParsedRun, type Run } from './parse.ts';
import { CATEGORIES, METRICS, type Metric } from './series.ts';

export interface RunSamples {
  readonly samples: readonly Sample[];
  /** Why some series has no sample; an audit that the run did not include is none of them. */
  readonly missing: readonly string[];
}

/** What is known of a run beside its report. */
export interface RunContext {
  /** The name that people know the run by. */
  readonly name: string;
  /** What was measured; null for the URL that the run was asked for. */
  readonly subject: string | null;
  /** Where a person finds the run. */
  readonly url?: string | null;
  readonly commit?: string | null;
  readonly branch?: string | null;
}

/** One sample per metric and category that the run measured. */
export function samplesOf({ run, content }: ParsedRun, known: RunContext): RunSamples {
  // Versions before 6 wrote this code when nothing was wrong.
  if (run.runtimeError && run.runtimeError.code !== 'NO_ERROR') {
    return { samples: [], missing: [`the whole run: ${run.runtimeError.code}`] };
  }
  const subject = known.subject ?? urlOf(run);
  if (!subject) return { samples: [], missing: ['the whole run: it names no URL, so it needs a `subject`'] };
  const hash = createHash('sha256').update(content).digest('hex');
  const formFactor = run.configSettings?.formFactor ?? run.configSettings?.emulatedFormFactor;
  const samples: Sample[] = [];
  const missing: string[] = [];

  function add(series: string, title: string, value: number): void {
    samples.push({
      recordType: 'sample',
      id: createHash('sha256').update([subject, hash, series].join('\0')).digest('hex').slice(0, 32),
      key: known.name,
      title,
      url: known.url ?? null,
      series,
      subject: subject ?? '',
      measuredAt: Date.parse(run.fetchTime),
      value,
      of: null,
      commit: known.commit ?? null,
      branch: known.branch ?? null,
      labels: { ...(formFactor ? { formFactor } : {}), version: run.lighthouseVersion, run: known.name },
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

/** Says which of a run's metrics have no sample, and why. */
export function warnOfMissing(
  { logger }: Pick<PullContext, 'logger'>,
  run: string,
  missing: readonly string[],
): void {
  if (missing.length === 0) return;
  logger.warn({ run, missing }, 'The Lighthouse run did not measure everything: no sample is made of that.');
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
