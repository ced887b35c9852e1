import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { settingsSchema } from '../../../connectors/gitlab/settings.ts';
import { NEVER } from '../../../src/domain/time.ts';
import { deployment, issue } from './company.ts';
import { project } from './standin.ts';
import { bench, DAY, NOW, only, TOKEN } from './support.ts';

const web = () => project(1, 'acme/web', { issues: [issue(1, NOW - DAY)] });

test.each([
  ['private', 'private-token'],
  ['bearer', 'authorization'],
  ['job', 'job-token'],
] as const)('a %s token goes in the header %s', async (tokenType, header) => {
  const { pull, server } = await bench([web()], { tokenType });
  for (const stream of ['deployments', 'releases', 'tags'] as const)
    expect((await pull(stream)).error).toBeNull();
  expect(new Set(server.credentials)).toEqual(new Set([header]));
});

test('the token of a job brings deployments without the commits, which it may not compare', async () => {
  const deployed = project(1, 'acme/web', { commits: ['c0', 'c1'] });
  deployed.deployments.push(
    deployment(9001, NOW - 2 * DAY, 'c0', 'success'),
    deployment(9002, NOW - DAY, 'c1', 'success'),
  );
  const { pull } = await bench([deployed], { tokenType: 'job' });
  const found = only(await pull('deployments'), 'deployment');
  expect(found.map(({ commit, commits }) => [commit, commits])).toEqual([
    ['c0', null],
    ['c1', null],
  ]);
});

test('paths, globs and groups name projects once each, archived ones only when asked for', async () => {
  const projects = [
    web(),
    project(2, 'acme/lib-a'),
    project(3, 'acme/tools/lib-b'),
    project(4, 'acme/lib-old', { archived: true }),
  ];
  const at = async (given: object) => (await bench(projects, given)).members();
  expect(await at({ projects: ['acme/lib-*', 'acme/web'] })).toEqual(['acme/lib-a', 'acme/web']);
  expect(await at({ projects: ['acme/web'], groups: ['acme'] })).toEqual([
    'acme/web',
    'acme/lib-a',
    'acme/tools/lib-b',
  ]);
  expect(await at({ projects: ['acme/lib*'], includeArchived: true })).toEqual([
    'acme/lib-a',
    'acme/lib-old',
  ]);
  expect(await at({ projects: [], groups: ['acme/tools'] })).toEqual(['acme/tools/lib-b']);
});

test('a pattern that matches nothing is told by name and stops no other project', async () => {
  const { members, pull } = await bench([web()], { projects: ['acme/web', 'acme/none-*'] });
  expect(await members()).toEqual(['acme/web', 'acme/none-*']);
  const { error } = await pull('issues', 'acme/none-*');
  expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('acme/none-*') });
});

test('a project that is not there is named, with what to do', async () => {
  const { pull, check } = await bench([web()], { projects: ['acme/gone'] });
  const { error } = await pull('issues', 'acme/gone');
  expect(error).toMatchObject({
    code: 'not_found',
    message: 'acme/gone does not exist or the token cannot see it',
    remedy: expect.stringContaining('`projects`'),
  });
  await expect(check()).rejects.toMatchObject({ code: 'not_found' });
});

test('pipelines that the token may not read are passed over with a warning, unless they were asked for', async () => {
  const closed = web();
  closed.forbidden.add('pipelines');
  const passing = await bench([closed]);
  const pulled = await passing.pull('builds');
  expect(pulled.error).toBeNull();
  expect(pulled.batches).toEqual([{ records: [], cursor: null, coveredFrom: NEVER }]);
  expect(passing.warnings.join()).toContain('`builds` is not read');
  const strict = await bench([closed], { streams: ['builds'] });
  expect((await strict.pull('builds')).error).toMatchObject({ code: 'forbidden' });
});

test('a short rate limit is waited for, a long one is left to the next run with its time', async () => {
  const { pull, server } = await bench([web()]);
  server.refusals.push({ status: 429, headers: { 'retry-after': '0' } });
  expect((await pull('issues')).error).toBeNull();
  const reset = Math.ceil(NOW / 1000) + 600;
  server.refusals.push({
    status: 429,
    headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': String(reset) },
  });
  expect((await pull('issues')).error).toMatchObject({ code: 'rate_limit', retryAt: reset * 1000 });
});

test('the token is not taken along to another server', async () => {
  const seen: unknown[] = [];
  const other = createServer((request, response) => {
    seen.push(request.headers['private-token']);
    response.end('[]');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const { pull, server } = await bench([web()]);
  server.refusals.push({
    status: 302,
    headers: { location: `http://127.0.0.1:${port}/api/v4/projects/1/issues` },
  });
  const { error } = await pull('issues');
  expect(error).toMatchObject({ code: 'input', message: expect.stringContaining('sends on') });
  expect(seen).toEqual([]);
  server.refusals.push({ status: 302, headers: { location: '/users/sign_in' } });
  expect((await pull('issues')).error).toMatchObject({ code: 'auth' });
  server.refusals.push({ status: 301, headers: { location: '/api/v4/projects/1/issues' } });
  expect((await pull('issues')).error).toBeNull();
});

test('what GitLab says is told without the token', async () => {
  const { pull, server } = await bench([web()]);
  server.refusals.push({ status: 400, body: { message: { token: [`is ${TOKEN}`] } } });
  const { error } = await pull('issues');
  expect(error).toMatchObject({ code: 'input' });
  expect(String(error)).toContain('is [redacted]');
});

test('settings without a project and a group are refused', () => {
  expect(settingsSchema.safeParse({}).success).toBe(false);
  expect(settingsSchema.safeParse({ projects: ['web'] }).success).toBe(false);
  expect(settingsSchema.safeParse({ groups: ['acme'] }).success).toBe(true);
});
