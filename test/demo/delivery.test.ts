import { beforeEach, describe, expect, test } from 'vitest';
import { dismissAlert, fixAlert, reopenAlert } from '../../src/demo/company/alerts.ts';
import { closeIssue, openIssue, reopenIssue, setType } from '../../src/demo/company/changes.ts';
import {
  createDeployment,
  finishRun,
  rerun,
  setDeploymentState,
  startRun,
  workflowNamed,
} from '../../src/demo/company/delivery.ts';
import { linkPull, unlinkPull } from '../../src/demo/company/links.ts';
import { type Company, headOf, issuesOf, pullsOf, type Repository } from '../../src/demo/company/model.ts';
import { estimate } from '../../src/demo/company/projects.ts';
import { mergePull, openPull } from '../../src/demo/company/pull-changes.ts';
import { addRelease, deleteRelease, editRelease } from '../../src/demo/company/release-changes.ts';
import { generateCompany } from '../../src/demo/company.ts';
import { NOW, repositoryOf } from '../support/github-standin.ts';

const MINUTE = 60_000;
const WEEKS = 13;

describe('what the made-up company delivers', () => {
  const company = generateCompany({ seed: 2026, now: NOW, weeks: WEEKS });
  const web = repositoryOf(company, 'web');
  const api = repositoryOf(company, 'api');

  test('web and api reach production several times a week, and few rollouts fail', () => {
    for (const { deployments, name } of [web, api]) {
      const production = deployments.filter((one) => one.environment === 'production');
      const reached = production.filter(({ statuses }) => statuses.some((one) => one.state === 'success'));
      expect(reached.length / WEEKS, name).toBeGreaterThan(2.5);
      expect(reached.length / WEEKS, name).toBeLessThan(9);
      const failed = production.length - reached.length;
      expect(failed, name).toBeGreaterThan(0);
      expect(failed / production.length, name).toBeLessThan(0.2);
    }
    expect(repositoryOf(company, 'mobile').deployments).toEqual([]);
  });

  test('every deployment is of a commit that was on the default branch by then', () => {
    for (const { deployments, commits } of company.repositories) {
      for (const { sha, createdAt } of deployments) {
        const commit = commits.find((one) => one.sha === sha);
        expect(commit?.committedAt).toBeLessThanOrEqual(createdAt);
      }
    }
  });

  test('the default branch is one line in order of time, with the merge of each pull request on it once', () => {
    for (const repository of company.repositories) {
      const { commits } = repository;
      for (const [index, commit] of commits.entries()) {
        expect(commit.parent).toBe(commits[index - 1]?.sha ?? '0'.repeat(40));
        expect(commit.committedAt).toBeGreaterThanOrEqual(commits[index - 1]?.committedAt ?? 0);
      }
      const shas = new Set(commits.map((one) => one.sha));
      for (const pull of pullsOf(repository)) {
        if (pull.mergeCommit) expect(shas.has(pull.mergeCommit.sha)).toBe(true);
        expect(shas.has(pull.baseSha)).toBe(true);
      }
      for (const tag of repository.tags) expect(shas.has(tag.commit)).toBe(true);
    }
  });

  test('one deployment of an environment stands at success at a time', () => {
    for (const environment of ['staging', 'production']) {
      const standing = web.deployments.filter(
        (one) => one.environment === environment && one.statuses.at(-1)?.state === 'success',
      );
      expect(standing).toHaveLength(1);
    }
  });

  test('checks are mostly green, some are red, and some are run again', () => {
    const checks = company.repositories
      .flatMap(({ runs }) => runs)
      .filter((run) => run.workflow.name === 'CI');
    const share = (wanted: (run: (typeof checks)[number]) => boolean) =>
      checks.filter(wanted).length / checks.length;
    expect(share((run) => run.conclusion === 'success')).toBeGreaterThan(0.75);
    expect(share((run) => run.conclusion === 'failure')).toBeGreaterThan(0.04);
    expect(share((run) => run.attempt > 1)).toBeGreaterThan(0.01);
    for (const run of checks) {
      expect(run.startedAt).toBeGreaterThanOrEqual(run.createdAt);
      expect(run.updatedAt).toBeGreaterThanOrEqual(run.startedAt);
      expect(run.updatedAt).toBeLessThanOrEqual(company.now);
    }
  });

  test('most issues that are done were closed by the merge of a pull request', () => {
    const done = company.repositories
      .flatMap(issuesOf)
      .filter((issue) => issue.stateReason === 'completed' && issue.linkedPulls.length > 0);
    expect(done.length).toBeGreaterThan(80);
    for (const issue of done) {
      const [pull] = issue.linkedPulls;
      expect(issue.closedAt).toBe(pull?.mergedAt);
      expect(issue.events.at(-1)).toMatchObject({ kind: 'closed', closer: pull });
      const times = issue.events.map((event) => event.at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  test('alerts come, are fixed or dismissed, and a few are open', () => {
    const alerts = company.repositories.flatMap((one) => [...one.dependabotAlerts, ...one.codeAlerts]);
    const open = alerts.filter((alert) => alert.state === 'open');
    expect(alerts.length).toBeGreaterThan(60);
    expect(open.length).toBeGreaterThan(5);
    expect(open.length / alerts.length).toBeLessThan(0.5);
    expect(new Set(alerts.map((alert) => alert.state))).toEqual(new Set(['open', 'fixed', 'dismissed']));
    for (const alert of alerts) {
      expect(alert.fixedAt ?? alert.dismissedAt ?? NOW).toBeGreaterThan(alert.createdAt);
      expect(alert.updatedAt).toBeLessThanOrEqual(NOW);
    }
  });

  test('features and chores have estimates on the board, bugs have none', () => {
    const estimated = issuesOf(web).filter((issue) => issue.projectItems.length > 0);
    expect(estimated.length).toBeGreaterThan(20);
    for (const issue of estimated) expect([1, 2, 3, 5, 8]).toContain(issue.projectItems[0]?.value?.number);
  });
});

describe('what can happen to it', () => {
  let company: Company;
  let web: Repository;
  const by = (minutes: number) => ({ at: NOW + minutes * MINUTE, by: company.people[0] ?? null });

  beforeEach(() => {
    company = generateCompany({ seed: 1, now: NOW, weeks: 2, issues: 12, pulls: 8 });
    web = repositoryOf(company, 'web');
  });

  function newPull() {
    const author = company.people[1] ?? null;
    return openPull(web, {
      title: 'fix(cart): keep the voucher',
      author,
      at: NOW,
      headBranch: 'keep-the-voucher',
      commits: [{ message: 'Keep the voucher', authoredAt: NOW - MINUTE, author }],
      files: [{ path: 'src/cart/index.ts', status: 'modified', additions: 3, deletions: 1 }],
    });
  }

  /** Whether a change shows: caches go by the version of the company. */
  function shows(change: () => void): void {
    const { version } = company;
    change();
    expect(company.version).toBeGreaterThan(version);
  }

  test('a merge goes to the end of the default branch and closes what is linked to it', () => {
    const issue = openIssue(web, { title: 'The voucher is lost', author: null, at: NOW });
    const other = openIssue(web, { title: 'So is the gift card', author: null, at: NOW });
    const pull = newPull();
    linkPull(pull, issue, by(1));
    linkPull(pull, other, by(1), 'hand');
    unlinkPull(pull, other, by(2));
    const before = headOf(web);
    mergePull(pull, by(3));
    expect(headOf(web)).toBe(pull.mergeCommit);
    expect(headOf(web).parent).toBe(before.sha);
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed', closedAt: NOW + 3 * MINUTE });
    expect(issue.events.map((event) => event.kind)).toEqual(['cross_referenced', 'closed']);
    expect(other.state).toBe('open');
    expect(other.events.map((event) => event.kind)).toEqual(['connected', 'disconnected']);
    reopenIssue(issue, by(4));
    closeIssue(issue, by(5), 'not_planned');
    expect(issue.events.at(-1)).not.toHaveProperty('closer');
  });

  test('a type is given, changed and taken away, each with what stood before', () => {
    const issue = openIssue(web, { title: 'The voucher is lost', author: null, at: NOW });
    const [bug, feature] = company.issueTypes;
    if (!bug || !feature) throw new Error('no types');
    shows(() => setType(issue, bug, by(1)));
    setType(issue, feature, by(2));
    setType(issue, null, by(3));
    expect(issue.events).toMatchObject([
      { kind: 'type_added', type: bug },
      { kind: 'type_changed', type: feature, previousType: bug },
      { kind: 'type_removed', previousType: feature },
    ]);
    expect(issue.updatedAt).toBe(NOW + 3 * MINUTE);
  });

  test('an estimate on the board does not move the updated time of the issue', () => {
    const issue = openIssue(web, { title: 'The voucher is lost', author: null, at: NOW });
    const [project] = company.projects;
    if (!project) throw new Error('no project');
    shows(() => estimate(issue, project, 3, by(1)));
    estimate(issue, project, 5, by(2));
    expect(issue.projectItems).toMatchObject([{ value: { number: 5 } }]);
    expect(issue.updatedAt).toBe(NOW);
  });

  test('a success makes the one before it inactive, a failure does not', () => {
    const [creator] = company.people;
    if (!creator) throw new Error('nobody');
    const deploy = (at: number) =>
      createDeployment(web, { sha: headOf(web).sha, environment: 'canary', creator, at });
    const first = deploy(NOW);
    const second = deploy(NOW + MINUTE);
    const third = deploy(NOW + 2 * MINUTE);
    shows(() => setDeploymentState(first, 'success', NOW + 3 * MINUTE));
    setDeploymentState(second, 'failure', NOW + 4 * MINUTE);
    expect(first.statuses.map((one) => one.state)).toEqual(['success']);
    setDeploymentState(third, 'success', NOW + 5 * MINUTE);
    expect(first.statuses.map((one) => one.state)).toEqual(['success', 'inactive']);
    expect(first.updatedAt).toBe(NOW + 5 * MINUTE);
    expect(second.statuses.map((one) => one.state)).toEqual(['failure']);
  });

  test('a run that is repeated keeps its id and its creation', () => {
    const [actor] = company.people;
    if (!actor) throw new Error('nobody');
    const workflow = workflowNamed(web, 'CI');
    const run = startRun(web, {
      workflow,
      event: 'push',
      branch: 'main',
      sha: headOf(web).sha,
      title: 'CI',
      actor,
      at: NOW,
    });
    finishRun(run, 'failure', NOW + MINUTE);
    shows(() => rerun(run, NOW + 2 * MINUTE));
    expect(run).toMatchObject({ attempt: 2, status: 'in_progress', conclusion: null, createdAt: NOW });
    finishRun(run, 'success', NOW + 3 * MINUTE);
    expect(run).toMatchObject({ conclusion: 'success', updatedAt: NOW + 3 * MINUTE });
  });

  test('an alert is fixed, comes back and is dismissed', () => {
    const [alert] = web.dependabotAlerts;
    if (!alert) throw new Error('no alert');
    const { createdAt } = alert;
    shows(() => fixAlert(alert, NOW));
    expect(alert).toMatchObject({ state: 'fixed', fixedAt: NOW });
    reopenAlert(alert, NOW + MINUTE);
    expect(alert).toMatchObject({ state: 'open', fixedAt: null, createdAt, updatedAt: NOW + MINUTE });
    dismissAlert(alert, 'not_used', by(2));
    expect(alert).toMatchObject({ state: 'dismissed', dismissedReason: 'not_used', createdAt });
  });

  test('a release is edited where it stands, and deleted without its tag', () => {
    const [author] = company.people;
    if (!author) throw new Error('nobody');
    const release = addRelease(web, { tag: 'v99.0.0', author, at: NOW });
    expect(release.commit).toBe(headOf(web).sha);
    shows(() => editRelease(release, { name: 'The big one', prerelease: true }, NOW + MINUTE));
    expect(release).toMatchObject({ name: 'The big one', prerelease: true, createdAt: NOW });
    shows(() => deleteRelease(release));
    expect(web.releases).not.toContain(release);
    expect(web.tags.map((tag) => tag.name)).toContain('v99.0.0');
  });
});
