import { Octokit } from '@octokit/rest';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Company, issuesOf, pullsOf } from '../../../src/demo/company/model.ts';
import { assertGitHubAnswer } from '../../support/github-openapi.ts';
import { repositoryOf, smallCompany, standInFor, TOKEN } from '../../support/github-standin.ts';

const quiet = () => undefined;

function octokitFor(url: string): Octokit {
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  return new Octokit({ baseUrl: url, auth: TOKEN, log });
}

const REPOSITORY = '/repos/{owner}/{repo}';

describe('every answer is what GitHub describes', () => {
  let company: Company;
  beforeAll(() => {
    company = smallCompany();
  });

  async function holds(route: string, path: string, status = 200): Promise<unknown> {
    const standIn = await standInFor({ company });
    const reply = await standIn.get(path);
    expect(reply.status, path).toBe(status);
    assertGitHubAnswer(`GET ${route}`, reply.body, status);
    if (Array.isArray(reply.body)) expect(reply.body, path).not.toHaveLength(0);
    return reply.body;
  }

  test.each([
    ['/user', '/user'],
    ['/user/repos', '/user/repos'],
    ['/users/{username}', '/users/coderabbitai'],
    ['/users/{username}', '/users/dependabot%5Bbot%5D'],
    ['/users/{username}/repos', '/users/acme/repos'],
    ['/orgs/{org}', '/orgs/acme'],
    ['/orgs/{org}/repos', '/orgs/acme/repos?sort=full_name'],
    ['/rate_limit', '/rate_limit'],
    [REPOSITORY, '/repos/acme/web'],
    [`${REPOSITORY}/issues`, '/repos/acme/web/issues?state=all&per_page=100'],
    [`${REPOSITORY}/issues/comments`, '/repos/acme/web/issues/comments?per_page=100'],
    [`${REPOSITORY}/issues/events`, '/repos/acme/web/issues/events?per_page=100'],
    [`${REPOSITORY}/labels`, '/repos/acme/web/labels'],
    [`${REPOSITORY}/milestones`, '/repos/acme/web/milestones?state=all'],
    [`${REPOSITORY}/pulls`, '/repos/acme/web/pulls?state=all&per_page=100'],
    [`${REPOSITORY}/releases`, '/repos/acme/mobile/releases?per_page=100'],
    [`${REPOSITORY}/tags`, '/repos/acme/web/tags'],
  ])('GET %s', async (route, path) => {
    await holds(route, path);
  });

  test('single issues with their comments and events', async () => {
    const repository = repositoryOf(company, 'web');
    const issues = issuesOf(repository);
    const talkedOf = issues.find((issue) => issue.comments.length > 0 && issue.events.length > 3);
    const path = `/repos/acme/web/issues/${talkedOf?.number}`;
    await holds(`${REPOSITORY}/issues/{issue_number}`, path);
    await holds(`${REPOSITORY}/issues/{issue_number}/comments`, `${path}/comments`);
    await holds(`${REPOSITORY}/issues/{issue_number}/events`, `${path}/events`);
    await holds(`${REPOSITORY}/issues/{issue_number}`, '/repos/acme/web/issues/9999', 404);
  });

  test('single pull requests with their reviews, commits and files', async () => {
    const repository = repositoryOf(company, 'web');
    const reviewed = pullsOf(repository).find((pull) => pull.reviews.length > 1);
    const path = `/repos/acme/web/pulls/${reviewed?.number}`;
    const part = `${REPOSITORY}/pulls/{pull_number}`;
    await holds(part, path);
    await holds(`${part}/reviews`, `${path}/reviews`);
    await holds(`${part}/commits`, `${path}/commits`);
    await holds(`${part}/files`, `${path}/files`);
  });
});

