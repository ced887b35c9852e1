import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../src/domain/records.ts';
import { addDays, localDate } from '../src/domain/time.ts';

const ZONE = 'Europe/Stockholm';
/** Ended days of the running cycle: each has a check-in of every key result. */
export const DAYS = 92;
const DAYS_LEFT = 30;
const REPOSITORIES = ['acme/web', 'acme/api', 'acme/mobile'];

interface Place {
  /** Counts the objectives, over all teams. */
  readonly number: number;
  readonly repository: string;
}

const OBJECTIVES: readonly ((place: Place) => string)[] = [
  ({ number, repository }) => `
  - id: small-and-often-${number}
    title: We ship small changes to ${repository} with confidence, every day
    owner: ana@acme.dev
    team: Team ${number}
    focusArea: Way of working
    keyResults:
      - id: cycle-time-${number}
        title: Cut the median pull request cycle time to 30 h
        metric: { measure: pull-request-cycle-time, source: gh, where: { repository: ${repository} } }
        start: auto
        target: 30h
      - id: merged-${number}
        title: Merge 320 pull requests
        metric: { measure: pull-requests-merged, source: gh, where: { repository: ${repository} } }
        start: 0
        target: 320
      - id: size-${number}
        title: Keep the median pull request under 300 lines
        metric: { measure: pull-request-size, source: gh, where: { repository: ${repository} } }
        keep: { max: 300, for: 80% }
      - id: pickup-${number}
        title: A first review within 12 h
        metric: { measure: pull-request-pickup-time, source: gh, where: { repository: ${repository} }, window: 7d }
        keep: { max: 12h, for: 80% }`,
  ({ number, repository }) => `
  - id: users-first-${number}
    title: What the users of ${repository} report gets answered
    owner: lee@acme.dev
    team: Team ${number}
    focusArea: User satisfaction
    keyResults:
      - id: close-rate-${number}
        title: Close as many tickets as are opened
        metric: { measure: ticket-close-rate, source: gh, where: { repository: ${repository} }, window: cycleToDate }
        start: 0.6
        target: 1
      - id: lead-time-${number}
        title: Halve the median time from open to closed
        metric: { measure: ticket-lead-time, source: gh, where: { repository: ${repository} } }
        start: auto
        target: 3d
      - id: releases-${number}
        title: Release 12 times
        metric: { measure: releases, source: gh, where: { repository: ${repository} } }
        start: 0
        target: 12`,
  ({ number }) => `
  - id: fast-and-solid-${number}
    title: Pages that are fast, on code that is tested
    owner: sam@acme.dev
    team: Team ${number}
    focusArea: Speed of the software
    keyResults:
      - id: lcp-${number}
        title: Bring the LCP of the start page under 2.5 s
        metric: { measure: lighthouse-lcp, source: lab, where: { subject: "https://acme.dev/" }, window: 7d }
        start: auto
        target: 2.3s
      - id: ttfb-${number}
        title: Keep the TTFB of the start page under 0.8 s
        metric: { measure: lighthouse-ttfb, source: lab, where: { subject: "https://acme.dev/" }, window: 7d }
        keep: { max: 800ms }
      - id: coverage-${number}
        title: Raise the test coverage of web and api together to 80 %
        metric: { measure: test-coverage, source: coverage, combine: sumOverSum }
        start: auto
        target: 80%`,
];

function sources(url: string, token: string, now: Instant): string {
  const today = localDate(now, ZONE);
  return `timezone: ${ZONE}
database: ../krsync.db
since: ${addDays(today, -DAYS - 35)}
cycles:
  - { id: the-cycle, start: ${addDays(today, -DAYS)}, end: ${addDays(today, DAYS_LEFT)} }
sources:
  - { id: gh, kind: github, url: "${url}", token: ${token}, repositories: [${REPOSITORIES.join(', ')}] }
  - id: coverage
    kind: coverage
    reports:
      - { path: ../reports/coverage/web/*.xml, subject: web }
      - { path: ../reports/coverage/api/*.xml, subject: api }
  - { id: lab, kind: lighthouse, reports: [{ path: ../reports/lighthouse/*.report.json }] }
`;
}

/** Writes a configuration with so many teams of ten key results each, a file for every team. */
export function writeConfiguration(
  folder: string,
  options: { readonly teams: number; readonly url: string; readonly token: string; readonly now: Instant },
): void {
  const { teams, url, token, now } = options;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sources.yaml'), sources(url, token, now));
  for (let team = 1; team <= teams; team++) {
    const place = { number: team, repository: REPOSITORIES[team % REPOSITORIES.length] ?? '' };
    const objectives = OBJECTIVES.map((text) => text(place)).join('\n');
    writeFileSync(join(folder, `okrs-team-${team}.yaml`), `objectives:${objectives}\n`);
  }
}
