import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { lighthouse } from '../../../connectors/lighthouse/index.ts';
import { findMachine } from '../../../connectors/lighthouse/machine.ts';
import { lighthouseSettings } from '../../../connectors/lighthouse/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { makeTempFolder, tempFolder } from '../../support/temp.ts';
import { testConnector } from '../../support/test-connector.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const DAY = 86_400_000;

/**
 * An executable in place of Lighthouse: it notes its arguments and does `body`, in which `output` is the path of the
 * report and `index` the number of the run. The real one is run in test/browsers.
 */
async function fakeIn(folder: string, body: string): Promise<{ command: string; chrome: string }> {
  const command = join(folder, 'fake-lighthouse');
  const text = `#!${process.execPath}
const fs = require('node:fs');
const { spawn } = require('node:child_process');
const output = process.argv.find((one) => one.startsWith('--output-path=')).slice(14);
const index = Number(/run-(\\d+)/.exec(output)[1]);
const report = (lcp) => fs.writeFileSync(output, JSON.stringify({
  lighthouseVersion: '12.8.2', fetchTime: '2026-11-24T11:0' + index + ':00.000Z', requestedUrl: process.argv[2],
  configSettings: { formFactor: 'mobile' },
  audits: { 'largest-contentful-paint': lcp }, categories: { performance: { score: 0.5 } },
}));
fs.appendFileSync(${JSON.stringify(join(folder, 'asked.txt'))}, JSON.stringify(
  { args: process.argv.slice(2), chrome: process.env.CHROME_PATH, temp: process.env.TMPDIR }) + '\\n');
${body}
`;
  await writeFile(command, text);
  await chmod(command, 0o755);
  return { command, chrome: process.execPath };
}

const MEASURES = `report({ scoreDisplayMode: 'numeric', numericValue: [3000, 1000, 2000][index - 1] });`;

async function pull(
  folder: string,
  page: object,
  cursor: string | null = null,
  now = NOW,
  signal?: AbortSignal,
) {
  const settings = lighthouseSettings.parse({ run: [{ url: 'http://localhost:8080/', ...page }] });
  const context = pullContext(settings, {
    directory: folder,
    now: () => now,
    ...(signal ? { signal } : {}),
  });
  const pulled = await drain(lighthouse.streams.run, context, 'http://localhost:8080/', cursor);
  return { ...pulled, samples: pulled.records as readonly Sample[], warnings: context.warnings };
}

