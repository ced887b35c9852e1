import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../../connectors/github/check.ts';
import { issues } from '../../../connectors/github/issues.ts';
import { pulls } from '../../../connectors/github/pulls.ts';
import { releases } from '../../../connectors/github/releases.ts';
import type { PullRequest, Release, Ticket } from '../../../src/domain/records.ts';
import { type ForeignServer, startForeign } from './processes.ts';
import { contextFor, pullAll } from './support.ts';

const SEED = `
tokens:
  ana-token: { login: ana, scopes: [repo, user] }
  ben-token: { login: ben, scopes: [repo, user] }
github:
  users: [{ login: ana }, { login: ben }]
  orgs: [{ login: acme, members: [{ login: ana, role: admin }, { login: ben, role: admin }] }]
  repos: [{ owner: acme, name: web }, { owner: ana, name: lib-one }, { owner: ana, name: lib-two }, { owner: ana, name: app }]
`;

let folder: string;
let server: ForeignServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'krsync-emulate-'));
  await writeFile(join(folder, 'seed.yaml'), SEED);
  server = await startForeign('emulate', (port) => [
    'dist/index.js',
    '--service',
    'github',
    '--seed',
    join(folder, 'seed.yaml'),
    '--port',
    String(port),
  ]);
  await populate();
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function send(
  method: string,
  path: string,
  body: object,
  token = 'ana-token',
): Promise<{ number: number; sha: string; object: { sha: string } }> {
  const response = await fetch(`${server.url}/repos/acme/web${path}`, {
    method,
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { number: number; sha: string; object: { sha: string } };
}

/** 120 issues of which 45 are closed, three pull requests of which one is reviewed and merged, and two releases. */
async function populate(): Promise<void> {
  for (let index = 0; index < 120; index += 1) {
    const { number } = await send('POST', '/issues', { title: `Issue ${index}` });
    if (index < 45) {
      const reason = index < 5 ? 'not_planned' : 'completed';
      await send('PATCH', `/issues/${number}`, { state: 'closed', state_reason: reason });
    }
  }
  const main = await send('GET', '/git/ref/heads/main', {});
  for (const name of ['one', 'two', 'three']) {
    await send('POST', '/git/refs', { ref: `refs/heads/${name}`, sha: main.object.sha });
    const content = Buffer.from(`${name}\n`).toString('base64');
    await send('PUT', `/contents/${name}.txt`, { message: name, content, branch: name });
    const { number } = await send('POST', '/pulls', {
      title: name,
      head: name,
      base: 'main',
      draft: name === 'three',
    });
    if (name !== 'one') continue;
    await send('POST', `/pulls/${number}/reviews`, { event: 'APPROVE', body: 'Good' }, 'ben-token');
    await send('PUT', `/pulls/${number}/merge`, {});
  }
  await send('POST', '/releases', { tag_name: 'v1.0.0', name: 'One' });
  await send('POST', '/releases', { tag_name: 'v1.1.0-rc.1', prerelease: true });
}

describe('a GitHub that others wrote (emulate)', () => {
  const context = () => contextFor({ url: server.url, start: '2020-01-01T00:00:00Z' });

  it('brings each issue once, with its state and reason', async () => {
    const { records } = await pullAll(issues, context());
    const tickets = records as Ticket[];
    expect(new Set(tickets.map((ticket) => ticket.id)).size).toBe(120);
    const closed = new Map(
      tickets.filter((ticket) => ticket.statusCategory === 'done').map((ticket) => [ticket.id, ticket]),
    );
    expect(closed.size).toBe(45);
    expect([...closed.values()].filter((ticket) => ticket.resolution === 'not_planned')).toHaveLength(5);
    expect(
      [...closed.values()].every((ticket) => ticket.resolvedAt !== null && ticket.author === 'ana'),
    ).toBe(true);
  });

  it('brings each pull request with its review, state and size', async () => {
    const { records } = await pullAll(pulls, context());
    const found = new Map((records as PullRequest[]).map((pull) => [pull.title, pull]));
    expect([...found.keys()].sort()).toEqual(['one', 'three', 'two']);
    expect(found.get('one')).toMatchObject({
      state: 'merged',
      author: 'ana',
      baseBranch: 'main',
      reviews: [{ author: 'ben', state: 'approved', authorIsBot: false }],
    });
    expect(found.get('one')?.mergedAt).toBeGreaterThan(0);
    expect(found.get('two')).toMatchObject({ state: 'open', draft: false, mergedAt: null, reviews: [] });
    expect(found.get('three')).toMatchObject({ state: 'open', draft: true });
  });

  it('brings the releases', async () => {
    const { records } = await pullAll(releases, context());
    const found = records as Release[];
    expect(found.map((release) => [release.tag, release.title, release.prerelease]).sort()).toEqual([
      ['v1.0.0', 'One', false],
      ['v1.1.0-rc.1', 'v1.1.0-rc.1', true],
    ]);
  });

  it('brings the same again, though this server knows no ETag', async () => {
    for (const stream of [issues, pulls, releases]) {
      const first = await pullAll(stream, context());
      const second = await pullAll(stream, context(), first.cursor);
      const known = new Map(first.records.map((record) => [record.id, record]));
      for (const record of second.records) expect(record).toEqual(known.get(record.id));
    }
  });

  it('lists what a glob matches, and passes the check', async () => {
    const settings = { repositories: ['acme/web', 'ana/lib-*'] };
    const ids: string[] = [];
    for await (const member of issues.members(contextFor({ url: server.url, settings }))) ids.push(member.id);
    expect(ids).toEqual(['acme/web', 'ana/lib-one', 'ana/lib-two']);
    await check(contextFor({ url: server.url, settings }));
  });

  it('names a repository that is not there', async () => {
    const settings = { repositories: ['acme/nothing'] };
    await expect(check(contextFor({ url: server.url, settings }))).rejects.toMatchObject({
      code: 'not_found',
      message: 'acme/nothing does not exist or the token cannot see it',
    });
  });
});
