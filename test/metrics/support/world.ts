import type { Change, EngineeringRecord, Ticket } from '../../../src/domain/records.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { createRandom } from '../../support/random.ts';
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
  aTag,
  aTicket,
  aWorklog,
} from '../../support/records.ts';

const SERIES = [
  'ces',
  'cost',
  'coverage-lines',
  'crux-cls-p75',
  'crux-inp-p75',
  'crux-lcp-p75',
  'crux-ttfb-p75',
  'csat',
  'feature-usage',
  'lighthouse-accessibility',
  'lighthouse-best-practices',
  'lighthouse-cls',
  'lighthouse-fcp',
  'lighthouse-lcp',
  'lighthouse-performance',
  'lighthouse-seo',
  'lighthouse-si',
  'lighthouse-tbt',
  'lighthouse-ttfb',
  'nps',
  'queue',
  'retention-rate',
  'signups',
  'test-duration',
  'test-pass-rate',
  'tests',
  'upgrades',
];

/** Records of every type from `begin` on, in 60 days; the same for the same seed. */
export function aWorld(seed: number, begin: number): readonly EngineeringRecord[] {
  const random = createRandom(seed);
  const int = (below: number) => Math.floor(random() * below);
  const pick = <T>(list: readonly T[]): T => list[int(list.length)] as T;
  const moment = (days = 60) => begin + int(days * 24) * HOUR + int(4) * 900_000;
  const some = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const repository = () => pick(['acme/web', 'acme/api']);
  const people = ['ana', 'ben', 'cy', null];
  const key = (i: number) => `${seed} acme/web#${i}`;

  const ticket = (): Ticket => {
    const createdAt = moment(50);
    const known = random() < 0.8;
    const history: Change[] = [];
    let at = createdAt;
    let category = pick(['new', 'new', 'in_progress', 'done']);
    let labels: readonly string[] = [];
    let estimate: number | null = pick([null, 1, 2]);
    let sprint: string | null = pick([null, 'Web 1']);
    let resolvedAt = category === 'done' ? createdAt : null;
    for (let step = int(7); step > 0; step--) {
      at += int(5) * int(40) * HOUR;
      const turn = random();
      if (turn < 0.5) {
        const to = pick(['new', 'in_progress', 'done', 'done']);
        history.push({ field: 'statusCategory', at, from: category, to });
        if (to !== 'done') resolvedAt = null;
        else if (category !== 'done') resolvedAt = at;
        category = to;
      } else if (turn < 0.65) {
        const to = pick([[], ['qa'], ['qa', 'deploy 1']]);
        history.push({ field: 'labels', at, from: labels, to });
        labels = to;
      } else if (turn < 0.8) {
        const to = pick([1, 3, 8]);
        history.push({ field: 'estimate', at, from: estimate, to });
        estimate = to;
      } else {
        const to = pick([null, 'Web 1', 'Web 2', 'Web 3']);
        history.push({ field: 'sprint', at, from: sprint, to });
        sprint = to;
      }
    }
    if (!known) resolvedAt = random() < 0.6 ? createdAt + int(200) * HOUR : null;
    const read = random() < 0.8;
    const firstResponseAt = read && random() < 0.7 ? createdAt + int(100) * HOUR : null;
    return aTicket({
      createdAt,
      resolvedAt,
      updatedAt: Math.max(at, resolvedAt ?? 0, firstResponseAt ?? 0),
      statusCategory: resolvedAt === null ? 'new' : 'done',
      history: known ? history : null,
      labels,
      estimate,
      sprint,
      responsesRead: read,
      firstResponseAt,
      type: pick(['Bug', 'Story', 'Incident', 'Hypothesis']),
      resolution: resolvedAt === null ? null : pick([null, 'Fixed', "Won't Fix"]),
      subtask: random() < 0.1,
      assignee: pick(people),
      authorIsBot: random() < 0.1,
      repository: repository(),
      components: pick([[], ['shop']]),
      closedBy: random() < 0.3 ? [key(int(25))] : [],
    });
  };
  const commits = some(40, (i) => `${seed.toString(16).padStart(8, '0')}${String(i).padStart(32, '0')}`);
  const pull = (i: number) => {
    const createdAt = moment(50);
    const mergedAt = random() < 0.8 ? createdAt + int(200) * HOUR : null;
    const reviews =
      random() < 0.9
        ? some(int(4), () =>
            aReview({
              submittedAt: createdAt + int(150) * HOUR,
              author: pick(people),
              authorIsBot: random() < 0.2,
              state: pick(['approved', 'commented', 'conversation']),
            }),
          )
        : null;
    return aPull({
      key: key(i),
      repository: repository(),
      author: pick(people),
      bot: random() < 0.1,
      createdAt,
      readyAt: random() < 0.3 ? createdAt + int(30) * HOUR : null,
      firstCommitAt: random() < 0.9 ? createdAt - int(100) * HOUR : null,
      mergedAt,
      mergeCommit: random() < 0.9 ? pick(commits) : null,
      updatedAt: Math.max(createdAt, mergedAt ?? 0, ...(reviews ?? []).map((one) => one.submittedAt)),
      additions: random() < 0.9 ? int(300) : null,
      lineImpact: random() < 0.9 ? int(300) : null,
      testsTouched: pick([true, false, null]),
      reviews,
    });
  };
  const sprintOf = (name: string, day: number) =>
    aSprint({
      name,
      project: 'WEB',
      startAt: begin + day * DAY,
      endAt: begin + (day + 12) * DAY,
      completedAt: begin + (day + 12) * DAY,
    });
  const samples = SERIES.flatMap((series) =>
    some(8, () => {
      const of = pick([null, 10, 40]);
      return aSample({
        series,
        subject: pick(['web', 'api']),
        measuredAt: moment(),
        value: int(series === 'csat' ? 6 : 11),
        of,
      });
    }),
  );
  return [
    ...some(40, ticket),
    ...some(25, pull),
    ...commits.map((sha, i) =>
      aCommit({
        sha,
        parents: i === 0 ? [] : [commits[i - 1] as string],
        authoredAt: moment(),
        author: pick(people),
        lineImpact: int(90),
        merge: random() < 0.1,
        bot: random() < 0.1,
      }),
    ),
    ...some(14, (i) =>
      aDeployment({
        key: `deploy ${i}`,
        repository: repository(),
        environment: pick(['production', 'staging']),
        status: pick(['succeeded', 'succeeded', 'failed']),
        commit: pick(commits),
        finishedAt: moment(),
        run: pick([null, '1', '2']),
        commits: random() < 0.3 ? [pick(commits), pick(commits)] : null,
      }),
    ),
    ...some(8, () =>
      aRelease({
        repository: repository(),
        publishedAt: random() < 0.9 ? moment() : null,
        prerelease: random() < 0.2,
      }),
    ),
    ...some(6, () =>
      aTag({ repository: pick(['acme/lib', 'acme/web']), taggedAt: moment(), sha: pick(commits) }),
    ),
    ...some(30, () =>
      aBuild({
        repository: repository(),
        branch: pick(['main', 'next']),
        status: pick(['succeeded', 'failed', 'cancelled']),
        finishedAt: random() < 0.95 ? moment() : null,
        duration: random() < 0.9 ? int(90_000) : null,
      }),
    ),
    ...some(10, () => {
      const createdAt = moment(50);
      return anAlert({
        repository: repository(),
        createdAt,
        resolvedAt: random() < 0.5 ? createdAt + int(300) * HOUR : null,
      });
    }),
    ...['Web 1', 'Web 2', 'Web 3'].map((name, i) => sprintOf(name, 10 + i * 14)),
    ...some(10, () => aWorklog({ startedAt: moment(), hours: int(8), author: pick(people) })),
    ...samples,
    aDeployment({ commit: commits[5] ?? '', finishedAt: begin + 2 * DAY }),
    aDeployment({ commit: commits[39] ?? '', finishedAt: begin + 30 * DAY }),
    aPull({
      createdAt: begin + 9 * DAY,
      firstCommitAt: begin + 8 * DAY,
      mergedAt: begin + 10 * DAY,
      mergeCommit: commits[20] ?? '',
    }),
    aDeployment({ key: 'deploy x', finishedAt: begin + 20 * DAY }),
    aTicket({
      type: 'Incident',
      labels: ['deploy x'],
      createdAt: begin + 21 * DAY,
      updatedAt: begin + 22 * DAY,
      resolvedAt: begin + 22 * DAY,
    }),
  ];
}

/** The same records, everything that happened moved by so many milliseconds. */
export function moved(records: readonly EngineeringRecord[], by: number): readonly EngineeringRecord[] {
  return records.map((record) => move(record, by) as EngineeringRecord);
}

function move(value: unknown, by: number): unknown {
  if (Array.isArray(value)) return value.map((one) => move(one, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => {
      const time = typeof held === 'number' && (name === 'at' || name.endsWith('At'));
      return [name, time ? held + by : move(held, by)];
    }),
  );
}
