import { HOUR } from '../../domain/time.ts';
import { createRandom, hashText, type Random } from '../random.ts';
import { trend, workMoments } from './calendar.ts';
import {
  createDeployment,
  finishRun,
  rerun,
  setDeploymentState,
  startRun,
  workflowNamed,
} from './delivery.ts';
import type { Deployment, WorkflowRun } from './delivery-model.ts';
import { type Account, type Commit, headAt, headOf, type Repository } from './model.ts';
import { developers } from './people.ts';
import type { Plan } from './plan.ts';

const MINUTE = 60_000;
/** Rollouts a week; an app for phones is released instead. */
const ROLLOUTS: Readonly<Record<string, number>> = { web: 5.5, api: 4.5, mobile: 0 };
const ROLLOUTS_ELSEWHERE = 2;
const ROLLOUT_PACE = { start: 1, end: 1.5 };
/** Share of rollouts to production that fail at first, at the start and at the end of the history. */
const FAILURES = { start: 0.13, end: 0.06 };

/** Plans the rollouts of what was merged: to staging, and from there to production. */
export function planRollouts(repository: Repository): Plan[] {
  const { company } = repository;
  const random = createRandom(company.seed ^ hashText(`${repository.name} rollouts`));
  const count = Math.round((ROLLOUTS[repository.name] ?? ROLLOUTS_ELSEWHERE) * company.weeks);
  const plans: Plan[] = [];
  let last = '';
  for (const at of workMoments(random, count, company, ROLLOUT_PACE)) {
    const commit = headAt(repository, at);
    if (commit.sha === last || commit.committedAt > at || at > company.now - 3 * HOUR) continue;
    last = commit.sha;
    plans.push(...rollout(random, repository, commit, at));
  }
  return plans;
}

function rollout(random: Random, repository: Repository, commit: Commit, at: number): Plan[] {
  const creator = random.pick(developers(repository.company));
  const fails = random.chance(trend(at, repository.company, FAILURES.start, FAILURES.end));
  const staged = at + random.logNormal(4, 0.2) * MINUTE;
  const begun = staged + random.int(1, 12) * MINUTE;
  const ended = begun + random.logNormal(6, 0.3) * MINUTE;
  const again = ended + random.int(15, 50) * MINUTE;
  const mended = again + random.logNormal(6, 0.3) * MINUTE;
  let run: WorkflowRun;
  const to = (environment: string, when: number) =>
    createDeployment(repository, { sha: commit.sha, environment, creator, at: when, run });
  const plans: Plan[] = [
    {
      at,
      carryOut() {
        run = startRun(repository, {
          workflow: workflowNamed(repository, 'Deploy'),
          event: 'workflow_dispatch',
          branch: repository.defaultBranch,
          sha: commit.sha,
          title: 'Deploy',
          actor: creator,
          at,
        });
      },
    },
    ...attempt(() => to('staging', at + 5000), at + 5000, staged, 'success'),
    ...attempt(() => to('production', begun), begun, ended, fails ? 'failure' : 'success'),
    { at: ended + 1000, carryOut: () => finishRun(run, fails ? 'failure' : 'success', ended + 1000) },
  ];
  if (!fails) return plans;
  return [
    ...plans,
    { at: again - 1000, carryOut: () => rerun(run, again - 1000) },
    ...attempt(() => to('production', again), again, mended, 'success'),
    { at: mended + 1000, carryOut: () => finishRun(run, 'success', mended + 1000) },
  ];
}

function attempt(create: () => Deployment, at: number, ended: number, end: 'success' | 'failure'): Plan[] {
  let deployment: Deployment;
  const set = (state: Parameters<typeof setDeploymentState>[1], when: number): Plan => ({
    at: when,
    carryOut: () => setDeploymentState(deployment, state, when),
  });
  const begin = {
    at,
    carryOut() {
      deployment = create();
    },
  };
  return [begin, set('queued', at + 1000), set('in_progress', at + 15_000), set(end, ended)];
}

/** Minutes that a check of one commit takes, at the start and at the end of the history. */
const CHECK = { start: 11, end: 7.5 };
const RED = { pull: 0.1, main: 0.05, flaky: 0.04 };

/** Plans the checks of pull requests and of the default branch, red ones and repeated ones among them. */
export function planChecks(repository: Repository): Plan[] {
  const { company } = repository;
  const random = createRandom(company.seed ^ hashText(`${repository.name} checks`));
  const plans: Plan[] = [];
  for (const item of repository.items.values()) {
    if (item.kind !== 'pull' || item.author === null) continue;
    const { author } = item;
    const head = item.commits.at(-1);
    if (!head) continue;
    const at = Math.max(item.createdAt, head.committedAt);
    const ends = item.mergedAt === null && random.chance(0.3) ? 'red' : verdict(random, RED.pull);
    const start = (when: number) =>
      startRun(repository, {
        workflow: workflowNamed(repository, 'CI'),
        event: 'pull_request',
        branch: item.headBranch,
        sha: head.sha,
        title: item.title,
        actor: author,
        at: when,
        pull: item,
      });
    plans.push(...check(random, repository, at, ends, start));
  }
  plans.push(...checksOfMain(random, repository));
  return plans;
}

type Verdict = 'green' | 'red' | 'flaky' | 'cancelled';

function verdict(random: Random, red: number): Verdict {
  return random.weighted([
    ['green', 1 - red - RED.flaky - 0.02],
    ['red', red],
    ['flaky', RED.flaky],
    ['cancelled', 0.02],
  ]);
}

/** Once red, the branch stays so until somebody has mended it. */
function checksOfMain(random: Random, repository: Repository): Plan[] {
  const plans: Plan[] = [];
  let mendedAt = 0;
  for (const commit of repository.commits.slice(1)) {
    const at = commit.committedAt + 4000;
    if (commit === headOf(repository)) mendedAt = 0;
    let ends: Verdict = at < mendedAt ? 'red' : verdict(random, RED.main);
    if (ends === 'cancelled') ends = 'green';
    if (ends === 'red' && at >= mendedAt) mendedAt = at + random.logNormal(1.5, 0.6) * HOUR;
    const actor: Account = commit.author ?? repository.owner;
    plans.push(
      ...check(random, repository, at, ends, (when) =>
        startRun(repository, {
          workflow: workflowNamed(repository, 'CI'),
          event: 'push',
          branch: repository.defaultBranch,
          sha: commit.sha,
          title: commit.message,
          actor,
          at: when,
        }),
      ),
    );
  }
  return plans;
}

function check(
  random: Random,
  repository: Repository,
  at: number,
  ends: Verdict,
  start: (at: number) => WorkflowRun,
): Plan[] {
  const { company } = repository;
  const took = random.logNormal(trend(at, company, CHECK.start, CHECK.end), 0.25) * MINUTE;
  const first = at + (ends === 'cancelled' ? took / 3 : took);
  const again = first + random.int(3, 20) * MINUTE;
  const conclusion = ends === 'green' ? 'success' : ends === 'cancelled' ? 'cancelled' : 'failure';
  let run: WorkflowRun;
  const plans: Plan[] = [
    {
      at,
      carryOut() {
        run = start(at);
      },
    },
    { at: first, carryOut: () => finishRun(run, conclusion, first) },
  ];
  if (ends !== 'flaky') return plans;
  return [
    ...plans,
    { at: again, carryOut: () => rerun(run, again) },
    { at: again + took, carryOut: () => finishRun(run, 'success', again + took) },
  ];
}
