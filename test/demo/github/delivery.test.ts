import { Octokit } from '@octokit/rest';
import { beforeAll, describe, expect, test } from 'vitest';
import { closeIssue, openIssue, setParent, setType } from '../../../src/demo/company/changes.ts';
import { linkPull } from '../../../src/demo/company/links.ts';
import { type Company, issuesOf, pullsOf } from '../../../src/demo/company/model.ts';
import type { Permission } from '../../../src/demo/github/index.ts';
import { assertGitHubAnswer } from '../../support/github-openapi.ts';
import { NOW, repositoryOf, smallCompany, standInFor, TOKEN } from '../../support/github-standin.ts';

const REPOSITORY = '/repos/{owner}/{repo}';
let company: Company;

beforeAll(() => {
  company = smallCompany();
});

function octokitFor(url: string): Octokit {
  const quiet = () => undefined;
  return new Octokit({
    baseUrl: url,
    auth: TOKEN,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
}

describe('every answer is what GitHub describes', () => {
  test.each([
    [`${REPOSITORY}/deployments`, '/repos/acme/web/deployments?per_page=100'],
    [`${REPOSITORY}/actions/runs`, '/repos/acme/web/actions/runs?per_page=100'],
    [`${REPOSITORY}/dependabot/alerts`, '/repos/acme/web/dependabot/alerts?per_page=100'],
    [`${REPOSITORY}/code-scanning/alerts`, '/repos/acme/web/code-scanning/alerts?per_page=100'],
    [`${REPOSITORY}/tags`, '/repos/acme/web/tags'],
  ])('GET %s', async (route, path) => {
    const standIn = await standInFor({ company });
    const { status, body } = await standIn.get(path);
    expect(status).toBe(200);
    assertGitHubAnswer(`GET ${route}`, body);
    const rows = Array.isArray(body) ? body : (body as { workflow_runs: unknown[] }).workflow_runs;
    expect(rows.length).toBeGreaterThan(2);
  });

  test('the statuses of a deployment, a single run, and the single ones of the lists', async () => {
    const standIn = await standInFor({ company });
    const web = repositoryOf(company, 'web');
    const [deployment] = web.deployments;
    const [run] = web.runs;
    for (const [route, path] of [
      ['/deployments/{deployment_id}', `/deployments/${deployment?.id}`],
      ['/deployments/{deployment_id}/statuses', `/deployments/${deployment?.id}/statuses`],
      ['/actions/runs/{run_id}', `/actions/runs/${run?.id}`],
      ['/dependabot/alerts/{alert_number}', '/dependabot/alerts/1'],
      ['/code-scanning/alerts/{alert_number}', '/code-scanning/alerts/1'],
    ]) {
      const { status, body } = await standIn.get(`/repos/acme/web${path}`);
      expect(status, path).toBe(200);
      assertGitHubAnswer(`GET ${REPOSITORY}${route}`, body);
    }
    const missing = await standIn.get('/repos/acme/web/deployments/1/statuses');
    expect(missing.status).toBe(404);
    assertGitHubAnswer(`GET ${REPOSITORY}/deployments/{deployment_id}/statuses`, missing.body, 404);
  });

  test('the timelines of issues and pull requests, each kind of event among them', async () => {
    const own = smallCompany();
    const web = repositoryOf(own, 'web');
    const [bug, feature] = own.issueTypes;
    const issue = openIssue(web, { title: 'All of it', author: null, at: NOW, type: bug ?? null });
    const pull = pullsOf(web).find((one) => one.reviews.length > 0 && one.events.length > 1);
    if (!pull || !feature) throw new Error('nothing to link');
    linkPull(pull, issue, { at: NOW + 1000, by: null });
    linkPull(pullsOf(web)[0] ?? pull, issue, { at: NOW + 2000, by: null }, 'hand');
    setType(issue, feature, { at: NOW + 3000, by: null });
    setType(issue, null, { at: NOW + 4000, by: null });
    setType(issue, feature, { at: NOW + 5000, by: null });
    closeIssue(issue, { at: NOW + 6000, by: null });
    const standIn = await standInFor({ company: own });
    const kinds = new Set<string>();
    for (const number of [
      issue.number,
      pull.number,
      ...issuesOf(web)
        .map((one) => one.number)
        .slice(0, 12),
    ]) {
      const { body } = await standIn.get(`/repos/acme/web/issues/${number}/timeline?per_page=100`);
      assertGitHubAnswer(`GET ${REPOSITORY}/issues/{issue_number}/timeline`, body);
      for (const { event } of body as { event: string }[]) kinds.add(event);
    }
    for (const kind of [
      'closed',
      'labeled',
      'commented',
      'cross-referenced',
      'connected',
      'issue_type_changed',
      'issue_type_removed',
      'issue_type_added',
      'reviewed',
      'committed',
      'merged',
    ]) {
      expect(kinds, kind).toContain(kind);
    }
  });

  test('a comparison, page by page', async () => {
    const standIn = await standInFor({ company });
    const { commits } = repositoryOf(company, 'web');
    const [base, head] = [commits[2], commits.at(-2)];
    const path = `/repos/acme/web/compare/${base?.sha}...${head?.sha}`;
    const { status, body } = await standIn.get(path);
    expect(status).toBe(200);
    assertGitHubAnswer(`GET ${REPOSITORY}/compare/{basehead}`, body);
    expect(body).toMatchObject({ status: 'ahead', behind_by: 0, total_commits: commits.length - 4 });
    const paged = await octokitFor(standIn.url).paginate(
      'GET /repos/{owner}/{repo}/compare/{basehead}',
      { owner: 'acme', repo: 'web', basehead: `${base?.sha}...${head?.sha}`, per_page: 7 },
      ({ data }) => data.commits.map((one) => one.sha),
    );
    expect(paged).toEqual(commits.slice(3, -1).map((one) => one.sha));
    const back = await standIn.get(`/repos/acme/web/compare/main...${base?.sha}`);
    expect(back.body).toMatchObject({ status: 'behind', ahead_by: 0, commits: [] });
    const pull = pullsOf(repositoryOf(company, 'web')).at(-1);
    const branch = await standIn.get(`/repos/acme/web/compare/main...${pull?.headBranch}`);
    assertGitHubAnswer(`GET ${REPOSITORY}/compare/{basehead}`, branch.body);
    expect(branch.body).toMatchObject({ ahead_by: pull?.commits.length });
    const nothing = await standIn.get('/repos/acme/web/compare/main...nothing');
    expect(nothing.status).toBe(404);
    assertGitHubAnswer(`GET ${REPOSITORY}/compare/{basehead}`, nothing.body, 404);
  });
});

test('references to tags, annotated tags and commits', async () => {
  const standIn = await standInFor({ company });
  const { rest } = octokitFor(standIn.url);
  const mobile = repositoryOf(company, 'mobile');
  const at = { owner: 'acme', repo: 'mobile' };
  const { data: refs } = await rest.git.listMatchingRefs({ ...at, ref: 'tags/' });
  assertGitHubAnswer(`GET ${REPOSITORY}/git/matching-refs/{ref}`, refs);
  expect(refs.map((one) => one.ref)).toEqual(mobile.tags.map((tag) => `refs/tags/${tag.name}`).sort());
  const annotated = refs.filter((one) => one.object.type === 'tag');
  expect(annotated.length).toBeGreaterThan(0);
  for (const { ref, object } of annotated) {
    const { data } = await rest.git.getTag({ ...at, tag_sha: object.sha });
    assertGitHubAnswer(`GET ${REPOSITORY}/git/tags/{tag_sha}`, data);
    const tag = mobile.tags.find((one) => `refs/tags/${one.name}` === ref);
    expect(data.object.sha).toBe(tag?.commit);
    const commit = await rest.git.getCommit({ ...at, commit_sha: data.object.sha });
    assertGitHubAnswer(`GET ${REPOSITORY}/git/commits/{commit_sha}`, commit.data);
  }
});

describe('read by Octokit, page by page', () => {
  test('there is as much as the company has, newest first', async () => {
    const standIn = await standInFor({ company });
    const { rest, paginate } = octokitFor(standIn.url);
    for (const model of company.repositories) {
      const at = { owner: 'acme', repo: model.name, per_page: 13 };
      const deployments = await paginate(rest.repos.listDeployments, at);
      expect(deployments.map((one) => one.id)).toEqual(model.deployments.map((one) => one.id).reverse());
      const runs = await paginate(rest.actions.listWorkflowRunsForRepo, { ...at, per_page: 100 });
      expect(runs.map((one) => one.id)).toEqual(
        [...model.runs].sort((a, b) => b.createdAt - a.createdAt || b.id - a.id).map((one) => one.id),
      );
      const alerts = await paginate(rest.dependabot.listAlertsForRepo, { ...at, per_page: 3 });
      expect(alerts.map((one) => one.number)).toEqual(
        model.dependabotAlerts.map((one) => one.number).reverse(),
      );
      const findings = await paginate(rest.codeScanning.listAlertsForRepo, { ...at, per_page: 3 });
      expect(findings).toHaveLength(model.codeAlerts.length);
    }
  });

  test('alerts by update and state, runs by day, branch and outcome', async () => {
    const standIn = await standInFor({ company });
    const { rest } = octokitFor(standIn.url);
    const web = repositoryOf(company, 'web');
    const at = { owner: 'acme', repo: 'web', per_page: 100 };
    const { data: alerts } = await rest.dependabot.listAlertsForRepo({
      ...at,
      sort: 'updated',
      state: 'fixed,dismissed',
    });
    const updated = alerts.map((one) => one.updated_at);
    expect(updated).toEqual([...updated].sort().reverse());
    expect(alerts).toHaveLength(web.dependabotAlerts.filter((one) => one.state !== 'open').length);

    const from = NOW - 14 * 86_400_000;
    const created = `>=${new Date(from).toISOString()}`;
    const { data } = await rest.actions.listWorkflowRunsForRepo({ ...at, created, branch: 'main' });
    const expected = web.runs.filter((run) => run.createdAt >= from && run.branch === 'main');
    expect(data.total_count).toBe(expected.length);
    expect(expected.length).toBeGreaterThan(5);
    const day = await rest.actions.listWorkflowRunsForRepo({ ...at, created: '2026-11-18..2026-11-19' });
    for (const run of day.data.workflow_runs) expect(run.created_at).toMatch(/^2026-11-1[89]/);
    expect(day.data.total_count).toBeGreaterThan(0);
    const { data: red } = await rest.actions.listWorkflowRunsForRepo({ ...at, status: 'failure' });
    expect(red.total_count).toBe(web.runs.filter((run) => run.conclusion === 'failure').length);
  });
});

describe('what is switched off or not permitted', () => {
  test('a repository without issues, alerts or analyses says so in its own words', async () => {
    const own = smallCompany();
    const web = repositoryOf(own, 'web');
    Object.assign(web.features, { issues: false, dependabotAlerts: false, codeScanning: 'off' });
    repositoryOf(own, 'api').features.codeScanning = 'never_run';
    const standIn = await standInFor({ company: own });
    const said = async (path: string) => {
      const { status, body } = await standIn.get(path);
      return [status, (body as { message: string }).message];
    };
    expect(await said('/repos/acme/web/issues')).toEqual([
      410,
      'Issues has been disabled in this repository.',
    ]);
    expect(await said('/repos/acme/web/dependabot/alerts')).toEqual([
      403,
      'Dependabot alerts are disabled for this repository.',
    ]);
    expect(await said('/repos/acme/web/code-scanning/alerts')).toEqual([
      403,
      'Code Security must be enabled for this repository to use code scanning.',
    ]);
    expect(await said('/repos/acme/api/code-scanning/alerts')).toEqual([404, 'no analysis found']);
    const refused = await standIn.get('/repos/acme/web/dependabot/alerts');
    assertGitHubAnswer(`GET ${REPOSITORY}/dependabot/alerts`, refused.body, 403);
  });

  test.each<[Permission, string]>([
    ['issues', '/repos/acme/web/issues'],
    ['pull_requests', '/repos/acme/web/pulls'],
    ['contents', '/repos/acme/web/releases'],
    ['deployments', '/repos/acme/web/deployments'],
    ['actions', '/repos/acme/web/actions/runs'],
    ['vulnerability_alerts', '/repos/acme/web/dependabot/alerts'],
    ['security_events', '/repos/acme/web/code-scanning/alerts'],
  ])('a token without %s is refused with the name of the permission', async (permission, path) => {
    const standIn = await standInFor({ company, lacks: [permission] });
    const { status, headers, body } = await standIn.get(path);
    expect(status).toBe(403);
    expect(headers.get('x-accepted-github-permissions')).toBe(`${permission}=read`);
    expect(body).toMatchObject({ message: 'Resource not accessible by personal access token' });
    expect((await standIn.get('/repos/acme/web')).status).toBe(200);
    expect((await (await standInFor({ company })).get(path)).status).toBe(200);
  });

  test('GraphQL refuses what the token may not read by a typed error', async () => {
    const standIn = await standInFor({ company, lacks: ['deployments'] });
    const { body } = await standIn.graphql(
      '{ repository(owner: "acme", name: "web") { name deployments(first: 1) { nodes { id } } } }',
    );
    expect(body).toMatchObject({
      data: { repository: null },
      errors: [
        {
          type: 'FORBIDDEN',
          path: ['repository', 'deployments'],
          message: 'Resource not accessible by personal access token',
        },
      ],
    });
  });

  test('alerts are for those alone who signed in', async () => {
    const standIn = await standInFor({ company });
    expect((await standIn.get('/repos/acme/web/dependabot/alerts', {})).status).toBe(401);
    expect((await standIn.get('/repos/acme/web/deployments', {})).status).toBe(200);
  });
});

describe('by GraphQL', () => {
  const WEB = 'repository(owner: "acme", name: "web")';

  async function ask(query: string, own = company): Promise<unknown> {
    const { body } = await (await standInFor({ company: own })).graphql(query);
    expect(body).not.toHaveProperty('errors');
    return (body as { data: unknown }).data;
  }

  test('deployments tell their statuses, newest first, and the run that they belong to', async () => {
    const web = repositoryOf(company, 'web');
    const last = web.deployments.at(-1);
    const found =
      await ask(`{ ${WEB} { deployments(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      nodes { databaseId commitOid environment state latestStatus { state logUrl } commit { oid }
        statuses(first: 10) { nodes { state createdAt } } }
    } } }`);
    expect(found).toMatchObject({
      repository: {
        deployments: {
          totalCount: web.deployments.length,
          nodes: [
            {
              databaseId: last?.id,
              commitOid: last?.sha,
              environment: 'production',
              state: 'ACTIVE',
              commit: { oid: last?.sha },
              latestStatus: {
                state: 'SUCCESS',
                logUrl: expect.stringContaining(`/acme/web/actions/runs/${last?.run?.id}/job/`),
              },
              statuses: { nodes: [{ state: 'SUCCESS' }, { state: 'IN_PROGRESS' }, { state: 'QUEUED' }] },
            },
          ],
        },
      },
    });
  });

  test('an issue tells what closed it, its estimate, and how it got there', async () => {
    const web = repositoryOf(company, 'web');
    const issue = issuesOf(web).find((one) => one.linkedPulls.length > 0 && one.projectItems.length > 0);
    const [pull] = issue?.linkedPulls ?? [];
    const found = await ask(`{ ${WEB} { issue(number: ${issue?.number}) {
      closedByPullRequestsReferences(first: 10) { nodes { number merged } }
      projectItems(first: 10) { nodes { project { title } fieldValueByName(name: "Estimate") {
        ... on ProjectV2ItemFieldNumberValue { number field { ... on ProjectV2FieldCommon { name } } } } } }
      timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent {
        closer { __typename ... on PullRequest { number } } } } }
      links: timelineItems(first: 5, itemTypes: [CROSS_REFERENCED_EVENT, CONNECTED_EVENT]) { nodes {
        ... on CrossReferencedEvent { willCloseTarget source { ... on PullRequest { number } } }
        ... on ConnectedEvent { subject { ... on PullRequest { number } } } } }
    } pullRequest(number: ${pull?.number}) { closingIssuesReferences(first: 5) { nodes { number } } } } }`);
    expect(found).toMatchObject({
      repository: {
        issue: {
          closedByPullRequestsReferences: { nodes: [{ number: pull?.number, merged: true }] },
          projectItems: {
            nodes: [
              {
                project: { title: 'Delivery' },
                fieldValueByName: {
                  number: issue?.projectItems[0]?.value?.number,
                  field: { name: 'Estimate' },
                },
              },
            ],
          },
          timelineItems: { nodes: [{ closer: { __typename: 'PullRequest', number: pull?.number } }] },
          links: { nodes: [expect.anything()] },
        },
        pullRequest: { closingIssuesReferences: { nodes: [{ number: issue?.number }] } },
      },
    });
  });

  test('types, parts, duplicates and annotated tags are as github.com has them today, and as it published them', async () => {
    const own = smallCompany();
    const web = repositoryOf(own, 'web');
    const [bug, feature] = own.issueTypes;
    const epic = openIssue(web, { title: 'The epic', author: null, at: NOW });
    const issue = openIssue(web, { title: 'A part', author: null, at: NOW, type: bug ?? null });
    setParent(issue, epic, { at: NOW + 1000, by: null });
    setType(issue, feature ?? null, { at: NOW + 2000, by: null });
    closeIssue(issue, { at: NOW + 3000, by: null }, 'duplicate');
    const query = `{ ${WEB} { issue(number: ${issue.number}) {
      stateReason duplicate: stateReason(enableDuplicate: true)
      issueType { name } parent { number subIssuesSummary { total completed } }
      timelineItems(first: 9, itemTypes: [ISSUE_TYPE_CHANGED_EVENT]) { nodes { __typename
        ... on IssueTypeChangedEvent { prevIssueType { name } issueType { name } } } }
    } } }`;
    expect(await ask(query, own)).toEqual({
      repository: {
        issue: {
          stateReason: 'NOT_PLANNED',
          duplicate: 'DUPLICATE',
          issueType: { name: 'Feature' },
          parent: { number: epic.number, subIssuesSummary: { total: 1, completed: 1 } },
          timelineItems: {
            nodes: [
              {
                __typename: 'IssueTypeChangedEvent',
                prevIssueType: { name: 'Bug' },
                issueType: { name: 'Feature' },
              },
            ],
          },
        },
      },
    });
    const older = await standInFor({ company: own, generation: 'published' });
    const { body } = await older.graphql(query);
    expect(body).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({ message: expect.stringContaining('issueType') }),
      ]),
    });
    const all = await older.graphql(
      `{ ${WEB} { issue(number: ${issue.number}) { timelineItems(first: 9) { totalCount } } } }`,
    );
    expect(all.body).toMatchObject({ data: { repository: { issue: { timelineItems: { totalCount: 1 } } } } });
    const { body: row } = await older.get(`/repos/acme/web/issues/${issue.number}`);
    expect(row).toMatchObject({
      parent_issue_url: expect.stringMatching(new RegExp(`/issues/${epic.number}$`)),
    });
    const { body: parent } = await older.get(`/repos/acme/web/issues/${epic.number}`);
    expect(parent).toMatchObject({ sub_issues_summary: { total: 1, completed: 1, percent_completed: 100 } });
    assertGitHubAnswer(`GET ${REPOSITORY}/issues/{issue_number}`, parent);
  });

  test('a reference is compared with another, and a commit knows its pull request', async () => {
    const web = repositoryOf(company, 'web');
    const [tag] = web.tags;
    const after = web.commits.slice(web.commits.findIndex((one) => one.sha === tag?.commit) + 1);
    const found = await ask(`{ ${WEB} { ref(qualifiedName: "refs/tags/${tag?.name}") {
      target { oid ... on Commit { committedDate } ... on Tag { tagger { date } } }
      compare(headRef: "main") { aheadBy status commits(first: 100) { nodes { oid
        associatedPullRequests(first: 1) { nodes { number mergeCommit { oid } } } } } } } } }`);
    const nodes = after.slice(0, 100).map((commit) => ({ oid: commit.sha }));
    expect(found).toMatchObject({
      repository: {
        ref: {
          target: { oid: tag?.commit },
          compare: { aheadBy: after.length, status: 'AHEAD', commits: { nodes } },
        },
      },
    });
  });
});
