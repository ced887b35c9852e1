export interface Metric {
  readonly series: string;
  readonly title: string;
  /** The audit's id, and those that older or newer versions give it. */
  readonly audits: readonly string[];
}

/** Milliseconds, but for the layout shift, which has no unit. */
export const METRICS: readonly Metric[] = [
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

export const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;

/** The series that a run can have. */
export const SERIES: readonly string[] = [
  ...METRICS.map(({ series }) => series),
  ...CATEGORIES.map((category) => `lighthouse-${category}`),
];
