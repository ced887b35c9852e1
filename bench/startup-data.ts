import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { main } from '../src/cli/main.ts';
import { generateCompany } from '../src/demo/company.ts';
import { startGitHubStandIn } from '../src/demo/github/index.ts';
import { writeReports } from '../src/demo/reports.ts';
import { report, timed } from './child.ts';
import { DAYS, writeConfiguration } from './startup-config.ts';

/** Makes a folder as `krsync update` and `krsync backfill` leave it: configuration, reports and database. */
const [folder = '', teams = '0'] = process.argv.slice(2);
const TOKEN = 'bench-token';

async function krsync(...args: string[]): Promise<void> {
  const output = new PassThrough();
  const written = text(output);
  const code = await main(
    [...args, '--config', join(folder, 'config')],
    {
      stdout: output,
      stderr: output,
      env: {},
      cwd: folder,
      now: Date.now,
      signal: new AbortController().signal,
    },
    '0.0.0',
  );
  output.end();
  if (code !== 0) throw new Error(`krsync ${args.join(' ')} ended with ${code}:\n${await written}`);
}

async function make(): Promise<void> {
  const now = Date.now();
  const company = generateCompany({ seed: 2026, now, weeks: 18 });
  writeReports(company, join(folder, 'reports'));
  const standIn = await startGitHubStandIn({ company, token: TOKEN });
  try {
    writeConfiguration(join(folder, 'config'), { teams: Number(teams), url: standIn.url, token: TOKEN, now });
    await krsync('update');
    await krsync('backfill');
  } finally {
    await standIn.close();
  }
}

/** Every key result has a check-in of nearly every ended day: the quality gate may hold back one or two. */
function countCheckIns(): number {
  const db = new Database(join(folder, 'krsync.db'), { readonly: true });
  const counts = db
    .prepare('SELECT count(*) FROM check_ins GROUP BY objective_id, key_result_id')
    .pluck()
    .all() as number[];
  db.close();
  if (counts.length !== Number(teams) * 10 || counts.some((days) => days < 0.95 * DAYS)) {
    throw new Error(`${counts.length} key results have ${Math.min(...counts)} check-ins or more`);
  }
  return counts.reduce((sum, days) => sum + days, 0);
}

mkdirSync(folder, { recursive: true });
const { ms } = await timed(make);
report({ ms, checkIns: countCheckIns() });
