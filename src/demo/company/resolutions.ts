import { HOUR } from '../../domain/time.ts';
import { createRandom, hashText, type Random } from '../random.ts';
import { nextId } from './item.ts';
import { type Issue, issuesOf, type Pull, pullsOf, type Repository, type TimelineEvent } from './model.ts';

/** Share of the resolved issues that a pull request resolves; the others are closed by hand. */
const BY_PULL = 0.75;
const BY_HAND = 0.15;
/** A pull request resolves an issue that would have been closed at about the time of its merge. */
const NEAR = 24 * HOUR;

/** Ties resolved issues to the pull requests whose merge closed them. */
export function resolveByPulls(repository: Repository): void {
  const random = createRandom(repository.company.seed ^ hashText(`${repository.name} resolutions`));
  const merged = pullsOf(repository)
    .filter((pull) => pull.mergedAt !== null && pull.author?.type !== 'Bot')
    .sort((a, b) => (a.mergedAt ?? 0) - (b.mergedAt ?? 0));
  for (const issue of issuesOf(repository)) {
    if (issue.stateReason !== 'completed' || !random.chance(BY_PULL)) continue;
    const pull = nearest(merged, issue);
    if (pull) resolve(random, issue, pull);
  }
}

/** The unlinked one merged nearest to the issue's end that was begun after the issue and merged after all else. */
function nearest(merged: readonly Pull[], issue: Issue): Pull | null {
  const closedAt = issue.closedAt ?? 0;
  let low = 0;
  let high = merged.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((merged[middle]?.mergedAt ?? 0) < closedAt - NEAR) low = middle + 1;
    else high = middle;
  }
  const last = lastBeforeEnd(issue);
  let found: Pull | null = null;
  for (const pull of merged.slice(low, low + 200)) {
    const at = pull.mergedAt ?? 0;
    if (at > closedAt + NEAR) break;
    if (pull.linkedIssues.length > 0 || pull.createdAt < issue.createdAt || at <= last) continue;
    if (found === null || Math.abs(at - closedAt) < Math.abs((found.mergedAt ?? 0) - closedAt)) found = pull;
  }
  return found;
}

function lastBeforeEnd(issue: Issue): number {
  let last = issue.createdAt;
  for (const event of issue.events.slice(0, -1)) last = Math.max(last, event.at);
  for (const comment of issue.comments) last = Math.max(last, comment.createdAt);
  return last;
}

function resolve(random: Random, issue: Issue, pull: Pull): void {
  const end = issue.events.at(-1);
  const { company } = issue.repository;
  if (end?.kind !== 'closed' || pull.mergedAt === null) return;
  const byHand = random.chance(BY_HAND);
  issue.events.pop();
  const link: TimelineEvent = {
    id: nextId(company),
    kind: byHand ? 'connected' : 'cross_referenced',
    item: issue,
    at: pull.createdAt,
    actor: pull.author,
    source: pull,
    ...(byHand ? {} : { closes: true }),
  };
  issue.events.push(link, { ...end, at: pull.mergedAt, actor: pull.mergedBy, closer: pull });
  issue.events.sort((a, b) => a.at - b.at);
  issue.linkedPulls.push(pull);
  pull.linkedIssues.push(issue);
  issue.closedAt = pull.mergedAt;
  issue.closedBy = pull.mergedBy;
  issue.updatedAt = pull.mergedAt;
  issue.version += 1;
}
