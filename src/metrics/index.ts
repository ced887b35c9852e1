import { metric as buildDuration } from './build-duration.ts';
import { metric as buildRecoveryTime } from './build-recovery-time.ts';
import { metric as buildSuccessRate } from './build-success-rate.ts';
import { metric as ces } from './ces.ts';
import { metric as changeFailRate } from './change-fail-rate.ts';
import { metric as changeLeadTime } from './change-lead-time.ts';
import type { Metric } from './contract.ts';
import { metric as cost } from './cost.ts';
import { metric as cruxClsP75 } from './crux-cls-p75.ts';
import { metric as cruxInpP75 } from './crux-inp-p75.ts';
import { metric as cruxLcpP75 } from './crux-lcp-p75.ts';
import { metric as cruxTtfbP75 } from './crux-ttfb-p75.ts';
import { metric as csat } from './csat.ts';
import { metric as deploymentFrequency } from './deployment-frequency.ts';
import { metric as deploymentReworkRate } from './deployment-rework-rate.ts';
import { milestones } from './engine/milestones.ts';
import { metric as failedDeploymentRecoveryTime } from './failed-deployment-recovery-time.ts';
import { metric as featureUsage } from './feature-usage.ts';
import { metric as formula } from './formula.ts';
import { metric as hypothesisValidationRate } from './hypothesis-validation-rate.ts';
import { metric as incidentRecoveryTime } from './incident-recovery-time.ts';
import { metric as incidents } from './incidents.ts';
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
import { metric as nps } from './nps.ts';
import { metric as openVulnerabilities } from './open-vulnerabilities.ts';
import { metric as pullRequestCycleTime } from './pull-request-cycle-time.ts';
import { metric as pullRequestPickupTime } from './pull-request-pickup-time.ts';
import { metric as pullRequestReviewTime } from './pull-request-review-time.ts';
import { metric as pullRequestSize } from './pull-request-size.ts';
import { metric as pullRequestTimeToMerge } from './pull-request-time-to-merge.ts';
import { metric as pullRequestsMerged } from './pull-requests-merged.ts';
import { metric as releaseCycleTime } from './release-cycle-time.ts';
import { metric as releases } from './releases.ts';
import { metric as retentionRate } from './retention-rate.ts';
import { metric as sample } from './sample.ts';
import { metric as signups } from './signups.ts';
import { metric as sprintCompletion } from './sprint-completion.ts';
import { metric as sql } from './sql.ts';
import { metric as storyPointsCompleted } from './story-points-completed.ts';
import { metric as storyToIssueCloseRatio } from './story-to-issue-close-ratio.ts';
import { metric as testCoverage } from './test-coverage.ts';
import { metric as testDuration } from './test-duration.ts';
import { metric as testPassRate } from './test-pass-rate.ts';
import { metric as tests } from './tests.ts';
import { metric as ticketCloseRate } from './ticket-close-rate.ts';
import { metric as ticketCohortCloseRate } from './ticket-cohort-close-rate.ts';
import { metric as ticketCompletion } from './ticket-completion.ts';
import { metric as ticketCycleTime } from './ticket-cycle-time.ts';
import { metric as ticketFirstResponseTime } from './ticket-first-response-time.ts';
import { metric as ticketLeadTime } from './ticket-lead-time.ts';
import { metric as ticketReopenRate } from './ticket-reopen-rate.ts';
import { metric as ticketsClosed } from './tickets-closed.ts';
import { metric as ticketsOpen } from './tickets-open.ts';
import { metric as ticketsOpened } from './tickets-opened.ts';
import { metric as ticketsTestedShare } from './tickets-tested-share.ts';
import { metric as upgrades } from './upgrades.ts';

/** Every metric, by id. A test compares this list with the files. */
const all: readonly Metric[] = [
  buildDuration,
  buildRecoveryTime,
  buildSuccessRate,
  ces,
  changeFailRate,
  changeLeadTime,
  cost,
  cruxClsP75,
  cruxInpP75,
  cruxLcpP75,
  cruxTtfbP75,
  csat,
  deploymentFrequency,
  deploymentReworkRate,
  failedDeploymentRecoveryTime,
  featureUsage,
  formula,
  hypothesisValidationRate,
  incidentRecoveryTime,
  incidents,
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
  nps,
  openVulnerabilities,
  pullRequestCycleTime,
  pullRequestPickupTime,
  pullRequestReviewTime,
  pullRequestSize,
  pullRequestTimeToMerge,
  pullRequestsMerged,
  releaseCycleTime,
  releases,
  retentionRate,
  sample,
  signups,
  sprintCompletion,
  sql,
  storyPointsCompleted,
  storyToIssueCloseRatio,
  testCoverage,
  testDuration,
  testPassRate,
  tests,
  ticketCloseRate,
  ticketCohortCloseRate,
  ticketCompletion,
  ticketCycleTime,
  ticketFirstResponseTime,
  ticketLeadTime,
  ticketReopenRate,
  ticketsClosed,
  ticketsOpen,
  ticketsOpened,
  ticketsTestedShare,
  upgrades,
];

export const metrics: ReadonlyMap<string, Metric> = new Map(all.map((metric) => [metric.id, metric]));

/** Measured by, and yet none of the catalogue. */
const internal: ReadonlyMap<string, Metric> = new Map([[milestones.id, milestones]]);

/** The metric of a validated rule. */
export function metricOf(id: string): Metric {
  const metric = metrics.get(id) ?? internal.get(id);
  if (metric === undefined) throw new RangeError(`no metric '${id}'`);
  return metric;
}