test('every time is a UTC time in whole seconds and every address is one', async () => {
  const standIn = await standInFor();
  let seen = 0;
  function look(value: unknown, name: string): void {
    if (Array.isArray(value)) for (const one of value) look(one, name);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, one] of Object.entries(value)) look(one, key);
    } else if (typeof value === 'string') {
      seen += 1;
      if (/(?:_at|_on|^date)$/.test(name)) expect(value, name).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      if (/url$/.test(name) && name !== 'ssh_url')
        expect(URL.canParse(value.replaceAll(/\{[^}]*\}/g, '')), value).toBe(true);
    }
  }
  for (const list of ['issues', 'pulls', 'releases', 'milestones', 'issues/comments', 'issues/events']) {
    look((await standIn.get(`/repos/acme/web/${list}?state=all&per_page=20`)).body, list);
  }
  expect(seen).toBeGreaterThan(2000);
});

describe('read by Octokit, page by page', () => {
  test('there are as many issues, pull requests, reviews, files, releases and tags as the company has', async () => {
    const standIn = await standInFor();
    const octokit = octokitFor(standIn.url);
    const repositories = await octokit.paginate('GET /orgs/{org}/repos', { org: 'acme', per_page: 2 });
    expect(repositories.map((one) => one.full_name).sort()).toEqual(['acme/api', 'acme/mobile', 'acme/web']);

    for (const model of standIn.company.repositories) {
      const at = { owner: 'acme', repo: model.name, per_page: 17 };
      const issues = await octokit.paginate(octokit.rest.issues.listForRepo, { ...at, state: 'all' });
      const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...at, state: 'all' });
      const numbers = [...model.items.keys()].sort((a, b) => a - b);
      expect(issues.map((one) => one.number).sort((a, b) => a - b)).toEqual(numbers);
      expect(issues.filter((one) => one.pull_request === undefined)).toHaveLength(issuesOf(model).length);
      expect(new Set(pulls.map((one) => one.number))).toEqual(
        new Set(pullsOf(model).map((one) => one.number)),
      );
      const releases = await octokit.paginate(octokit.rest.repos.listReleases, at);
      expect(releases).toHaveLength(model.releases.length);
      const tags = await octokit.paginate(octokit.rest.repos.listTags, { ...at, per_page: 3 });
      expect(new Set(tags.map((one) => one.name))).toEqual(new Set(model.tags.map((one) => one.name)));

      for (const pull of pullsOf(model).slice(0, 5)) {
        const of = { owner: 'acme', repo: model.name, pull_number: pull.number, per_page: 2 };
        expect(await octokit.paginate(octokit.rest.pulls.listReviews, of)).toHaveLength(pull.reviews.length);
        expect(await octokit.paginate(octokit.rest.pulls.listCommits, of)).toHaveLength(pull.commits.length);
        expect(await octokit.paginate(octokit.rest.pulls.listFiles, of)).toHaveLength(pull.files.length);
      }
    }
  });

  test('a single pull request adds up to the lines of its files', async () => {
    const standIn = await standInFor();
    const octokit = octokitFor(standIn.url);
    const [pull] = pullsOf(repositoryOf(standIn.company, 'api'));
    const at = { owner: 'acme', repo: 'api', pull_number: pull?.number ?? 0 };
    const { data } = await octokit.rest.pulls.get(at);
    const files = await octokit.paginate(octokit.rest.pulls.listFiles, at);
    let additions = 0;
    for (const file of files) additions += file.additions;
    expect(data.additions).toBe(additions);
    expect(data.changed_files).toBe(files.length);
  });
});

