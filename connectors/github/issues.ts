import * as z from 'zod';
import type { Instant, Ticket } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import type { GitHubClient } from './client.ts';
import { isSwitchedOff } from './failures.ts';
import { graphqlIssues } from './issues-graphql.ts';
import { restIssues } from './issues-rest.ts';
import { guardSchema, lookForChange, OVERLAP_MS, type Top } from './listing.ts';
import { isReconciliationDue, missingFrom } from './reconcile.ts';
import type { Features } from './session.ts';
import { type GitHubSettings, isSignedIn } from './settings.ts';
import { type Pull, repositoryStream } from './stream.ts';
import { ticketMapper } from './ticket-mapper.ts';

/** `updated`: whatever changed from a time on. `open`: what is open though nobody touched it from a time to another. */
export interface IssueSpan {
  readonly phase: 'updated' | 'open';
  readonly from: Instant;
  readonly until: Instant;
  /** Whether to tell of the oldest open issue too. */
  readonly probe: boolean;
}

export interface IssuePage {
  readonly records: readonly Ticket[];
  /** Newest update of the rows on this page; null of an empty one. */
  readonly newest: Instant | null;
  /** On a first page: the oldest update of an open issue, where the API tells it for nothing. */
  readonly oldestOpen?: Instant | null;
}

/** One way to read issues: oldest update first. */
export interface IssueReader {
  pages(span: IssueSpan): AsyncIterable<IssuePage>;
  /** Ids with their last update, of a list that nothing moves in. */
  ids(filter: {
    readonly open: boolean;
    readonly since: Instant | null;
  }): AsyncIterable<readonly ListedIssue[]>;
}
export interface ListedIssue {
  readonly id: string;
  readonly updatedAt: Instant;
}

const cursorSchema = z.object({
  /** Everything updated before this is stored; what was updated at this very moment perhaps. */
  reached: z.number().nullable(),
  /** How far the open issues that nobody touched since the start were read; null when they all were. */
  open: z.number().nullable(),
  /** Only of a pull that ended complete. */
  guard: guardSchema.nullable(),
  reconciledAt: z.number().nullable(),
});
type Cursor = z.infer<typeof cursorSchema>;
const NONE: Cursor = { reached: null, open: 0, guard: null, reconciledAt: null };

/** Issues without pull requests: by GraphQL with their timelines where there is a token, and else by REST. */
export const issues = repositoryStream({
  name: 'issues',
  yields: ['ticket'],
  version: 2,
  async *pull(pull) {
    try {
      yield* pullIssues(pull);
    } catch (error) {
      // A repository without an issue tracker has no issues, and that is complete.
      if (!isSwitchedOff(error)) throw error;
      yield { records: [], removed: await missingFrom(new Set(), pull.context, 'ticket'), cursor: null };
    }
  },
});

async function* pullIssues({ context, client, member, cursor }: Pull): AsyncGenerator<Batch> {
  const map = ticketMapper(member, context.settings);
  const reader = isSignedIn(context.settings)
    ? graphqlIssues(client, member, map, context)
    : restIssues(client, member, map);
  let at = readCursor(cursorSchema, cursor) ?? NONE;
  const due = isReconciliationDue(context, at.reconciledAt);
  const top = await lookForChange(
    client,
    `/repos/${member}/issues?state=all&sort=updated&direction=desc&per_page=1`,
    at.guard,
  );
  if (top !== 'unchanged') {
    learn(client, top);
    at = yield* walk(context, reader, at, top);
  }
  if (due) yield* reconcile(context, reader, at);
}

/** Newer servers show by an issue in REST what their GraphQL knows, which spares a query that fails. */
function learn(client: GitHubClient, { row }: Top): void {
  if (row === null || row.pull_request) return;
  const { features }: { features: Features } = client;
  if (!('type' in row)) features.issueTypes = false;
  if (!('sub_issues_summary' in row)) {
    features.parents = false;
    features.duplicates = false;
  }
}

