import { WEEK } from './company/calendar.ts';
import { makeFindings } from './company/findings.ts';
import { furnish, REPOSITORIES } from './company/furnish.ts';
import { straighten } from './company/history.ts';
import { planIssues } from './company/issues.ts';
import type { Company, Repository } from './company/model.ts';
import { foundCompany } from './company/people.ts';
import type { Plan } from './company/plan.ts';
import { addProject } from './company/projects.ts';
import { planPulls } from './company/pulls.ts';
import { makeReleases } from './company/releases.ts';
import { resolveByPulls } from './company/resolutions.ts';
import { planChecks, planRollouts } from './company/rollouts.ts';
import { createRandom, hashText } from './random.ts';

export interface CompanyOptions {
  /** The same seed and `now` give the same company, to the last id. */
  readonly seed: number;
  /** The history ends here, in milliseconds since the epoch. */
  readonly now: number;
  /** How many weeks of closed work and merges there are before `now`. Default 13. */
  readonly weeks?: number;
  /** Issues over all repositories; default what a company of a dozen developers has in so many weeks. */
  readonly issues?: number;
  /** Pull requests over all repositories; default as for issues. */
  readonly pulls?: number;
  /** Default 3: `acme/web`, `acme/api` and `acme/mobile`. */
  readonly repositories?: number;
}

const ISSUES_A_WEEK = 25;
const PULLS_A_WEEK = 34;

/**
 * A small company with a believable history: work on weekdays in working hours, log-normal durations, and slow
 * improvement over the weeks. The model is mutable: `changes.ts`, `pull-changes.ts` and `departures.ts` of its folder
 * have what can happen to it afterwards.
 */
export function generateCompany(options: CompanyOptions): Company {
  const { seed, weeks = 13, repositories = 3 } = options;
  const now = Math.floor(options.now / 1000) * 1000;
  const company = foundCompany({ seed, now, weeks, foundedAt: now - 4 * 52 * WEEK });
  const issues = shares(options.issues ?? weeks * ISSUES_A_WEEK, repositories);
  const pulls = shares(options.pulls ?? weeks * PULLS_A_WEEK, repositories);
  const [planner = company.organization] = company.people;
  addProject(company, { title: 'Delivery', field: 'Estimate', creator: planner, at: now - 2 * 52 * WEEK });
  for (let index = 0; index < repositories; index++) {
    const repository = furnish(company, index);
    // A generator of its own, so that a repository stays as it is when another one is given more.
    const random = createRandom(seed ^ hashText(repository.name));
    const plans = [
      ...planIssues(random, repository, issues[index] ?? 0),
      ...planPulls(random, repository, pulls[index] ?? 0),
    ];
    carryOut(plans, now);
    makeReleases(random, repository, index + 1);
    straighten(repository);
    resolveByPulls(repository);
    carryOut([...planRollouts(repository), ...planChecks(repository)], now);
    makeFindings(repository);
    settle(repository);
  }
  return company;
}

/** In the order of their moments; what would come later than now has not happened yet. */
function carryOut(plans: Plan[], now: number): void {
  plans.sort((a, b) => a.at - b.at);
  for (const plan of plans) if (plan.at <= now) plan.carryOut();
}

/** Divides a total over repositories by their weight; the parts add up to the total. */
function shares(total: number, count: number): number[] {
  const weights = Array.from({ length: count }, (_, index) => REPOSITORIES[index]?.weight ?? 0.2);
  let weightLeft = 0;
  for (const weight of weights) weightLeft += weight;
  let left = total;
  return weights.map((weight) => {
    const part = Math.round((left * weight) / weightLeft);
    weightLeft -= weight;
    left -= part;
    return part;
  });
}

/** Nothing is newer than the history's end, whatever clamping of short spans did. */
function settle(repository: Repository): void {
  const { now } = repository.company;
  for (const item of repository.items.values()) item.updatedAt = Math.min(item.updatedAt, now);
  repository.updatedAt = Math.min(repository.updatedAt, now);
}

export type { Company } from './company/model.ts';
