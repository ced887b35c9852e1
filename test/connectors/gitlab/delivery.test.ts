import { expect, test } from 'vitest';
import { deployment, iso, pipeline } from './company.ts';
import { project } from './standin.ts';
import { bench, DAY, HOUR, NOW, only } from './support.ts';

const at = (days: number) => NOW - days * DAY;

test('pipelines are builds with the time that they ran, and are read again until they end', async () => {
  const web = project(1, 'acme/web');
  web.pipelines.push(
    pipeline(8001, at(3), 'success', { name: 'Deploy 17', duration: 90.5, source: 'schedule' }),
    pipeline(8002, at(2), 'failed', { tag: true, ref: 'v1' }),
    pipeline(8003, at(1), 'running', { finished_at: null, duration: null }),
    pipeline(8004, at(1), 'manual', { finished_at: null, duration: null }),
    pipeline(8005, at(1), 'canceled'),
  );
  const { pull } = await bench([web]);
  const first = await pull('builds');
  const builds = only(first, 'build');
  expect(builds.map(({ status, duration }) => [status, duration])).toEqual([
    ['succeeded', 90_500],
    ['failed', 1_500_000],
    ['running', null],
    ['running', null],
    ['cancelled', 1_500_000],
  ]);
  expect(builds[0]).toMatchObject({
    title: 'Deploy 17',
    workflow: 'pipeline',
    branch: 'main',
    event: 'schedule',
    finishedAt: at(3) + HOUR / 2,
  });
  expect(builds[1]?.branch).toBeNull();
  expect(builds[2]?.finishedAt).toBeNull();
  const done = pipeline(8003, at(1), 'success', { updated_at: iso(NOW), finished_at: iso(NOW) });
  web.pipelines[2] = done;
  const second = await pull('builds', 'acme/web', first.cursor);
  expect(only(second, 'build').map(({ id, status }) => [id, status])).toEqual([['8003', 'succeeded']]);
});

test('pipelines that GitLab tidied up stay on record', async () => {
  const web = project(1, 'acme/web', { pipelines: [pipeline(8001, at(3), 'success')] });
  const one = await bench([web]);
  const first = await one.pull('builds');
  web.pipelines.pop();
  one.now = NOW + 9 * DAY;
  expect((await one.pull('builds', 'acme/web', first.cursor)).removed).toEqual([]);
});

test('a deployment brings the commits since the one that succeeded before in its environment', async () => {
  const web = project(1, 'acme/web', { commits: ['c0', 'c1', 'c2', 'c3'] });
  const staging = { environment: { id: 2, name: 'staging' } };
  web.deployments.push(
    deployment(9001, at(9), 'c0', 'success'),
    deployment(9002, at(8), 'c2', 'success', staging),
    deployment(9003, at(7), 'c1', 'failed'),
    deployment(9004, at(6), 'c3', 'success'),
    deployment(9005, at(5), 'c3', 'running', { deployable: null }),
  );
  const { pull, server } = await bench([web]);
  const first = await pull('deployments');
  expect(
    only(first, 'deployment').map(({ id, status, environment, commits }) => [
      id,
      status,
      environment,
      commits,
    ]),
  ).toEqual([
    ['9001', 'succeeded', 'production', null],
    ['9002', 'succeeded', 'staging', null],
    ['9003', 'failed', 'production', null],
    ['9004', 'succeeded', 'production', ['c1', 'c2', 'c3']],
    ['9005', 'running', 'production', null],
  ]);
  expect(only(first, 'deployment')[0]).toMatchObject({
    finishedAt: at(9) + 120_000,
    run: '17001',
    gitRef: 'main',
  });

  // Touched later, one that succeeded stays as it is, whatever came between.
  web.deployments[0] = deployment(9001, at(9), 'c0', 'success', { updated_at: iso(at(0.2)) });
  web.deployments[4] = deployment(9005, at(5), 'c3', 'success', { updated_at: iso(at(0.1)) });
  const before = server.requests.length;
  const second = await pull('deployments', 'acme/web', first.cursor);
  expect(only(second, 'deployment').map(({ id, commits }) => [id, commits])).toEqual([['9005', []]]);
  expect(server.requests.length - before).toBe(1);
});

test('environments narrow the deployments', async () => {
  const web = project(1, 'acme/web');
  web.deployments.push(
    deployment(9001, at(9), 'c0', 'success'),
    deployment(9002, at(8), 'c1', 'success', { environment: { id: 2, name: 'review/topic' } }),
  );
  const { pull } = await bench([web], { environments: ['prod*'] });
  expect(only(await pull('deployments'), 'deployment').map(({ id }) => id)).toEqual(['9001']);
});

test('releases without their tags are told as what the token may not read', async () => {
  const web = project(1, 'acme/web', { releases: [{ name: 'Release-7', created_at: iso(at(5)) }] });
  const { pull, check } = await bench([web], { streams: ['releases'] });
  const fault = {
    code: 'forbidden',
    message: 'GitLab shows the releases without their tags',
    remedy: expect.stringContaining('Reporter'),
  };
  expect((await pull('releases')).error).toMatchObject(fault);
  await expect(check()).rejects.toMatchObject(fault);
});

test('releases and tags are read whole, guarded by their first page, and deleted ones are found', async () => {
  const web = project(1, 'acme/web');
  const row = (name: string, days: number, fields = {}) => ({
    tag_name: name,
    name: '',
    created_at: iso(at(days)),
    released_at: iso(at(days)),
    upcoming_release: false,
    ...fields,
  });
  web.releases.push(row('v2', 5), row('v3', -3, { upcoming_release: true }));
  web.tags.push(
    { name: 'v2', created_at: iso(at(5)), commit: { id: 'c2', committed_date: iso(at(6)) } },
    // On a file: GitLab shows it with the newest commit.
    { name: 'key', message: '', target: 'b1', commit: { id: 'c9', committed_date: iso(at(0)) } },
    { name: 'old', created_at: null, target: 'c0', commit: { id: 'c0', committed_date: iso(at(400)) } },
  );
  const { pull, server } = await bench([web]);
  const released = await pull('releases');
  expect(only(released, 'release').map(({ key, draft, publishedAt }) => [key, draft, publishedAt])).toEqual([
    ['acme/web@v3', true, null],
    ['acme/web@v2', false, at(5)],
  ]);
  const tagged = await pull('tags');
  expect(only(tagged, 'tag').map(({ name, sha, taggedAt }) => [name, sha, taggedAt])).toEqual([
    ['v2', 'c2', at(5)],
    ['old', 'c0', at(400)],
  ]);
  const before = server.requests.length;
  expect((await pull('tags', 'acme/web', tagged.cursor)).batches).toEqual([]);
  expect(server.requests.length - before).toBe(1);
  web.tags.pop();
  expect((await pull('tags', 'acme/web', tagged.cursor)).removed).toEqual([
    { recordType: 'tag', id: 'acme/web@old:c0' },
  ]);
});