async function askedOf(folder: string): Promise<{ args: string[]; chrome: string; temp: string }[]> {
  const text = await readFile(join(folder, 'asked.txt'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

async function exists(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}

describe('Lighthouse on this machine', () => {
  test('every run is a sample, and its folder is gone', async () => {
    const folder = await tempFolder();
    const fake = await fakeIn(folder, MEASURES);
    const { samples, batches, error } = await pull(folder, fake);
    expect(error).toBeNull();
    expect(batches).toHaveLength(3);
    const lcp = samples.filter(({ series }) => series === 'lighthouse-lcp');
    expect(lcp.map(({ value }) => value)).toEqual([3000, 1000, 2000]);
    const asked = await askedOf(folder);
    expect(asked[0]?.chrome).toBe(process.execPath);
    expect(asked[0]?.args.join(' ')).not.toContain('--no-sandbox');
    for (const { temp } of asked) expect(await exists(temp)).toBe(false);
  });

  test('the sandbox is off only where the settings say so', async () => {
    const folder = await tempFolder();
    const fake = await fakeIn(folder, MEASURES);
    await pull(folder, { ...fake, runs: 1, sandbox: false, preset: 'desktop' });
    const [asked] = await askedOf(folder);
    expect(asked?.args).toContain('--preset=desktop');
    expect(asked?.args.find((one) => one.startsWith('--chrome-flags='))).toContain('--no-sandbox');
  });

  test('it measures again after a day, and goes on where it was stopped', async () => {
    const folder = await tempFolder();
    const fake = await fakeIn(folder, MEASURES);
    const { batches, cursor } = await pull(folder, fake);
    expect((await pull(folder, fake, cursor, NOW + DAY / 2)).batches).toEqual([]);
    expect((await pull(folder, fake, cursor, NOW + DAY)).batches).toHaveLength(3);
    const stopped = batches[0]?.cursor ?? null;
    expect((await pull(folder, fake, stopped, NOW + 60_000)).batches).toHaveLength(2);
  });

  test('two pages are never measured side by side', async () => {
    const folder = await tempFolder();
    const lock = join(folder, 'lock');
    const fake = await fakeIn(
      folder,
      `fs.mkdirSync(${JSON.stringify(lock)}); setTimeout(() => { fs.rmdirSync(${JSON.stringify(lock)}); ${MEASURES} }, 100);`,
    );
    const both = await Promise.all([pull(folder, { ...fake, runs: 2 }), pull(folder, { ...fake, runs: 2 })]);
    expect(both.map(({ error }) => error)).toEqual([null, null]);
  });

  test('a run without an LCP gives no sample of it, and says so', async () => {
    const folder = await tempFolder();
    const fake = await fakeIn(folder, `report({ scoreDisplayMode: 'error', errorMessage: 'NO_LCP' });`);
    const { samples, warnings, error } = await pull(folder, { ...fake, runs: 1 });
    expect(error).toBeNull();
    expect(samples.map(({ series }) => series)).toEqual(['lighthouse-performance']);
    expect(warnings.join()).toContain('lighthouse-lcp: NO_LCP');
  });

  test('a run that ends without a report is an error with its last words', async () => {
    const folder = await tempFolder();
    const fake = await fakeIn(folder, `console.error('Unable to connect to Chrome'); process.exit(1);`);
    const { error, samples } = await pull(folder, fake);
    expect(error).toMatchObject({ code: 'server' });
    expect((error as Error).message).toContain(
      'ended with 1 and without a report: Unable to connect to Chrome',
    );
    expect(samples).toEqual([]);
  });

  const HANGS = `
    const profile = process.env.TMPDIR + '/lighthouse.profile';
    fs.mkdirSync(profile);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    fs.writeFileSync(profile + '/chrome.pid', String(child.pid));
    fs.writeFileSync(process.argv[1] + '.pids', process.pid + ' ' + child.pid);
    setInterval(() => {}, 1000);`;

  async function expectEnded(command: string): Promise<void> {
    const pids = (await readFile(`${command}.pids`, 'utf8')).split(' ').map(Number);
    expect(pids).toHaveLength(2);
    const alive = () => pids.filter((pid) => isRunning(pid));
    for (let tries = 0; tries < 50 && alive().length > 0; tries++) await sleep(100);
    expect(alive()).toEqual([]);
  }

  test('a run that takes too long is ended, its browser with it', async () => {
    const folder = await tempFolder();
    const fake = await fakeIn(folder, HANGS);
    const { error } = await pull(folder, { ...fake, timeout: '2s' });
    expect(error).toMatchObject({ code: 'timeout' });
    await expectEnded(fake.command);
    const [asked] = await askedOf(folder);
    expect(await exists(asked?.temp ?? folder)).toBe(false);
  });

  test('a stop by the user ends it, its browser with it', async () => {
    const folder = await tempFolder();
    const fake = await fakeIn(folder, HANGS);
    const stop = new AbortController();
    const pulled = pull(folder, fake, null, NOW, stop.signal);
    while (!(await readdir(folder)).includes('fake-lighthouse.pids')) await sleep(50);
    stop.abort();
    expect((await pulled).error).toMatchObject({ code: 'aborted' });
    await expectEnded(fake.command);
  });
});

/** A process that ended and waits for its parent to notice is not running. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return true;
}

describe('what measures', () => {
  const page = (settings: object) => {
    const [first] = lighthouseSettings.parse({ run: [{ url: 'http://localhost/', ...settings }] }).run ?? [];
    if (!first) throw new Error('there is one');
    return first;
  };

  test('Lighthouse is found in node_modules/.bin above the configuration, Chrome in PATH', async () => {
    const folder = await tempFolder();
    const bin = join(folder, 'node_modules', '.bin');
    const config = join(folder, 'config');
    await mkdir(bin, { recursive: true });
    await mkdir(config);
    for (const name of [join(bin, 'lighthouse'), join(folder, 'chromium')]) {
      await writeFile(name, '');
      await chmod(name, 0o755);
    }
    expect(await findMachine(page({}), config, { PATH: folder })).toEqual({
      lighthouse: join(bin, 'lighthouse'),
      chrome: join(folder, 'chromium'),
    });
  });

  test.each([
    ['no Lighthouse', { command: './none' }, 'There is no Lighthouse'],
    ['no Chrome', { command: process.execPath }, 'There is no Chrome on this machine'],
    [
      'no Chrome where the settings say',
      { command: process.execPath, chrome: '/none' },
      'no Chrome at `/none`',
    ],
  ])('%s is an error that says what to install', async (_, settings, words) => {
    const folder = await tempFolder();
    const found = findMachine(page(settings), folder, { PATH: folder });
    await expect(found).rejects.toMatchObject({ code: 'input', message: expect.stringContaining(words) });
  });
});

testConnector(lighthouse, {
  name: 'run',
  network: false,
  secrets: [],
  async prepare() {
    const folder = await makeTempFolder();
    const fake = await fakeIn(folder.path, MEASURES);
    const run = { ...fake, url: 'http://localhost:8080/' };
    return {
      settings: lighthouseSettings.parse({
        run: [run, { ...run, url: 'http://localhost:8080/shop', runs: 1 }],
      }),
      start: 0,
      directory: folder.path,
      dispose: folder.dispose,
    };
  },
});
