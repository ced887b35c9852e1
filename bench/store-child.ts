import Database from 'better-sqlite3';
import type { Ticket } from '../src/domain/records.ts';
import { openStore } from '../src/store/index.ts';
import { report } from './child.ts';

/**
 * Child process of the store's benchmark: stores so many tickets in batches, through the store or by a bare loop of
 * prepared inserts into the same tables, and prints the time it took and the peak of its memory as JSON.
 */
const BATCH = 500;
const HOUR = 3_600_000;
const KEY = { source: 'gh', stream: 'issues', member: 'acme/web' };

/** A ticket as GitHub has them; every second has a history of two changes. */
function ticketOf(number: number): Ticket {
  const createdAt = 1_700_000_000_000 + number * 60_000;
  const resolvedAt = number % 3 === 0 ? null : createdAt + (number % 500) * HOUR;
  const labelled = { field: 'labels', at: createdAt, from: [], to: ['bug', 'area: web'] } as const;
  const moved = { field: 'statusCategory', at: createdAt + HOUR, from: 'new', to: 'in_progress' } as const;
  return {
    recordType: 'ticket',
    id: `I_kwDOAbCdEf4${number.toString(36).padStart(8, '0')}`,
    key: `acme/web#${number}`,
    title: `The start page shows a wrong total when the basket has ${number} items`,
    url: `https://github.com/acme/web/issues/${number}`,
    repository: 'acme/web',
    project: null,
    type: 'Bug',
    status: resolvedAt === null ? 'open' : 'closed',
    statusCategory: resolvedAt === null ? 'new' : 'done',
    resolution: resolvedAt === null ? null : 'completed',
    subtask: false,
    labels: ['bug', 'area: web'],
    milestone: '2026.4',
    versions: [],
    components: [],
    sprint: null,
    estimate: number % 8,
    parent: null,
    author: `person-${number % 40}`,
    authorIsBot: false,
    assignee: null,
    firstResponseAt: null,
    responsesRead: false,
    closedBy: [],
    createdAt,
    updatedAt: resolvedAt ?? createdAt,
    resolvedAt,
    history: number % 2 === 0 ? null : [labelled, moved],
  };
}

function* batches(total: number): Generator<Ticket[]> {
  for (let first = 0; first < total; first += BATCH) {
    yield Array.from({ length: Math.min(BATCH, total - first) }, (_, index) => ticketOf(first + index));
  }
}

/** Milliseconds spent inside `store` alone: making the records up is not part of it. */
async function timed(total: number, store: (batch: Ticket[]) => Promise<void> | void): Promise<number> {
  let spent = 0;
  for (const batch of batches(total)) {
    const began = performance.now();
    await store(batch);
    spent += performance.now() - began;
  }
  return spent;
}

async function throughStore(path: string, total: number): Promise<number> {
  const store = await openStore({ path, now: Date.now });
  await registerMember(store);
  const spent = await timed(total, async (records) => {
    await store.commitBatch(KEY, { records, cursor: records.at(-1)?.id ?? null });
  });
  await store.close();
  return spent;
}

function registerMember(store: Awaited<ReturnType<typeof openStore>>): Promise<void> {
  const stream = { name: KEY.stream, yields: ['ticket'], memberField: 'repository' } as const;
  return store.setMembers({ id: KEY.source, kind: 'github' }, stream, [
    { id: KEY.member, title: KEY.member },
  ]);
}

/** The least that could be done: the same rows into the same tables, nothing compared, nothing checked. */
async function bareLoop(path: string, total: number): Promise<number> {
  const store = await openStore({ path, now: Date.now });
  await registerMember(store);
  await store.close();
  const db = new Database(path);
  db.pragma('synchronous = NORMAL');
  db.pragma('foreign_keys = ON');
  const insert = db.prepare(
    `INSERT INTO tickets (source_id, member_id, ext_id, "key", title, url, repository, project, type, status,
       status_category, resolution, subtask, labels, milestone, versions, components, sprint, estimate, parent, author,
       author_is_bot, assignee, first_response_at, responses_read, closed_by, created_at, updated_at, resolved_at,
       history_count)
     VALUES (${Array(30).fill('?').join(', ')})`,
  );
  const insertChange = db.prepare('INSERT INTO ticket_changes VALUES (?, ?, ?, ?, ?, ?)');
  const moveCursor = db.prepare('UPDATE members SET cursor = ? WHERE id = 1');
  const write = db.transaction((tickets: Ticket[]) => {
    for (const t of tickets) {
      const { lastInsertRowid } = insert.run(
        1,
        1,
        t.id,
        t.key,
        t.title,
        t.url,
        t.repository,
        t.project,
        t.type,
        t.status,
        t.statusCategory,
        t.resolution,
        t.subtask ? 1 : 0,
        JSON.stringify(t.labels),
        t.milestone,
        JSON.stringify(t.versions),
        JSON.stringify(t.components),
        t.sprint,
        t.estimate,
        t.parent,
        t.author,
        t.authorIsBot ? 1 : 0,
        t.assignee,
        t.firstResponseAt,
        t.responsesRead ? 1 : 0,
        JSON.stringify(t.closedBy),
        t.createdAt,
        t.updatedAt,
        t.resolvedAt,
        t.history?.length ?? null,
      );
      for (const [seq, change] of (t.history ?? []).entries()) {
        insertChange.run(
          lastInsertRowid,
          seq,
          change.field,
          change.at,
          JSON.stringify(change.from),
          JSON.stringify(change.to),
        );
      }
    }
    moveCursor.run(tickets.at(-1)?.id);
  });
  const spent = await timed(total, (records) => write.immediate(records));
  db.close();
  return spent;
}

const [side = '', path = '', total = '0'] = process.argv.slice(2);
const ms = await (side === 'store' ? throughStore(path, Number(total)) : bareLoop(path, Number(total)));
const rows = new Database(path, { readonly: true }).prepare('SELECT count(*) FROM tickets').pluck().get();
if (rows !== Number(total)) throw new Error(`${String(rows)} rows were stored instead of ${total}`);
report({ ms });