/** Reads on from the cursor to the end; returns the cursor of then, which it has yielded. */
async function* walk(
  context: PullContext<GitHubSettings>,
  reader: IssueReader,
  begun: Cursor,
  top: Top | null,
): AsyncGenerator<Batch, Cursor> {
  const { start } = context;
  let at: Cursor = { ...begun, guard: null };
  const from = Math.max(start, (at.reached ?? 0) - OVERLAP_MS);
  const updated: IssueSpan = {
    phase: 'updated',
    from,
    until: Number.POSITIVE_INFINITY,
    probe: at.open !== null,
  };
  for await (const page of reader.pages(updated)) {
    at = { ...at, reached: Math.max(at.reached ?? start, page.newest ?? start) };
    // None is older than the start: the other list is not needed.
    const { oldestOpen } = page;
    if (oldestOpen !== undefined && (oldestOpen === null || oldestOpen >= start)) at = { ...at, open: null };
    yield { records: page.records, cursor: encode(at) };
  }
  if (at.open !== null) {
    // Issues that nobody touched since the start count in the stock of open ones too.
    const span: IssueSpan = {
      phase: 'open',
      from: Math.max(0, at.open - OVERLAP_MS),
      until: start,
      probe: false,
    };
    for await (const page of reader.pages(span)) {
      at = { ...at, open: Math.max(at.open ?? 0, page.newest ?? 0) };
      yield { records: page.records, cursor: encode(at) };
    }
  }
  // Where the list lagged behind the guard, the guard would hide from the next pull what this one did not see.
  const newest = top?.row?.pull_request ? null : (top?.newest ?? null);
  const sawAll = newest === null || newest < start || newest <= (at.reached ?? start);
  const ended: Cursor = {
    reached: at.reached ?? start,
    open: null,
    guard: sawAll ? (top?.guard ?? null) : null,
    reconciledAt: at.reconciledAt ?? context.now(),
  };
  yield { records: [], cursor: encode(ended) };
  return ended;
}

/** Finds what lists of changes cannot show: issues that were deleted or transferred, and those that came unseen. */
async function* reconcile(
  context: PullContext<GitHubSettings>,
  reader: IssueReader,
  at: Cursor,
): AsyncGenerator<Batch> {
  const { start } = context;
  const listed = new Map<string, Instant>();
  // The open ones first: what is closed meanwhile was updated by that, and is in the list that follows.
  for await (const page of reader.ids({ open: true, since: null })) add(listed, page);
  for await (const page of reader.ids({ open: false, since: start })) add(listed, page);

  const stored = new Set(await context.storedIds('ticket'));
  const unseen = [...listed].filter(([id]) => !stored.has(id)).map(([, updatedAt]) => updatedAt);
  const all = new Set(listed.keys());
  if ([...stored].some((id) => !all.has(id))) {
    // Stored may be what was last touched before the start, by a pull with an earlier one.
    for await (const page of reader.ids({ open: false, since: null })) for (const { id } of page) all.add(id);
  }
  const removed = await missingFrom(all, context, 'ticket');
  const now = context.now();
  if (unseen.length === 0) {
    yield { records: [], removed, cursor: encode({ ...at, reconciledAt: now }) };
    return;
  }
  yield { records: [], removed, cursor: null };
  const oldest = Math.min(...unseen);
  const again: Cursor = {
    // What changed while the lists were compared lies between the end of the pull and the first that came unseen.
    reached: Math.max(start, Math.min(at.reached ?? start, oldest)),
    open: oldest < start ? oldest : null,
    guard: null,
    reconciledAt: now,
  };
  const ended = yield* walk(context, reader, again, null);
  yield { records: [], cursor: encode({ ...ended, guard: at.guard }) };
}

function add(listed: Map<string, Instant>, page: readonly ListedIssue[]): void {
  for (const { id, updatedAt } of page) listed.set(id, updatedAt);
}

function encode(cursor: Cursor): string {
  return JSON.stringify(cursor);
}
