import type { Metric } from './contract.ts';
import { metric as lighthouseAccessibility } from './lighthouse-accessibility.ts';
import { metric as lighthouseBestPractices } from './lighthouse-best-practices.ts';
import { metric as lighthouseCls } from './lighthouse-cls.ts';
import { metric as lighthouseFcp } from './lighthouse-fcp.ts';
import { metric as lighthouseLcp } from './lighthouse-lcp.ts';
import { metric as lighthousePerformance } from './lighthouse-performance.ts';
import { metric as lighthouseSeo } from './lighthouse-seo.ts';
import { metric as lighthouseSi } from './lighthouse-si.ts';
import { metric as lighthouseTbt } from './lighthouse-tbt.ts';
import { metric as lighthouseTtfb } from './lighthouse-ttfb.ts';
import { metric as lineImpact } from './line-impact.ts';
import { metric as pullRequestCycleTime } from './pull-request-cycle-time.ts';
import { metric as pullRequestPickupTime } from './pull-request-pickup-time.ts';
import { metric as pullRequestReviewTime } from './pull-request-review-time.ts';
import { metric as pullRequestSize } from './pull-request-size.ts';
import { metric as pullRequestTimeToMerge } from './pull-request-time-to-merge.ts';
import { metric as pullRequestsMerged } from './pull-requests-merged.ts';
import { metric as releaseCycleTime } from './release-cycle-time.ts';
import { metric as releases } from './releases.ts';
import { metric as testCoverage } from './test-coverage.ts';
import { metric as ticketCloseRate } from './ticket-close-rate.ts';
import { metric as ticketLeadTime } from './ticket-lead-time.ts';
import { metric as ticketsClosed } from './tickets-closed.ts';
import { metric as ticketsOpen } from './tickets-open.ts';
import { metric as ticketsOpened } from './tickets-opened.ts';

/** Every metric, by id. A test compares this list with the files. */
const all: readonly Metric[] = [
  lighthouseAccessibility,
  lighthouseBestPractices,
  lighthouseCls,
  lighthouseFcp,
  lighthouseLcp,
  lighthousePerformance,
  lighthouseSeo,
  lighthouseSi,
  lighthouseTbt,
  lighthouseTtfb,
  lineImpact,
  pullRequestCycleTime,
  pullRequestPickupTime,
  pullRequestReviewTime,
  pullRequestSize,
  pullRequestTimeToMerge,
  pullRequestsMerged,
  releaseCycleTime,
  releases,
  testCoverage,
  ticketCloseRate,
  ticketLeadTime,
  ticketsClosed,
  ticketsOpen,
  ticketsOpened,
];

export const metrics: ReadonlyMap<string, Metric> = new Map(all.map((metric) => [metric.id, metric]));

/** The metric of a validated rule. */
export function metricOf(id: string): Metric {
  const metric = metrics.get(id);
  if (metric === undefined) throw new RangeError(`no metric '${id}'`);
  return metric;
}
