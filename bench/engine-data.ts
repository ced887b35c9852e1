import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createRandom } from '../src/demo/random.ts';
import type { PullRequest, Ticket } from '../src/domain/records.ts';
import { DAY, HOUR } from '../src/domain/time.ts';
import { openStore } from '../src/store/index.ts';
import { report, timed } from './child.ts';
import { CYCLE, HISTORY, MEMBER, TEAMS, TYPES, writeConfiguration } from './engine-config.ts';
import { TICKET } from './template.ts';

/**
 * Makes a folder with a configuration of fifty key results and a database of so many tickets, a fifth as many pull
 * requests and as many transitions as tickets. One of each goes through the store; the others are copies of its row by
 * SQL, with times and fields of their own.
 */
const [folder = '', count = '0'] = process.argv.slice(2);
const LONGEST = 60 * DAY;
const STREAMS = [
  { name: 'issues', yields: ['ticket'], memberField: 'repository' },
  { name: 'pull_requests', yields: ['pull_request'], memberField: 'repository' },
] as const;

const ticket: Ticket = { ...TICKET, repository: MEMBER, responsesRead: true, history: [] };
const pull: PullRequest = {
  recordType: 'pull_request',
  id: TICKET.id,
  title: TICKET.title,
  url: TICKET.url,
  key: 'acme/web#0',
  repository: MEMBER,
  number: 0,
  state: 'merged',
  draft: false,
  labels: [],
  milestone: null,
  baseBranch: 'main',
  author: 'ana',
  bot: false,
  createdAt: 0,
  updatedAt: 0,
  readyAt: null,
  firstCommitAt: 0,
  mergedAt: 0,
  closedAt: 0,
  mergeCommit: null,
  additions: 0,
  deletions: 0,
  changedFiles: 1,
  lineImpact: 0,
  testsTouched: null,
  reviews: [],
  history: [],
};

async function prepare(path: string): Promise<void> {
  const store = await openStore({ path, now: Date.now });
  for (const stream of STREAMS) {
    await store.setMembers({ id: 'gh', kind: 'github' }, stream, [{ id: MEMBER, title: MEMBER }]);
    const key = { source: 'gh', stream: stream.name, member: MEMBER };
    await store.commitBatch(key, { records: [stream.name === 'issues' ? ticket : pull], cursor: null });
    await store.completeMember(key, CYCLE.to, 0);
  }
  await store.close();
}

const random = createRandom(20_251_001);

/** When things of so many began and ended, in the order of their beginning; a tenth has not ended yet. */
function* lives(total: number): Iterable<{ begun: number; ended: number | null; share: number }> {
  const step = (HISTORY.to - HISTORY.from) / total;
  for (let i = 0; i < total; i++) {
    const begun = Math.floor(HISTORY.from + i * step);
    // Log-normal about two days: many short, a few very long.
    const ended = Math.floor(begun + Math.min(LONGEST, random.logNormal(48 * HOUR, 1.1)));
    yield { begun, ended: ended < HISTORY.to ? ended : null, share: random.next() };
  }
}

/** An INSERT of the template's row, with these columns by parameters. */
function copier(db: Database.Database, table: string, own: Readonly<Record<string, string>>) {
  const row = db.prepare(`SELECT * FROM ${table} WHERE ext_id = 'template'`).get() as Record<string, unknown>;
  const quoted = (column: string) =>
    db.prepare(`SELECT quote("${column}") FROM ${table} WHERE ext_id = 'template'`).pluck().get() as string;
  const values = Object.keys(row).map((column) => own[column] ?? quoted(column));
  return db.prepare(`INSERT INTO ${table} VALUES (${values.join(', ')})`);
}

function fill(path: string, total: number): void {
  const db = new Database(path);
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -262144');
  const names = {
    id: 'NULL',
    ext_id: "'I_' || @number",
    key: "'acme/web#' || @number",
    created_at: '@begun',
  };
  const tickets = copier(db, 'tickets', {
    ...names,
    type: '@type',
    updated_at: 'coalesce(@ended, @begun)',
    resolved_at: '@ended',
    resolution: "CASE WHEN @ended IS NULL THEN NULL ELSE 'completed' END",
    status_category: "CASE WHEN @ended IS NULL THEN 'new' ELSE 'done' END",
    history_count: '@turns',
  });
  const turn = db.prepare(
    'INSERT INTO ticket_changes (record_id, seq, field, at, from_value, to_value) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const pulls = copier(db, 'pull_requests', {
    ...names,
    number: '@number',
    author: '@author',
    updated_at: 'coalesce(@ended, @begun)',
    first_commit_at: '@begun - 3600000',
    state: "CASE WHEN @ended IS NULL THEN 'open' ELSE 'merged' END",
    merged_at: '@ended',
    closed_at: '@ended',
    additions: '@lines',
  });
  db.transaction(() => {
    let number = 0;
    for (const { begun, ended, share } of lives(total)) {
      number++;
      const type = TYPES[Math.floor(share * TYPES.length)];
      // Every other one passes through "in progress": a transition a ticket, all together.
      const turns = number % 2 === 0 && ended !== null ? 2 : 0;
      const { lastInsertRowid: id } = tickets.run({ number, begun, ended, type, turns });
      if (turns === 0 || ended === null) continue;
      const doing = Math.floor(begun + share * (ended - begun));
      turn.run(id, 0, 'statusCategory', doing, '"new"', '"in_progress"');
      turn.run(id, 1, 'statusCategory', ended, '"in_progress"', '"done"');
    }
    for (const { begun, ended, share } of lives(Math.round(total / 5))) {
      number++;
      const author = TEAMS[Math.floor(share * TEAMS.length)];
      pulls.run({ number, begun, ended, author, lines: Math.floor(1000 * share * share) });
    }
    for (const table of ['tickets', 'pull_requests'])
      db.exec(`DELETE FROM ${table} WHERE ext_id = 'template'`);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

const { ms } = await timed(async () => {
  writeConfiguration(join(folder, 'config'));
  const path = join(folder, 'krsync.db');
  await prepare(path);
  fill(path, Number(count));
});
report({ ms });
