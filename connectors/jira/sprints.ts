import * as z from 'zod';
import type { RecordRef, Sprint } from '../../src/domain/records.ts';
import type { Batch, PullContext, Stream } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { JiraClient } from './client.ts';
import { boardPageSchema, type SprintRow, sprintPageSchema, sprintSchema } from './schemas.ts';
import { projectMembers } from './scopes.ts';
import { baseUrl, type JiraSettings, reconcileEveryMs } from './settings.ts';

const board = z.object({
  id: z.number(),
  name: z.string(),
  /** How many closed sprints stand before the others: those do not change any more. */
  closed: z.number(),
  open: z.array(z.string()),
});
type Board = z.infer<typeof board>;
const cursorSchema = z.object({ readAt: z.number(), boards: z.array(board) });

const AGILE = '/rest/agile/1.0';
const PAGE = 50;

/** The sprints of the boards of the projects, where `sprints` is not unset. */
export const sprints: Stream<JiraSettings> = {
  yields: ['sprint'],
  version: 1,
  memberField: 'project',
  async *members(context) {
    if (context.settings.sprints) yield* projectMembers(context);
  },
  pull,
};

/** Boards, and sprints that were closed before, are looked at as often as keys are compared; the others every time. */
async function* pull(
  context: PullContext<JiraSettings>,
  project: string,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const { openClient } = await import('./client.ts');
  const client = openClient(context);
  const known = readCursor(cursorSchema, cursor);
  const now = context.now();
  const recent = known !== null && now - known.readAt < reconcileEveryMs(context.settings) ? known : null;
  const boards = recent?.boards ?? (await boardsOf(client, project));

  const records = new Map<string, Sprint>();
  const removed: RecordRef[] = [];
  const after: Board[] = [];
  for (const one of boards) {
    const read = await sprintsFrom(client, one);
    if (read === null) continue;
    const own = read.rows.filter(({ originBoardId }) => (originBoardId ?? one.id) === one.id);
    for (const row of own) records.set(row.id, sprintOf(row, one, project, context.settings));
    for (const id of one.open.filter((open) => !records.has(open))) {
      // Open before, and on the list no more: closed among older ones, or deleted.
      const row = await sprintById(client, id);
      if (row === null) removed.push({ recordType: 'sprint', id });
      else records.set(id, sprintOf(row, one, project, context.settings));
    }
    const open = own.filter(({ state }) => state !== 'closed').map(({ id }) => id);
    after.push({ id: one.id, name: one.name, closed: read.closed, open });
  }
  if (recent === null) {
    for (const id of await context.storedIds('sprint')) {
      if (!records.has(id)) removed.push({ recordType: 'sprint', id });
    }
  }
  yield {
    records: [...records.values()],
    removed,
    cursor: JSON.stringify({ readAt: recent?.readAt ?? now, boards: after }),
  };
}

async function boardsOf(client: JiraClient, project: string): Promise<Board[]> {
  const boards: Board[] = [];
  for (let startAt = 0; ; ) {
    const { data, endpoint } = await client.get(AGILE, '/board', {
      projectKeyOrId: project,
      startAt,
      maxResults: PAGE,
    });
    const page = parseAnswer(boardPageSchema, data, endpoint);
    for (const { id, name, type, location } of page.values) {
      // A board of another project shows these issues too; its sprints are that project's.
      const elsewhere = location !== null && location.toUpperCase() !== project.toUpperCase();
      if (type !== 'kanban' && !elsewhere) boards.push({ id, name, closed: 0, open: [] });
    }
    startAt += page.values.length;
    if (page.isLast !== false || page.values.length === 0) return boards;
  }
}

/** Closed sprints come first. Null for a board that has no sprints, as some of the simple ones. */
async function sprintsFrom(
  client: JiraClient,
  { id, closed }: Board,
): Promise<{ rows: readonly SprintRow[]; closed: number } | null> {
  const rows: SprintRow[] = [];
  for (;;) {
    const query = { startAt: closed + rows.length, maxResults: PAGE };
    const answer = await client.get(AGILE, `/board/${id}/sprint`, query).catch((error: unknown) => {
      if (error instanceof ConnectorError && error.status === 400) return null;
      throw error;
    });
    if (answer === null) return null;
    const page = parseAnswer(sprintPageSchema, answer.data, answer.endpoint);
    rows.push(...page.values);
    if (page.isLast !== false || page.values.length === 0) break;
  }
  return { rows, closed: closed + rows.filter(({ state }) => state === 'closed').length };
}

async function sprintById(client: JiraClient, id: string): Promise<SprintRow | null> {
  try {
    const { data, endpoint } = await client.get(AGILE, `/sprint/${id}`);
    return parseAnswer(sprintSchema, data, endpoint);
  } catch (error) {
    if (error instanceof ConnectorError && error.status === 404) return null;
    throw error;
  }
}

function sprintOf(row: SprintRow, { id, name }: Board, project: string, settings: JiraSettings): Sprint {
  return {
    recordType: 'sprint',
    id: row.id,
    key: row.name,
    title: row.name,
    url: `${baseUrl(settings)}/secure/RapidBoard.jspa?rapidView=${id}`,
    project,
    board: name,
    name: row.name,
    goal: row.goal === '' ? null : row.goal,
    state: row.state === 'closed' || row.state === 'active' ? row.state : 'future',
    startAt: row.startDate,
    endAt: row.endDate,
    completedAt: row.completeDate,
  };
}
