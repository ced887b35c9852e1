import type { Aggregate, IncidentLink } from '../../../src/domain/okr.ts';
import type { EngineeringRecord } from '../../../src/domain/records.ts';
import { HOUR } from '../../../src/domain/time.ts';
import {
  aBuild,
  aCommit,
  aDeployment,
  anAlert,
  aPull,
  aRelease,
  aReview,
  aSample,
  aSprint,
  aTicket,
  aWorklog,
} from '../../support/records.ts';

/** One item of a metric: the records that give it exactly one observation, at `at`. */
export interface Example {
  /** `lane` keeps two of them from meeting: a repository, a sprint, an environment of its own. */
  readonly item: (at: number, lane?: string) => readonly EngineeringRecord[];
  /** The value of a window with that item alone. */
  readonly value: number;
  readonly aggregate?: Aggregate;
  readonly options?: Readonly<Record<string, unknown>>;
}

export const INCIDENTS: IncidentLink = {
  sources: ['gh'],
  where: { type: 'Incident' },
  link: 'explicit',
  services: {},
};

const ticket = (at: number, fields = {}) =>
  aTicket({ createdAt: at - 12 * HOUR, updatedAt: at, resolvedAt: at, ...fields });
const turn = (at: number, from: string, to: string) => ({ field: 'statusCategory' as const, at, from, to });
const sample =
  (series: string, value: number, fields = {}) =>
  (at: number) => [aSample({ series, subject: 'web', value, measuredAt: at, ...fields })];
const merged = (at: number, fields = {}) =>
  aPull({ createdAt: at - 20 * HOUR, firstCommitAt: at - 30 * HOUR, mergedAt: at, ...fields });

