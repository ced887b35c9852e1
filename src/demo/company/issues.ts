import { HOUR } from '../../domain/time.ts';
import { createRandom, hashText, type Random } from '../random.ts';
import { nearestWork, trend, workMoments } from './calendar.ts';
import { assign, closeIssue, commentOn, openIssue, reopenIssue } from './changes.ts';
import { attend, greet } from './issue-care.ts';
import type { Account, Issue, Label, Milestone, Repository, StateReason } from './model.ts';
import { developers } from './people.ts';
import { after, between, type Plan, pairedNormals } from './plan.ts';
import { AREAS, COMMENT_REMARKS, issueTitle, type WorkKind } from './vocabulary.ts';

/** Median hours from opening to closing, at the start and at the end of the history. */
const LEAD = { start: 130, end: 85 };
const LEAD_SIGMA = 1.1;
/** More is closed at the end of the history than at its start. */
const CLOSING_PACE = { start: 1, end: 1.5 };
const OPEN_SHARE = 0.16;
const OPEN_AGE = { median: 380, sigma: 0.9 };

const KINDS: readonly (readonly [WorkKind, number])[] = [
  ['bug', 45],
  ['feature', 35],
  ['chore', 20],
];
const REASONS: readonly (readonly [StateReason, number])[] = [
  ['completed', 85],
  ['not_planned', 11],
  ['duplicate', 4],
];
const TYPE_NAMES: Readonly<Record<WorkKind, string>> = { bug: 'Bug', feature: 'Feature', chore: 'Task' };
const KIND_LABELS: Readonly<Record<WorkKind, string>> = {
  bug: 'bug',
  feature: 'enhancement',
  chore: 'tech-debt',
};

/** Plans `count` issues, the closed and the open, to be opened in the order of their creation. */
export function planIssues(random: Random, repository: Repository, count: number): Plan[] {
  const { company } = repository;
  const open = Math.round(count * OPEN_SHARE);
  const closings = workMoments(random, count - open, company, CLOSING_PACE);
  const normals = pairedNormals(random, closings.length);
  const care = createRandom(company.seed ^ hashText(`${repository.name} care`));
  const plans: Plan[] = [];
  for (const [index, closedAt] of closings.entries()) {
    const lead =
      trend(closedAt, company, LEAD.start, LEAD.end) * Math.exp(LEAD_SIGMA * (normals[index] ?? 0));
    const opened = nearestWork(random, closedAt - lead * HOUR);
    const at = Math.min(opened, closedAt - (0.2 + random.next()) * HOUR);
    plans.push({ at, carryOut: () => closedIssue(random, care, repository, at, closedAt) });
  }
  for (let made = 0; made < open; made++) {
    const age = random.logNormal(OPEN_AGE.median, OPEN_AGE.sigma);
    const at = Math.min(nearestWork(random, company.now - age * HOUR), company.now - HOUR);
    plans.push({ at, carryOut: () => openedIssue(random, care, repository, at, company.now) });
  }
  return plans;
}

function openedIssue(random: Random, care: Random, repository: Repository, at: number, until: number): Issue {
  const { company } = repository;
  const kind = random.weighted(KINDS);
  const people = developers(company);
  const issue = openIssue(repository, {
    title: issueTitle(random, kind, random.pick(AREAS)),
    author: authorOf(random, repository),
    at,
    type: random.chance(0.85) ? typeNamed(repository, TYPE_NAMES[kind]) : null,
    labels: labelsFor(random, repository, kind),
    milestone: random.chance(0.25) ? milestoneAt(repository, at) : null,
  });
  greet(care, issue);
  let previous = at;
  if (random.chance(0.3)) {
    previous = between(random, previous, 0.1, until);
    assign(issue, random.pick(people), { at: previous, by: random.pick(people) });
  }
  for (let made = random.int(0, 3); made > 0; made--) {
    previous = between(random, previous, random.next() * 0.6, until);
    commentOn(issue, random.pick(COMMENT_REMARKS), { at: previous, by: random.pick(people) });
  }
  attend(care, issue, kind, { from: previous, until });
  return issue;
}

function closedIssue(
  random: Random,
  care: Random,
  repository: Repository,
  at: number,
  closedAt: number,
): void {
  const people = developers(repository.company);
  const reason = random.weighted(REASONS);
  const reopened = reason === 'completed' && random.chance(0.05);
  const firstEnd = reopened ? between(random, at, 0.6, closedAt) : closedAt;
  const issue = openedIssue(random, care, repository, at, firstEnd);
  closeIssue(issue, { at: firstEnd, by: random.pick(people) }, reason);
  if (!reopened) return;
  const again = between(random, firstEnd, 0.4, closedAt);
  reopenIssue(issue, { at: again, by: issue.author });
  closeIssue(issue, { at: after(again, closedAt), by: random.pick(people) });
}

function authorOf(random: Random, repository: Repository): Account | null {
  const { company } = repository;
  if (random.chance(0.01)) return null;
  if (random.chance(0.04)) return random.pick(company.bots);
  return random.pick(developers(company));
}

function typeNamed(repository: Repository, name: string) {
  return repository.company.issueTypes.find((type) => type.name === name) ?? null;
}

function labelsFor(random: Random, repository: Repository, kind: WorkKind): Label[] {
  const names = new Set([KIND_LABELS[kind]]);
  if (random.chance(0.7)) names.add(random.weighted([['p1', 1] as const, ['p2', 4], ['p3', 3]]));
  if (kind === 'feature' && random.chance(0.6)) names.add('user-story');
  if (random.chance(0.25)) names.add(random.pick(['customer', 'ux', 'performance', 'security', 'a11y']));
  return repository.labels.filter((label) => names.has(label.name));
}

/** The milestone whose quarter holds the moment. */
export function milestoneAt(repository: Repository, at: number): Milestone | null {
  return repository.milestones.find((milestone) => milestone.dueOn !== null && at <= milestone.dueOn) ?? null;
}