describe('a list of issues', () => {
  interface Row {
    readonly number: number;
    readonly state: string;
    readonly created_at: string;
    readonly updated_at: string;
    readonly labels: readonly { readonly name: string }[];
  }

  async function rows(query: string, company?: Company): Promise<Row[]> {
    const standIn = await standInFor(company ? { company } : {});
    const { body } = await standIn.get(`/repos/acme/web/issues?per_page=100&${query}`);
    return body as Row[];
  }

  test('holds the open ones, newest first, unless asked otherwise', async () => {
    const shown = await rows('');
    expect(shown.length).toBeGreaterThan(0);
    expect(new Set(shown.map((row) => row.state))).toEqual(new Set(['open']));
    const created = shown.map((row) => row.created_at);
    expect(created).toEqual([...created].sort().reverse());
  });

  test('is sorted by update in either direction', async () => {
    const updated = (await rows('state=all&sort=updated&direction=asc')).map((row) => row.updated_at);
    expect(updated).toEqual([...updated].sort());
    expect(updated.length).toBeGreaterThan(90);
  });

  test('since takes in what was updated at that very second', async () => {
    const all = await rows('state=all&sort=updated&direction=desc');
    const [, , third] = all;
    const since = await rows(`state=all&sort=updated&direction=desc&since=${third?.updated_at}`);
    expect(since.at(-1)?.number).toBe(third?.number);
    const later = new Date(Date.parse(third?.updated_at ?? '') + 1000).toISOString();
    const after = await rows(`state=all&sort=updated&direction=desc&since=${later}`);
    expect(after.map((row) => row.number)).not.toContain(third?.number);
  });

  test('wants all of several labels', async () => {
    const both = await rows('state=all&labels=bug,p2');
    expect(both.length).toBeGreaterThan(0);
    for (const row of both) {
      expect(row.labels.map((label) => label.name)).toEqual(expect.arrayContaining(['bug', 'p2']));
    }
  });

  test('refuses a state or time that does not exist', async () => {
    const standIn = await standInFor();
    for (const query of ['state=done', 'since=yesterday']) {
      const reply = await standIn.get(`/repos/acme/web/issues?${query}`);
      expect(reply).toMatchObject({ status: 422, body: { message: 'Validation Failed' } });
    }
  });

  test('an issue is about as large as a real one', async () => {
    const standIn = await standInFor();
    const response = await standIn.get('/repos/acme/web/issues?state=all&per_page=100');
    const size = Number(response.headers.get('content-length')) / (response.body as unknown[]).length;
    expect(size).toBeGreaterThan(3500);
    expect(size).toBeLessThan(5500);
  });
});

test('pull requests are listed newest first by creation and oldest first by update, as GitHub documents', async () => {
  const standIn = await standInFor();
  const list = async (query: string) =>
    (await standIn.get(`/repos/acme/web/pulls?state=all&per_page=100&${query}`)).body as {
      created_at: string;
      updated_at: string;
    }[];
  const created = (await list('')).map((row) => row.created_at);
  expect(created).toEqual([...created].sort().reverse());
  const updated = (await list('sort=updated')).map((row) => row.updated_at);
  expect(updated).toEqual([...updated].sort());
});

test('a deleted author is the ghost on what they opened and nobody on what they reviewed', async () => {
  const company = smallCompany();
  const repository = repositoryOf(company, 'web');
  const pull = pullsOf(repository).find((one) => one.reviews.length > 0);
  if (!pull?.reviews[0]) throw new Error('no reviewed pull request');
  pull.author = null;
  pull.reviews[0].author = null;
  const standIn = await standInFor({ company });
  const path = `/repos/acme/web/pulls/${pull.number}`;
  expect((await standIn.get(path)).body).toMatchObject({ user: { login: 'ghost', id: 10137 } });
  expect((await standIn.get(`${path}/reviews`)).body).toHaveProperty('0.user', null);
  assertGitHubAnswer(
    `GET ${REPOSITORY}/pulls/{pull_number}/reviews`,
    (await standIn.get(`${path}/reviews`)).body,
  );
});

test('draft releases show only to those who signed in', async () => {
  const standIn = await standInFor();
  const drafts = async (headers?: Record<string, string>) => {
    const { body } = await standIn.get('/repos/acme/web/releases', headers);
    return (body as { draft: boolean }[]).filter((one) => one.draft).length;
  };
  expect(await drafts()).toBe(1);
  expect(await drafts({})).toBe(0);
});