/** Every metric, so that a new one without an example fails. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'build-duration': { item: (at) => [aBuild({ finishedAt: at, duration: 90_000 })], value: 90_000 },
  'build-recovery-time': {
    item: (at, branch = 'main') => [
      aBuild({ branch, finishedAt: at - 5 * HOUR, status: 'failed' }),
      aBuild({ branch, finishedAt: at - 3 * HOUR, status: 'failed' }),
      aBuild({ branch, finishedAt: at }),
    ],
    value: 5,
  },
  'build-success-rate': { item: (at) => [aBuild({ finishedAt: at })], value: 1 },
  ces: { item: sample('ces', 5.5), value: 5.5 },
  'change-fail-rate': { item: (at) => [aDeployment({ finishedAt: at })], value: 0 },
  'change-lead-time': {
    item: (at, repository = 'acme/web') => [
      aDeployment({ repository, finishedAt: at - 900 * HOUR }),
      aDeployment({ repository, finishedAt: at, commits: [`${repository} 1`] }),
      aPull({
        repository,
        createdAt: at - 9 * HOUR,
        firstCommitAt: at - 10 * HOUR,
        mergedAt: at - HOUR,
        mergeCommit: `${repository} 1`,
      }),
    ],
    value: 10,
  },
  cost: {
    item: (at) => [aWorklog({ startedAt: at, hours: 1.5 })],
    value: 120,
    options: { hourlyRate: 80 },
  },
  'crux-cls-p75': { item: sample('crux-cls-p75', 0.08), value: 0.08 },
  'crux-inp-p75': { item: sample('crux-inp-p75', 180), value: 180 },
  'crux-lcp-p75': { item: sample('crux-lcp-p75', 2100), value: 2100 },
  'crux-ttfb-p75': { item: sample('crux-ttfb-p75', 700), value: 700 },
  csat: { item: sample('csat', 4), value: 1 },
  // The window of the examples has 169 hours, for the clocks go back in it.
  'deployment-frequency': { item: (at) => [aDeployment({ finishedAt: at })], value: 168 / 169 },
  'deployment-rework-rate': { item: (at) => [aDeployment({ finishedAt: at })], value: 0 },
  'failed-deployment-recovery-time': {
    item: (at, lane = 'eu') => [
      aDeployment({ key: `roll ${lane}`, finishedAt: at - 5 * HOUR }),
      ticket(at, { type: 'Incident', createdAt: at - 4 * HOUR, labels: [`caused-by: roll ${lane}`] }),
    ],
    value: 5,
  },
  'feature-usage': { item: sample('feature-usage', 40), value: 40 },
  'hypothesis-validation-rate': {
    item: (at) => [ticket(at, { type: 'Hypothesis', labels: ['validated'] })],
    value: 1,
    options: { hypotheses: { type: 'hypothesis' }, validated: { labels: 'validated' } },
  },
  'incident-recovery-time': { item: (at) => [ticket(at, { type: 'Incident' })], value: 12 },
  incidents: {
    item: (at) => [aTicket({ createdAt: at, type: 'Incident' })],
    value: 1,
  },
  'lighthouse-accessibility': { item: sample('lighthouse-accessibility', 0.9), value: 0.9 },
  'lighthouse-best-practices': { item: sample('lighthouse-best-practices', 0.9), value: 0.9 },
  'lighthouse-cls': { item: sample('lighthouse-cls', 0.05), value: 0.05 },
  'lighthouse-fcp': { item: sample('lighthouse-fcp', 1200), value: 1200 },
  'lighthouse-lcp': { item: sample('lighthouse-lcp', 2400), value: 2400 },
  'lighthouse-performance': { item: sample('lighthouse-performance', 0.7), value: 0.7 },
  'lighthouse-seo': { item: sample('lighthouse-seo', 1), value: 1 },
  'lighthouse-si': { item: sample('lighthouse-si', 3100), value: 3100 },
  'lighthouse-tbt': { item: sample('lighthouse-tbt', 150), value: 150 },
  'lighthouse-ttfb': { item: sample('lighthouse-ttfb', 90), value: 90 },
  'line-impact': { item: (at) => [aCommit({ authoredAt: at, lineImpact: 42 })], value: 42 },
  nps: { item: sample('nps', 9), value: 100 },
  'open-vulnerabilities': { item: (at) => [anAlert({ createdAt: at })], value: 1 },
  'pull-request-cycle-time': { item: (at) => [merged(at)], value: 30 },
  'pull-request-pickup-time': {
    item: (at) => [
      aPull({ createdAt: at - 3 * HOUR, updatedAt: at, reviews: [aReview({ submittedAt: at })] }),
    ],
    value: 3,
  },
  'pull-request-review-time': {
    item: (at) => [merged(at, { reviews: [aReview({ submittedAt: at - 7 * HOUR })] })],
    value: 7,
  },
  'pull-request-size': { item: (at) => [merged(at, { additions: 30, deletions: 12 })], value: 42 },
  'pull-request-time-to-merge': { item: (at) => [merged(at)], value: 20 },
  'pull-requests-merged': { item: (at) => [merged(at)], value: 1 },
  'release-cycle-time': {
    item: (at, repository = 'acme/web') => [
      aRelease({ repository, publishedAt: at - 100 * HOUR }),
      aRelease({ repository, publishedAt: at }),
    ],
    value: 100,
  },
  releases: { item: (at) => [aRelease({ publishedAt: at })], value: 1 },
  'retention-rate': { item: sample('retention-rate', 30, { of: 40 }), value: 0.75 },
  sample: { item: sample('queue', 17), value: 17, options: { series: 'queue' } },
  signups: { item: sample('signups', 12), value: 12 },
  'sprint-completion': {
    item: (at, name = 'Sprint 1') => [
      aSprint({ name, startAt: at - 300 * HOUR, endAt: at, completedAt: at }),
      ticket(at - HOUR, { project: 'WEB', sprint: name, estimate: 5, createdAt: at - 400 * HOUR }),
    ],
    value: 1,
  },
  'story-points-completed': { item: (at) => [ticket(at, { estimate: 3 })], value: 3 },
  'story-to-issue-close-ratio': { item: (at) => [ticket(at, { type: 'Story' })], value: 1 },
  'test-coverage': { item: sample('coverage-lines', 0.8), value: 0.8 },
  'test-duration': { item: sample('test-duration', 61_000), value: 61_000 },
  'test-pass-rate': { item: sample('test-pass-rate', 0.98, { of: 50 }), value: 0.98 },
  tests: { item: sample('tests', 50), value: 50 },
  'ticket-close-rate': { item: (at) => [aTicket({ createdAt: at })], value: 0 },
  'ticket-cohort-close-rate': { item: (at) => [ticket(at, { createdAt: at })], value: 1 },
  'ticket-completion': { item: (at) => [ticket(at, { createdAt: at })], value: 1 },
  'ticket-cycle-time': {
    item: (at) => [
      ticket(at, {
        history: [turn(at - 8 * HOUR, 'new', 'in_progress'), turn(at, 'in_progress', 'done')],
      }),
    ],
    value: 8,
  },
  'ticket-first-response-time': {
    item: (at) => [
      aTicket({ createdAt: at - 2 * HOUR, updatedAt: at, firstResponseAt: at, responsesRead: true }),
    ],
    value: 2,
  },
  'ticket-lead-time': { item: (at) => [ticket(at)], value: 12 },
  'ticket-reopen-rate': { item: (at) => [ticket(at, { history: [] })], value: 0 },
  'tickets-closed': { item: (at) => [ticket(at)], value: 1 },
  'tickets-open': { item: (at) => [aTicket({ createdAt: at })], value: 1 },
  'tickets-opened': { item: (at) => [aTicket({ createdAt: at })], value: 1 },
  'tickets-tested-share': {
    item: (at) => [ticket(at, { labels: ['qa-passed'] })],
    value: 1,
    options: { tested: { label: 'qa-passed' } },
  },
  upgrades: { item: sample('upgrades', 2), value: 2 },
};
