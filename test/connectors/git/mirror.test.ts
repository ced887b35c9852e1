import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { git as connector } from '../../../connectors/git/index.ts';
import { type GitSettings, gitSettings } from '../../../connectors/git/settings.ts';
import { drain, type Pulled, pullContext, type TestContext } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { git, type Scratch, scratchRepository } from './scratch.ts';

vi.setConfig({ testTimeout: 120_000 });

const TOKEN = 's3cret-of-the-mirror';

interface Served {
  readonly url: string;
  /** Who asked, as `user:token`, and null for nobody in particular. */
  readonly asked: (string | null)[];
}

/** Git's own server over HTTP; `answer` may speak for it. */
async function serve(
  root: string,
  answer: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<Served> {
  const asked: (string | null)[] = [];
  const server: Server = createServer((request, response) => {
    const credentials = request.headers.authorization?.replace('Basic ', '');
    asked.push(credentials === undefined ? null : Buffer.from(credentials, 'base64').toString());
    if (!answer(request, response)) cgi(root, request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function cgi(root: string, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf('\r\n\r\n');
    const headers = all.toString('latin1', 0, end).split('\r\n');
    for (const header of headers) {
      const [name = '', value = ''] = header.split(/: (.*)/);
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(all.subarray(end + 4));
  });
}

function deny(response: ServerResponse, status: number): true {
  response.statusCode = status;
  if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="acme"');
  response.end();
  return true;
}

function contextOf(settings: Partial<GitSettings>, directory: string): TestContext<GitSettings> {
  return pullContext<GitSettings>(gitSettings.parse(settings), { directory });
}

async function pull(
  settings: Partial<GitSettings>,
  directory: string,
  cursor: string | null = null,
  stream: 'commits' | 'tags' = 'commits',
): Promise<Pulled> {
  return drain(connector.streams[stream], contextOf(settings, directory), 'acme/web', cursor);
}

function titles(pulled: Pulled): (string | null)[] {
  expect(pulled.error).toBeNull();
  return pulled.records.map((record) => record.title).sort();
}

function fileUrl(scratch: Scratch): string {
  return `file://${scratch.path}`;
}

describe('the mirror', () => {
  test('is made beside the configuration, hidden from commits, and brought up to date by each run', async () => {
    const origin = await scratchRepository();
    await origin.commit('first');
    await origin.git(['tag', 'v1']);
    await origin.git(['checkout', '-q', '-b', 'elsewhere']);
    await origin.commit('not on main');
    await origin.git(['checkout', '-q', 'main']);
    const url = fileUrl(origin);
    const directory = await tempFolder();

    const first = await pull({ url }, directory);
    expect(titles(first)).toEqual(['first']);
    expect(await readdir(join(directory, '.krsync/mirrors'))).toEqual([
      expect.stringMatching(/^scratch-[0-9a-f]{12}\.git$/),
    ]);
    expect(await readFile(join(directory, '.krsync/.gitignore'), 'utf8')).toBe('*\n');

    const tags = await pull({ url }, directory, null, 'tags');
    expect(tags.records.map((record) => record.key)).toEqual(['v1']);
    await origin.commit('second');
    await origin.git(['tag', '-d', 'v1']);
    const next = await pull({ url }, directory, first.cursor);
    expect(titles(next)).toEqual(['second']);
    expect((await pull({ url }, directory, tags.cursor, 'tags')).removed).toEqual([
      { recordType: 'tag', id: 'v1' },
    ]);
    expect(titles(await pull({ url, branch: 'elsewhere' }, directory))).toEqual(['first', 'not on main']);
    // Another default branch there is followed by itself.
    await origin.git(['checkout', '-q', 'elsewhere']);
    expect(titles(await pull({ url }, directory, next.cursor))).toEqual(['first', 'not on main']);
  });

  test('is fetched once in a run, whichever streams and branches are read side by side', async () => {
    const origin = await scratchRepository();
    await origin.commit('first');
    await origin.git(['branch', 'other']);
    const directory = await tempFolder();
    const served = await serve(dirname(origin.path));
    const url = `${served.url}/scratch`;
    const signal = new AbortController().signal;
    const pulls = (['commits', 'tags'] as const).flatMap((stream) =>
      [{ url }, { url, branch: 'other' }].map((settings) =>
        drain(connector.streams[stream], { ...contextOf(settings, directory), signal }, 'acme/web'),
      ),
    );
    const pulled = await Promise.all(pulls);
    expect(pulled.map((each) => each.error)).toEqual([null, null, null, null]);
    // Each asks what there is, and for it: the second has it all.
    expect(served.asked.length).toBeLessThanOrEqual(5);
  });

  test('is never made in a folder that holds anything else', async () => {
    const origin = await scratchRepository();
    await origin.commit('first');
    const url = fileUrl(origin);
    const directory = await tempFolder();
    await mkdir(join(directory, 'mine'));
    await writeFile(join(directory, 'mine/file'), 'mine');
    const context = contextOf({ url, mirror: 'mine' }, directory);
    const error = { code: 'input', message: expect.stringContaining('holds something else') };
    expect((await drain(connector.streams.commits, context, 'acme/web')).error).toMatchObject(error);
    await expect(connector.check(context)).rejects.toMatchObject(error);
    expect((await pull({ url, mirror: origin.path }, directory)).error).toMatchObject(error);
    await mkdir(join(directory, 'empty'));
    expect(titles(await pull({ url, mirror: 'empty' }, directory))).toEqual(['first']);
    expect(await readdir(directory)).toEqual(['empty', 'mine']);
  });

  test('cannot be written where a file is in its way', async () => {
    const directory = await tempFolder();
    await writeFile(join(directory, '.krsync'), '');
    const origin = await scratchRepository();
    await origin.commit('first');
    expect((await pull({ url: fileUrl(origin) }, directory)).error).toMatchObject({
      code: 'forbidden',
      remedy: expect.stringContaining('mirror'),
    });
  });
});

describe('a token', () => {
  test('opens what is closed, is nowhere to be seen, and does not travel with a redirect', async () => {
    const origin = await scratchRepository();
    await origin.commit('first');
    const directory = await tempFolder();
    const closed = await serve(dirname(origin.path), (request, response) =>
      request.headers.authorization === undefined ? deny(response, 401) : false,
    );
    const moved = await serve(dirname(origin.path), (request, response) => {
      response.statusCode = 302;
      response.setHeader('Location', `${closed.url}${request.url}`);
      response.end();
      return true;
    });
    const url = `${closed.url}/scratch`;
    const context = contextOf({ url, token: TOKEN }, directory);
    await connector.check(context);
    expect(titles(await drain(connector.streams.commits, context, 'acme/web'))).toEqual(['first']);
    expect(closed.asked).toContain(`x-access-token:${TOKEN}`);
    const [mirror = ''] = await readdir(join(directory, '.krsync/mirrors'));
    const config = await readFile(join(directory, '.krsync/mirrors', mirror, 'config'), 'utf8');
    expect(config).toContain(url);
    expect(config).not.toContain(TOKEN);
    await pull({ url, token: TOKEN, user: 'ana', mirror: 'ana' }, directory);
    expect(closed.asked).toContain(`ana:${TOKEN}`);

    closed.asked.length = 0;
    const elsewhere = await pull({ url: `${moved.url}/scratch`, token: TOKEN, mirror: 'moved' }, directory);
    expect(elsewhere.error).toMatchObject({ code: 'auth' });
    expect(closed.asked.every((who) => who === null)).toBe(true);
  });

  test.each([
    [401, 'auth', false],
    [403, 'forbidden', false],
    [404, 'not_found', false],
    [429, 'rate_limit', true],
    [500, 'server', true],
    [503, 'server', true],
  ])('that meets a %i is told as %s', async (status, code, transient) => {
    const served = await serve('/', (_, response) => deny(response, status));
    const directory = await tempFolder();
    const context = contextOf({ url: `${served.url}/acme/web.git`, token: TOKEN }, directory);
    for (const error of [
      (await drain(connector.streams.commits, context, 'acme/web')).error,
      await connector.check(context).catch((caught: unknown) => caught),
    ]) {
      expect(error).toMatchObject({ name: 'ConnectorError', code, transient });
      expect(error).toHaveProperty('endpoint', expect.stringContaining('/acme/web.git'));
      expect(error).toHaveProperty('remedy', expect.stringMatching(/\w/));
      expect(inspect(error, { depth: 9 })).not.toContain(TOKEN);
    }
  });

  test('is of no help where nobody listens, which may pass', async () => {
    const directory = await tempFolder();
    const { error } = await pull({ url: 'http://127.0.0.1:1/acme/web.git', token: TOKEN }, directory);
    expect(error).toMatchObject({ code: 'network', transient: true });
  });
});

test('a branch or repository that is not there, or an empty one, says so in a check as in a pull', async () => {
  const origin = await scratchRepository();
  const directory = await tempFolder();
  const url = fileUrl(origin);
  const told = async (settings: Partial<GitSettings>) => {
    const context = contextOf(settings, directory);
    const pulled = (await drain(connector.streams.commits, context, 'acme/web')).error;
    const checked = await connector.check(context).catch((caught: unknown) => caught);
    expect(checked).toMatchObject({ code: pulled instanceof Error && 'code' in pulled ? pulled.code : '' });
    return pulled;
  };
  expect(await told({ url })).toMatchObject({ code: 'input', message: expect.stringContaining('no commit') });
  await origin.commit('first');
  expect(await told({ url, branch: 'nope' })).toMatchObject({ code: 'not_found' });
  expect(await told({ url: `${url}-not-there` })).toMatchObject({ code: 'not_found' });
});

test('a fetch that is stopped leaves no lock behind, and the next one goes on', async () => {
  const origin = await scratchRepository();
  await origin.commit('first');
  const directory = await tempFolder();
  const stop = new AbortController();
  let hang = true;
  const served = await serve(dirname(origin.path), (request) => {
    if (!hang || request.method !== 'POST') return false;
    stop.abort();
    return true;
  });
  const url = `${served.url}/scratch`;
  const began = performance.now();
  const context = { ...contextOf({ url }, directory), signal: stop.signal };
  const stopped = await drain(connector.streams.commits, context, 'acme/web');
  expect(stopped.error).toMatchObject({ code: 'aborted' });
  expect(performance.now() - began).toBeLessThan(20_000);
  hang = false;
  expect(titles(await pull({ url }, directory))).toEqual(['first']);
});

describe('the settings', () => {
  test.each([
    ['https://github.com/acme/web.git'],
    ['https://git.acme.dev:8443/acme/web'],
    ['ssh://git@git.acme.dev:2222/acme/web.git'],
    ['git@github.com:acme/web.git'],
    ['git://git.acme.dev/web.git'],
    ['file:///srv/git/web.git'],
    ['http://localhost:3000/acme/web.git'],
  ])('take %s', (url) => {
    expect(gitSettings.safeParse({ url }).error).toBeUndefined();
  });

  test.each([
    ['http://github.com/acme/web.git', 'https'],
    [`https://ana:${TOKEN}@github.com/acme/web.git`, 'token'],
    [`https://${TOKEN}@github.com/acme/web.git`, 'token'],
    [`ssh://ana:${TOKEN}@git.acme.dev/web.git`, 'token'],
    ['ext::sh -c id', 'https'],
    ['ftp://acme.dev/web.git', 'ftp'],
    ['--upload-pack=id', 'https'],
    ['-x:web.git', 'https'],
    ['../web', 'path'],
    ['C:/code/web', 'path'],
  ])('refuse %s and do not repeat it', (url, word) => {
    const said = JSON.stringify(gitSettings.safeParse({ url }).error?.issues);
    expect(said).toContain(word);
    expect(said).not.toContain(TOKEN);
  });

  test.each([
    [{}, 'give `path` or `url`'],
    [{ path: '.', url: 'https://github.com/acme/web' }, 'not both'],
    [{ path: '.', mirror: 'x' }, 'mirrored'],
    [{ url: 'git@github.com:acme/web.git', token: 'x' }, 'token'],
    [{ url: 'https://github.com/acme/web', user: 'x' }, 'token'],
  ])('%j are refused: %s', (settings, message) => {
    expect(JSON.stringify(gitSettings.safeParse(settings).error?.issues)).toContain(message);
  });
});

test('an address as it is written names no program to git', async () => {
  const origin = await scratchRepository();
  await origin.commit('first');
  const directory = await tempFolder();
  // The user's own configuration may rewrite addresses to any protocol.
  await git(directory, ['init', '-q', '.']);
  vi.stubEnv('GIT_CONFIG_COUNT', '1');
  vi.stubEnv('GIT_CONFIG_KEY_0', `url.ext::sh -c 'touch ${directory}/run' #.insteadOf`);
  vi.stubEnv('GIT_CONFIG_VALUE_0', 'file://');
  try {
    expect((await pull({ url: fileUrl(origin) }, directory)).error).toMatchObject({
      code: 'input',
      message: expect.stringContaining('not allowed'),
    });
  } finally {
    vi.unstubAllEnvs();
  }
  expect(await readdir(directory)).not.toContain('run');
});
