import { WEEK } from './company/calendar.ts';
import { furnish, REPOSITORIES } from './company/furnish.ts';
import { planIssues } from './company/issues.ts';
import type { Company, Repository } from './company/model.ts';
import { foundCompany } from './company/people.ts';
import { planPulls } from './company/pulls.ts';
import { makeReleases } from './company/releases.ts';
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
  for (let index = 0; index < repositories; index++) {
    const repository = furnish(company, index);
    // A generator of its own, so that a repository stays as it is when another one is given more.
    const random = createRandom(seed ^ hashText(repository.name));
    const plans = [
      ...planIssues(random, repository, issues[index] ?? 0),
      ...planPulls(random, repository, pulls[index] ?? 0),
    ];
    plans.sort((a, b) => a.at - b.at);
    for (const plan of plans) plan.carryOut();
    makeReleases(random, repository, index + 1);
    settle(repository);
  }
  return company;
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
