import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { UsageError } from '../../app.ts';
import { generateCompany } from '../../demo/company.ts';
import { startGitHubStandIn } from '../../demo/github/index.ts';
import { generateTracker, startJiraStandIn } from '../../demo/jira/index.ts';
import { writeReports } from '../../demo/reports.ts';
import type { Instant } from '../../domain/records.ts';
import { addDays, localDate } from '../../domain/time.ts';
import { EXIT, type ExitCode, type Io, print, printError } from '../io.ts';
import { packageRoot } from '../package.ts';
import type { GlobalFlags } from '../session.ts';
import { reportCommand } from './report.ts';
import { updateCommand } from './update.ts';

const SEED = 2026;
const WEEKS = 13;
/** Of the cycle, so that it is about two thirds over whenever the demo runs. */
const DAYS_BEFORE = 61;
const DAYS_AFTER = 30;
const TOKEN = 'demo-token';
const EMAIL = 'demo@acme.dev';
const ZONE = 'Europe/Stockholm';
/** Says that a folder is the demo's own and may be made anew. */
const MARK = '.krsync-demo';

/** Plays the main job against stand-ins of GitHub and Jira over loopback, and leaves everything it made to look at. */
export async function demoCommand(io: Io, flags: GlobalFlags, directory: string): Promise<ExitCode> {
  const folder = resolve(io.cwd, directory);
  makeFolder(folder);
  const now = io.now();
  printError(
    io,
    `A made-up company with ${WEEKS} weeks of history, served by stand-ins of GitHub and Jira on this machine.`,
  );
  const standIns = await startStandIns(folder, now, io.now);
  const stopped = () => void standIns.close();
  io.signal.addEventListener('abort', stopped, { once: true });
  try {
    writeConfiguration(folder, standIns, now);
    const own = { ...flags, config: join(folder, 'config'), json: false };
    const { database: _elsewhere, asOf: _never, ...demoFlags } = own;
    const code = await updateCommand({ ...io, env: withoutDatabase(io.env) }, demoFlags);
    if (io.signal.aborted) return EXIT.interrupted;
    for (const name of ['report.md', 'report.html']) {
      await reportCommand(io, demoFlags, { output: join(folder, name) });
    }
    print(io, whatNext(io, folder));
    return code;
  } finally {
    io.signal.removeEventListener('abort', stopped);
    await standIns.close();
  }
}

interface StandIns {
  readonly github: string;
  readonly jira: string;
  close(): Promise<void>;
}

/** The same company in each of its tools. */
async function startStandIns(folder: string, now: Instant, clock: () => Instant): Promise<StandIns> {
  const made = { seed: SEED, now, weeks: WEEKS };
  const company = generateCompany(made);
  writeReports(company, join(folder, 'reports'));
  const github = await startGitHubStandIn({ company, token: TOKEN, now: clock });
  try {
    const tracker = generateTracker({ ...made, zone: ZONE });
    const credentials = `${EMAIL}:${TOKEN}`;
    const jira = await startJiraStandIn({ tracker, dialect: 'cloud', credentials, now: clock });
    return {
      github: github.url,
      jira: jira.url,
      close: async () => void (await Promise.all([github.close(), jira.close()])),
    };
  } catch (error) {
    await github.close();
    throw error;
  }
}

function makeFolder(folder: string): void {
  if (existsSync(folder)) {
    const names = readdirSync(folder);
    if (names.length > 0 && !names.includes(MARK)) {
      throw new UsageError(`${folder} is not a folder of the demo: name another with --directory`);
    }
    rmSync(folder, { recursive: true });
  }
  mkdirSync(join(folder, 'config'), { recursive: true });
  writeFileSync(join(folder, MARK), 'Made by `krsync demo`, which makes this folder anew each time.\n');
}

function writeConfiguration(folder: string, { github, jira }: StandIns, now: Instant): void {
  const shipped = join(packageRoot(), 'config/demo');
  for (const name of readdirSync(shipped)) {
    copyFileSync(join(shipped, name), join(folder, 'config', basename(name)));
  }
  const today = localDate(now, ZONE);
  const variables = {
    DEMO_TIMEZONE: ZONE,
    DEMO_SINCE: addDays(today, -7 * WEEKS),
    DEMO_CYCLE_START: addDays(today, -DAYS_BEFORE),
    DEMO_CYCLE_END: addDays(today, DAYS_AFTER),
    DEMO_GITHUB_URL: github,
    DEMO_GITHUB_TOKEN: TOKEN,
    DEMO_JIRA_URL: jira,
    DEMO_JIRA_EMAIL: EMAIL,
    DEMO_JIRA_TOKEN: TOKEN,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(folder, 'config/.env'), lines.join(''));
  const clone = packageRoot();
  if (existsSync(join(clone, '.git'))) writeFileSync(join(folder, 'config/own-clone.yaml'), ownClone(clone));
}

/** The clone that the demo runs from is a real source too. */
function ownClone(path: string): string {
  return `# This clone's own history: the one source here that is not made up.
sources:
  - { id: krsync, kind: git, path: ${JSON.stringify(path)}, repository: krsync/krsync }
objectives:
  - id: readable-history
    title: krsync itself is built in steps that can be read
    owner: you
    team: krsync
    focusArea: Code health
    keyResults:
      - id: small-commits
        title: Keep the median commit under 1,500 counted lines
        metric: { measure: line-impact, source: krsync, aggregate: median, window: 28d }
        keep: { max: 1500, for: 80% }
      - id: no-giants
        title: Keep nine commits of ten under 5,000 counted lines
        metric: { measure: line-impact, source: krsync, aggregate: p90, window: 28d }
        keep: { max: 5000, for: 80% }
`;
}

function withoutDatabase(env: Io['env']): Io['env'] {
  const { KRSYNC_DATABASE: _elsewhere, ...rest } = env;
  return rest;
}

function whatNext(io: Io, folder: string): string {
  const shown = relative(io.cwd, folder) || '.';
  const config = join(shown, 'config');
  // In a clone nothing is installed under the name yet.
  const inClone = existsSync(join(packageRoot(), 'src'));
  const krsync = inClone ? `node ${relative(io.cwd, join(packageRoot(), 'bin/krsync.js'))}` : 'krsync';
  return `
  Database  ${join(shown, 'krsync.db')}  (its v_… views are for SQL: sqlite3 ${join(shown, 'krsync.db')} '.tables v_%')
  Report    ${join(shown, 'report.html')}  (one page for a browser; ${join(shown, 'report.md')} for a pull request)
  Config    ${config}

Look closer, offline:
  ${krsync} explain cycle-time --config ${config}
  ${krsync} history lcp --config ${config}
  ${krsync} backtest --config ${config}
  ${krsync} status --json --config ${config}`;
}
