import Database from 'better-sqlite3';
import type { Ticket } from '../src/domain/records.ts';
import { DAY, HOUR } from '../src/domain/time.ts';
import { openStore } from '../src/store/index.ts';
import { CYCLE, KEY, REACH } from './backfill-rule.ts';
import { report, timed } from './child.ts';

/**
 * Adds so many resolved tickets to a database: `inside` the span that the windows reach, or `before` it. The first
 * goes through the store; the others are copies of its row by SQL, with ids, creation and resolution of their own.
 */
const [path = '', place = '', count = '0'] = process.argv.slice(2);
const LONGEST_LEAD = 60 * DAY;

const sample: Ticket = {
  recordType: 'ticket',
  id: 'template',
  key: 'acme/web#0',
  title: 'The start page shows a wrong total when the basket is empty',
  url: 'https://github.com/acme/web/issues/0',
  repository: 'acme/web',
  project: null,
  type: 'Bug',
  status: 'closed',
  statusCategory: 'done',
  resolution: 'completed',
  subtask: false,
  labels: ['bug', 'area: web'],
  milestone: '2025.4',
  versions: [],
  components: [],
  sprint: null,
  estimate: null,
  parent: null,
  author: 'ana',
  authorIsBot: false,
  assignee: null,
  firstResponseAt: null,
  responsesRead: false,
  closedBy: [],
  createdAt: REACH.from - 2 * LONGEST_LEAD,
  updatedAt: REACH.from - LONGEST_LEAD,
  resolvedAt: REACH.from - LONGEST_LEAD,
  history: null,
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

/** Park and Miller's generator: the same lead times on every machine. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** In the order of their creation, as a tracker that is synced while it lives has them. */
function ticketTimes(
  span: { from: number; to: number },
  total: number,
): { created: number; resolved: number }[] {
  const random = createRandom(place === 'inside' ? 20_251_001 : 20_250_903);
  const times: { created: number; resolved: number }[] = [];
  for (let i = 0; i < total; i++) {
    const resolved = Math.floor(span.from + random() * (span.to - span.from));
    // Log-normal about two days, as lead times are: many short, a few very long.
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const lead = Math.min(LONGEST_LEAD, Math.exp(Math.log(48) + 1.1 * normal) * HOUR);
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
