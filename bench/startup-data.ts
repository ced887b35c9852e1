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

/** Every key result has a check-in of every ended day. */
function countCheckIns(): number {
  const db = new Database(join(folder, 'krsync.db'), { readonly: true });
  const rows = db
    .prepare('SELECT key_result_id, count(*) AS days FROM check_ins GROUP BY key_result_id')
    .all();
  db.close();
  const counts = (rows as { days: number }[]).map(({ days }) => days);
  if (counts.length !== Number(teams) * 10 || counts.some((days) => days < DAYS)) {
    throw new Error(`${counts.length} key results have ${Math.min(...counts)} check-ins or more`);
  }
  return counts.reduce((a, b) => a + b, 0);
}

mkdirSync(folder, { recursive: true });
const { ms } = await timed(make);
report({ ms, checkIns: countCheckIns() });
