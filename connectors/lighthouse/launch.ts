import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { durationMs } from '../durations.ts';
import { ConnectorError } from '../errors.ts';
import { readText } from '../files.ts';
import { abortedError } from '../http.ts';
import type { Machine } from './machine.ts';
import type { RunPage } from './settings.ts';

const MAX_REPORT = 200 * 2 ** 20;
/** What is kept of the words of Lighthouse for a message. */
const MAX_WORDS = 4_000;
/** Quiet a browser that would otherwise fetch updates of its own while it measures. */
const CHROME_FLAGS = [
  '--headless=new',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/**
 * Runs Lighthouse once and gives its report, as text. It works in a folder of its own, which is removed; when the
 * signal or the time limit ends it, its Chrome ends with it.
 */
export async function launch(
  page: RunPage,
  { lighthouse, chrome }: Machine,
  index: number,
  signal: AbortSignal,
): Promise<string> {
  const endpoint = `lighthouse ${page.url}`;
  if (signal.aborted) throw abortedError(endpoint);
  const folder = await mkdtemp(join(tmpdir(), 'krsync-lh-'));
  const output = join(folder, `run-${index}.report.json`);
  const flags = [...CHROME_FLAGS, ...(page.sandbox ? [] : ['--no-sandbox'])];
  try {
    const ended = await runToEnd({
      file: lighthouse,
      args: [
        page.url,
        '--output=json',
        `--output-path=${output}`,
        '--quiet',
        '--no-enable-error-reporting',
        '--only-categories=performance,accessibility,best-practices,seo',
        `--chrome-flags=${flags.join(' ')}`,
        ...(page.preset === 'desktop' ? ['--preset=desktop'] : []),
      ],
      // Chrome's profile, and the file that tells its process, lie in there too.
      environment: { ...process.env, CHROME_PATH: chrome, TMPDIR: folder },
      timeoutMs: durationMs(page.timeout),
      signal,
      folder,
    });
    if (signal.aborted) throw abortedError(endpoint);
    if (ended.timedOut) {
      throw new ConnectorError({
        code: 'timeout',
        message: `Lighthouse did not end in time (${page.timeout})`,
        endpoint,
        remedy: 'Raise `timeout`, or measure on a quicker machine; the next run tries again',
      });
    }
    const written = (await readdir(folder)).includes(`run-${index}.report.json`);
    // A run that failed may have written a report that says why.
    if (written) return await readText(output, MAX_REPORT, signal);
    throw noReport(page, endpoint, ended);
  } finally {
    await endChromes(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

interface Ended {
  readonly code: number | null;
  readonly words: string;
  readonly timedOut: boolean;
}

interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly folder: string;
}

function runToEnd({ file, args, environment, timeoutMs, signal, folder }: Program): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that what it starts can be ended with it.
    const child = spawn(file, args, {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let words = '';
    let timedOut = false;
    const end = () => {
      if (child.pid !== undefined) endGroup(child.pid);
      void endChromes(folder);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, timeoutMs);
    signal.addEventListener('abort', end);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      words = (words + text).slice(-MAX_WORDS);
    });
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    // Not `close`: a Chrome that lives on would keep the pipe open.
    child.on('exit', (code) => {
      settle();
      child.stderr.destroy();
      resolve({ code, words, timedOut });
    });
  });
}

/** chrome-launcher starts Chrome in a group of its own and writes its process id beside the profile. */
async function endChromes(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, name, 'chrome.pid'), 'utf8').catch(() => '');
    const pid = Number.parseInt(text, 10);
    if (pid > 1) endGroup(pid);
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function noReport(page: RunPage, endpoint: string, { code, words }: Ended): ConnectorError {
  const lines = words.split('\n').map((line) => line.trim());
  const said = lines.findLast((line) => line !== '' && !line.startsWith('at '))?.slice(0, 300);
  const unreached = /connect to Chrome|No usable sandbox|ECONNREFUSED/i.test(words);
  const asRoot = process.getuid?.() === 0 && page.sandbox;
  return new ConnectorError({
    code: 'server',
    message: `Lighthouse ended with ${code ?? 'a signal'} and without a report${said ? `: ${said}` : ''}`,
    endpoint,
    remedy:
      unreached && asRoot
        ? 'Chrome refuses to start as root with its sandbox: run krsync as another user, or set `sandbox: false`'
        : 'Run the same command by hand; the next run tries again',
  });
}
