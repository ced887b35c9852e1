import type { Random } from '../random.ts';
import { commentOn, editLabels, setMilestone, setType } from './changes.ts';
import type { Issue } from './model.ts';
import { developers } from './people.ts';
import { between, type Plan } from './plan.ts';
import { estimate } from './projects.ts';
import type { WorkKind } from './vocabulary.ts';

const GREETING = 'Thank you for the report. A maintainer will look at it within two working days.';
const POINTS: readonly (readonly [number, number])[] = [
  [1, 3],
  [2, 4],
  [3, 4],
  [5, 3],
  [8, 1],
];

/** What a workflow answers within the minute; no person has responded by that. */
export function greet(random: Random, issue: Issue): void {
  const bot = issue.repository.company.bots.find((one) => one.login === 'github-actions');
  if (!bot || !random.chance(0.3)) return;
  commentOn(issue, GREETING, { at: issue.createdAt + random.int(8, 50) * 1000, by: bot });
}

/** What planning does to an issue on its way: an estimate, another priority, type or milestone. */
export function attend(
  random: Random,
  issue: Issue,
  kind: WorkKind,
  span: { readonly from: number; readonly until: number },
): void {
  const { repository } = issue;
  const { company } = repository;
  const by = random.pick(developers(company));
  const [project] = company.projects;
  if (project && kind !== 'bug' && random.chance(0.7)) {
    estimate(issue, project, random.weighted(POINTS), {
      at: between(random, span.from, 0.1, span.until),
      by,
    });
  }
  const steps: Plan[] = [];
  const later = between(random, span.from, 0.3 + 0.5 * random.next(), span.until);
  const low = issue.labels.find((label) => label.name === 'p3');
  const high = repository.labels.find((label) => label.name === 'p2');
  if (low && high && random.chance(0.25)) {
    const carryOut = () => editLabels(issue, { add: [high], remove: [low] }, { at: later, by });
    steps.push({ at: later, carryOut });
  }
  if (issue.type && random.chance(0.04)) {
    const type = random.pick(company.issueTypes.filter((one) => one !== issue.type));
    steps.push({ at: later, carryOut: () => setType(issue, type, { at: later, by }) });
  }
  const due = issue.milestone?.dueOn ?? Number.POSITIVE_INFINITY;
  const index = repository.milestones.findIndex(({ id }) => id === issue.milestone?.id);
  const next = repository.milestones[index + 1];
  const moved = due - random.int(1, 300) * 60_000;
  if (next && moved > span.from && moved < span.until) {
    steps.push({ at: moved, carryOut: () => setMilestone(issue, next, { at: moved, by }) });
  }
  steps.sort((a, b) => a.at - b.at);
  for (const step of steps) step.carryOut();
}
