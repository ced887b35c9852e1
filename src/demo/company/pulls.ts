import { HOUR } from '../../domain/time.ts';
import type { Random } from '../random.ts';
import { nearestWork, trend, workMoments } from './calendar.ts';
import { closeIssue, commentOn } from './changes.ts';
import { changedFiles, dependencyFiles } from './files.ts';
import { milestoneAt } from './issues.ts';
import type { Account, Pull, Repository, ReviewState } from './model.ts';
import { developers, PLAIN_NAMED_REVIEWER } from './people.ts';
import { between, type Plan, pairedNormals } from './plan.ts';
import { markReady, mergePull, type NewCommit, openPull, submitReview } from './pull-changes.ts';
import {
  AREAS,
  COMMENT_REMARKS,
  dependencyTitle,
  pullTitle,
  REVIEW_REMARKS,
  slug,
  type WorkKind,
} from './vocabulary.ts';

/** Median hours from the first commit to the merge, at the start and at the end of the history. */
const CYCLE = { start: 54, end: 35 };
const CYCLE_SIGMA = 0.65;
const MERGING_PACE = { start: 1, end: 1.25 };
const SHARES = { open: 0.04, closed: 0.06, bots: 0.17 };
const BOT_CYCLE = { median: 20, sigma: 1.1 };

const KINDS: readonly (readonly [WorkKind, number])[] = [
  ['bug', 40],
  ['feature', 38],
  ['chore', 22],
];

type End = 'merged' | 'closed' | 'open';

/** Plans `count` pull requests: merged, closed and open ones, by people and by bots. */
export function planPulls(random: Random, repository: Repository, count: number): Plan[] {
  const { company } = repository;
  const open = Math.round(count * SHARES.open);
  const bots = Math.round(count * SHARES.bots);
  const plans: Plan[] = [];

  const ends = workMoments(random, count - open - bots, company, MERGING_PACE);
  const normals = pairedNormals(random, ends.length);
  for (const [index, at] of ends.entries()) {
    const hours = trend(at, company, CYCLE.start, CYCLE.end) * Math.exp(CYCLE_SIGMA * (normals[index] ?? 0));
    // Some begin late in the evening or on a Sunday.
    const begun = at - hours * HOUR;
    const started = random.chance(0.5) ? begun : nearestWork(random, begun);
    const end = random.chance(SHARES.closed / (1 - SHARES.open - SHARES.bots)) ? 'closed' : 'merged';
    plans.push(planPerson(random, repository, Math.min(started, at - 0.5 * HOUR), at, end));
  }
  for (const at of workMoments(random, bots, company, { start: 1, end: 1 })) {
    const opened = Math.min(at - 0.2 * HOUR, at - random.logNormal(BOT_CYCLE.median, BOT_CYCLE.sigma) * HOUR);
    plans.push({ at: opened, carryOut: () => botPull(random, repository, opened, at) });
  }
  for (let made = 0; made < open; made++) {
    const started = nearestWork(random, company.now - random.logNormal(40, 0.9) * HOUR);
    plans.push(
      planPerson(random, repository, Math.min(started, company.now - 2 * HOUR), company.now, 'open'),
    );
  }
  return plans;
}

function planPerson(random: Random, repository: Repository, started: number, ended: number, end: End): Plan {
  const at = between(random, started, 0.1 + 0.5 * random.next(), ended);
  return { at, carryOut: () => personsPull(random, repository, { started, opened: at, ended, end }) };
}

