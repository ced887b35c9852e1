import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { github } from '../../../src/notify/github/index.ts';
import { type ForeignServer, startForeign } from '../../connectors/github/processes.ts';
import { channelContext } from '../../support/channel-context.ts';
import { aMessage } from '../../support/messages.ts';

const SEED = `
tokens:
  ana-token: { login: ana, scopes: [repo, user] }
github:
  users: [{ login: ana }]
  repos: [{ owner: ana, name: okrs }]
`;

let folder: string;
let server: ForeignServer;

/** A stand-in of GitHub that nobody here wrote. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'krsync-emulate-'));
  const seed = join(folder, 'seed.yaml');
  await writeFile(seed, SEED);
  server = await startForeign('emulate', (port) => [
    ...['dist/index.js', '--service', 'github', '--seed', seed],
    ...['--port', String(port)],
  ]);
  await ask('POST', '/issues', { title: 'OKRs', body: 'Our aims.' });
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${server.url}/repos/ana/okrs${path}`, {
    method,
    headers: { authorization: 'token ana-token', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

function contextFor(as: string) {
  const settings = { url: server.url, token: 'ana-token', repository: 'ana/okrs', issue: 1, as };
  return channelContext(github.settings.parse(settings));
}

describe('against a GitHub that someone else wrote', () => {
  it('comments are added, found again, and replaced', async () => {
    for (const as of ['comments', 'comment']) {
      await github.check(contextFor(as));
      for (const id of ['a', 'a', 'b']) await github.deliver(contextFor(as), aMessage({ id }));
    }
    const comments = (await ask('GET', '/issues/1/comments')) as { body: string }[];
    expect(comments.map(({ body }) => /krsync:message:(\w)/.exec(body)?.[1])).toEqual(['a', 'b', 'b']);
  });

  it('the block in the text is added and replaced', async () => {
    await github.check(contextFor('body'));
    for (const id of ['a', 'b']) await github.deliver(contextFor('body'), aMessage({ id }));
    const { body } = (await ask('GET', '/issues/1')) as { body: string };
    expect(body.startsWith('Our aims.\n\n<!-- krsync:status -->\n<!-- krsync:message:b -->')).toBe(true);
    expect(body.match(/krsync:status/g)).toHaveLength(2);
  });
});
