import { isoTime } from '../../domain/time.ts';

/** What one run measured: milliseconds, and the layout shift, which has no unit. */
export interface PageRun {
  readonly url: string;
  readonly at: number;
  readonly lcp: number;
  readonly fcp: number;
  readonly speedIndex: number;
  readonly blocking: number;
  readonly responseTime: number;
  readonly layoutShift: number;
}

interface MetricAudit {
  readonly id: string;
  readonly title: string;
  readonly value: (run: PageRun) => number;
  /** Lighthouse's scoring curve for a phone. */
  readonly p10: number;
  readonly median: number;
  /** Its part of the performance score. */
  readonly weight: number;
  readonly unit: 'millisecond' | 'unitless';
}

const METRICS: readonly MetricAudit[] = [
  audit('first-contentful-paint', 'First Contentful Paint', (run) => run.fcp, [1800, 3000], 10),
  audit('largest-contentful-paint', 'Largest Contentful Paint', (run) => run.lcp, [2500, 4000], 25),
  audit('total-blocking-time', 'Total Blocking Time', (run) => run.blocking, [200, 600], 30),
  audit('cumulative-layout-shift', 'Cumulative Layout Shift', (run) => run.layoutShift, [0.1, 0.25], 25),
  audit('speed-index', 'Speed Index', (run) => run.speedIndex, [3387, 5800], 10),
];

function audit(
  id: string,
  title: string,
  value: (run: PageRun) => number,
  [p10, median]: readonly [number, number],
  weight: number,
): MetricAudit {
  return { id, title, value, p10, median, weight, unit: id.endsWith('shift') ? 'unitless' : 'millisecond' };
}

/** Abramowitz and Stegun 7.1.26; wrong by less than 2e-7, of which a score of two digits shows nothing. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

const INVERSE_ERFC_ONE_FIFTH = 0.9061938024368232;

/** Lighthouse's own curve: 0.9 at p10, 0.5 at the median. See core/lib/statistics.js of GoogleChrome/lighthouse. */
export function logNormalScore({ p10, median }: { p10: number; median: number }, value: number): number {
  if (value <= 0) return 1;
  const standardized = (Math.log(value / median) * INVERSE_ERFC_ONE_FIFTH) / -Math.log(p10 / median);
  return Math.floor(100 * ((1 - erf(standardized)) / 2)) / 100;
}

function displayed(metric: MetricAudit, value: number): string {
  if (metric.unit === 'unitless') return String(Math.round(value * 1000) / 1000);
  return metric.id === 'total-blocking-time'
    ? `${Math.round(value)}\u00a0ms`
    : `${(value / 1000).toFixed(1)}\u00a0s`;
}

/** A report as Lighthouse 12 writes it, with the audits and categories that a dashboard reads. */
export function lighthouseReport(run: PageRun): string {
  const audits: Record<string, object> = {};
  let weighted = 0;
  for (const metric of METRICS) {
    const { p10, median } = metric;
    const numericValue = metric.value(run);
    const score = logNormalScore(metric, numericValue);
    weighted += score * metric.weight;
    audits[metric.id] = {
      id: metric.id,
      title: metric.title,
      score,
      scoreDisplayMode: 'numeric',
      numericValue,
      numericUnit: metric.unit,
      displayValue: displayed(metric, numericValue),
      scoringOptions: { p10, median },
    };
  }
  audits['server-response-time'] = serverResponse(run);
  const report = {
    lighthouseVersion: '12.8.2',
    requestedUrl: run.url,
    mainDocumentUrl: run.url,
    finalDisplayedUrl: run.url,
    finalUrl: run.url,
    fetchTime: isoTime(run.at),
    gatherMode: 'navigation',
    runWarnings: [],
    userAgent: USER_AGENT,
    environment: { networkUserAgent: PHONE, hostUserAgent: USER_AGENT, benchmarkIndex: 1956, credits: {} },
    audits,
    configSettings: CONFIG,
    categories: {
      performance: category('performance', 'Performance', Math.round(weighted) / 100),
      accessibility: category('accessibility', 'Accessibility', 0.96),
      'best-practices': category('best-practices', 'Best Practices', 1),
      seo: category('seo', 'SEO', 0.92),
    },
    timing: { total: 9500 + run.lcp },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function serverResponse(run: PageRun) {
  const { responseTime } = run;
  return {
    id: 'server-response-time',
    title:
      responseTime > 600 ? 'Reduce initial server response time' : 'Initial server response time was short',
    score: responseTime > 600 ? 0 : 1,
    scoreDisplayMode: 'metricSavings',
    numericValue: responseTime,
    numericUnit: 'millisecond',
    displayValue: `Root document took ${Math.round(responseTime)}\u00a0ms`,
    metricSavings: { FCP: 0, LCP: 0 },
    details: {
      type: 'opportunity',
      headings: [
        { key: 'url', valueType: 'url', label: 'URL' },
        { key: 'responseTime', valueType: 'timespanMs', label: 'Time Spent' },
      ],
      items: [{ url: run.url, responseTime }],
      overallSavingsMs: Math.max(0, responseTime - 100),
    },
    guidanceLevel: 1,
  };
}

function category(id: string, title: string, score: number) {
  const auditRefs =
    id === 'performance' ? METRICS.map(({ id, weight }) => ({ id, weight, group: 'metrics' })) : [];
  return { id, title, supportedModes: ['navigation', 'timespan', 'snapshot'], auditRefs, score };
}

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36';
const PHONE =
  'Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Mobile Safari/537.36';
const CONFIG = {
  output: ['json'],
  formFactor: 'mobile',
  throttlingMethod: 'simulate',
  throttling: {
    rttMs: 150,
    throughputKbps: 1638.4,
    requestLatencyMs: 562.5,
    downloadThroughputKbps: 1474.56,
    uploadThroughputKbps: 675,
    cpuSlowdownMultiplier: 4,
  },
  screenEmulation: { mobile: true, width: 412, height: 823, deviceScaleFactor: 1.75, disabled: false },
  emulatedUserAgent: PHONE,
  channel: 'cli',
  locale: 'en-US',
  onlyCategories: null,
};