function personsPull(
  random: Random,
  repository: Repository,
  course: { readonly started: number; readonly opened: number; readonly ended: number; readonly end: End },
): void {
  const { started, opened, ended, end } = course;
  const people = developers(repository.company);
  const author = random.pick(people);
  const area = random.pick(AREAS);
  const kind = random.weighted(KINDS);
  const title = pullTitle(random, kind, area);
  const draft = random.chance(0.3);
  const labelNames = [kind === 'bug' ? 'bug' : kind === 'feature' ? 'enhancement' : 'tech-debt'];
  const pull = openPull(repository, {
    title,
    author,
    at: opened,
    draft,
    headBranch: slug(title),
    labels: random.chance(0.5) ? repository.labels.filter((label) => labelNames.includes(label.name)) : [],
    milestone: random.chance(0.2) ? milestoneAt(repository, opened) : null,
    commits: commitsOf(random, author, title, started, ended),
    files: changedFiles(random, area),
  });
  let ready = opened;
  if (draft && (end !== 'open' || random.chance(0.4))) {
    ready = between(random, opened, 0.1 + 0.5 * random.next(), ended);
    markReady(pull, { at: ready, by: author });
  }
  if (!pull.draft) reviewed(random, pull, ready, ended, end);
  const closer = random.chance(0.8) ? author : random.pick(people);
  if (end === 'merged') mergePull(pull, { at: ended, by: closer });
  if (end === 'closed') closeIssue(pull, { at: ended, by: closer });
  if (random.chance(0.01)) pull.author = null;
}

function commitsOf(
  random: Random,
  author: Account,
  title: string,
  started: number,
  ended: number,
): NewCommit[] {
  const commits = [{ message: title, authoredAt: started, author }];
  let previous = started;
  for (let more = random.int(0, 5); more > 0; more--) {
    previous = between(random, previous, random.next() * 0.4, ended);
    commits.push({
      message: random.pick(['Address review', 'Add tests', 'Fix lint', 'Tidy up']),
      authoredAt: previous,
      author,
    });
  }
  return commits;
}

function reviewed(random: Random, pull: Pull, ready: number, ended: number, end: End): void {
  const { company } = pull.repository;
  const reviewers = developers(company).filter((person) => person !== pull.author);
  const program = company.people.find((person) => person.login === PLAIN_NAMED_REVIEWER);
  let previous = ready;
  function review(by: Account | null, state: ReviewState, share: number): void {
    previous = between(random, previous, share, ended);
    submitReview(pull, state, { at: previous, by }, random.pick(REVIEW_REMARKS));
  }
  if (program && random.chance(0.6)) review(program, 'COMMENTED', 0.01);
  if (random.chance(0.1)) review(random.pick(company.bots), 'COMMENTED', 0.01);
  if (random.chance(0.08)) review(pull.author, 'COMMENTED', 0.1);
  // A few are merged without anybody's look, as happens.
  if (random.chance(0.04)) return;
  const reviewer = random.pick(reviewers);
  if (end === 'open' && random.chance(0.4)) return;
  if (random.chance(0.35)) review(reviewer, random.chance(0.6) ? 'CHANGES_REQUESTED' : 'COMMENTED', 0.45);
  if (random.chance(0.3)) {
    previous = between(random, previous, 0.2, ended);
    commentOn(pull, random.pick(COMMENT_REMARKS), { at: previous, by: pull.author });
  }
  if (random.chance(0.02)) review(random.pick(reviewers), 'DISMISSED', 0.3);
  if (end === 'merged') review(random.chance(0.01) ? null : reviewer, 'APPROVED', 0.5);
}

function botPull(random: Random, repository: Repository, opened: number, ended: number): void {
  const { company } = repository;
  const bot = company.bots[0] ?? null;
  const title = dependencyTitle(random);
  const pull = openPull(repository, {
    title,
    author: bot,
    at: opened,
    headBranch: `dependabot/npm_and_yarn/${slug(title)}`,
    labels: repository.labels.filter((label) => label.name === 'dependencies'),
    commits: [{ message: title, authoredAt: opened, author: bot }],
    files: dependencyFiles(random),
  });
  const people = developers(company);
  const approved = between(random, opened, 0.9, ended);
  submitReview(pull, 'APPROVED', { at: approved, by: random.pick(people) });
  if (random.chance(0.9)) mergePull(pull, { at: ended, by: random.pick(people) });
  else closeIssue(pull, { at: ended, by: bot });
}
