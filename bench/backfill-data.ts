import Database from 'better-sqlite3';
import { createRandom } from '../src/demo/random.ts';
import type { Ticket } from '../src/domain/records.ts';
import { DAY, HOUR } from '../src/domain/time.ts';
import { openStore } from '../src/store/index.ts';
import { CYCLE, KEY, REACH } from './backfill-rule.ts';
import { report, timed } from './child.ts';
import { TICKET } from './template.ts';

/**
 * Adds so many resolved tickets to a database: `inside` the span that the windows reach, or `before` it. The first
 * goes through the store; the others are copies of its row by SQL, with ids, creation and resolution of their own.
 */
const [path = '', place = '', count = '0'] = process.argv.slice(2);
const LONGEST_LEAD = 60 * DAY;

const sample: Ticket = {
  ...TICKET,
  createdAt: REACH.from - 2 * LONGEST_LEAD,
  updatedAt: REACH.from - LONGEST_LEAD,
  resolvedAt: REACH.from - LONGEST_LEAD,
};

async function prepare(): Promise<void> {
  const store = await openStore({ path, now: Date.now });
  await store.setMembers(
    { id: KEY.source, kind: 'github' },
    { name: KEY.stream, yields: ['ticket'], memberField: 'repository' },
    [{ id: KEY.member, title: KEY.member }],
  );
  await store.commitBatch(KEY, { records: [sample], cursor: null });
  await store.completeMember(KEY, CYCLE.to, 0);
  await store.close();
}

/** In the order of their creation, as a tracker that is synced while it lives has them. */
function ticketTimes(
  span: { from: number; to: number },
  total: number,
): { created: number; resolved: number }[] {
  const random = createRandom(place === 'inside' ? 20_251_001 : 20_250_903);
  const times: { created: number; resolved: number }[] = [];
  for (let i = 0; i < total; i++) {
    const resolved = Math.floor(span.from + random.next() * (span.to - span.from));
    // Log-normal about two days, as lead times are: many short, a few very long.
    const lead = Math.min(LONGEST_LEAD, random.logNormal(48 * HOUR, 1.1));
    times.push({ created: Math.floor(resolved - lead), resolved });
  }
  return times.sort((a, b) => a.created - b.created);
}

function fill(total: number): void {
  const db = new Database(path);
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -262144');
  const template = "FROM tickets WHERE ext_id = 'template'";
  const row = db.prepare(`SELECT * ${template}`).get() as Record<string, unknown>;
  const own: Readonly<Record<string, string>> = {
    id: 'NULL',
    ext_id: "'I_' || @number",
    key: "'acme/web#' || @number",
    created_at: '@created',
    updated_at: '@resolved',
    resolved_at: '@resolved',
  };
  const quoted = (column: string) =>
    db.prepare(`SELECT quote("${column}") ${template}`).pluck().get() as string;
  const values = Object.keys(row).map((column) => own[column] ?? quoted(column));
  const insert = db.prepare(`INSERT INTO tickets VALUES (${values.join(', ')})`);
  const span = place === 'inside' ? REACH : { from: REACH.from - 120 * DAY, to: REACH.from };
  const first = db.prepare('SELECT max(id) FROM tickets').pluck().get() as number;
  db.transaction(() => {
    for (const [i, { created, resolved }] of ticketTimes(span, total).entries()) {
      insert.run({ number: first + i, created, resolved });
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

const { ms } = await timed(async () => {
  await prepare();
  fill(Number(count));
});
report({ ms });
