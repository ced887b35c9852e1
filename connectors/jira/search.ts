import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { Answer, JiraClient } from './client.ts';
import { refusedClause } from './jql.ts';
import type { Site } from './site.ts';

/** What a search needs of an issue to find its place among the others. */
interface Placed {
  readonly id: string;
  readonly fields: { readonly created: Instant };
}

export interface Search<Row extends Placed> {
  /** The JQL of the issues created at or after a moment, without an order. */
  readonly jql: (createdFrom: Instant | null) => string;
  readonly fields: readonly string[];
  readonly changelogs: boolean;
  readonly pageSize: number;
  readonly row: z.ZodType<Row>;
  /** The user's own JQL, for messages; null where there is none. */
  readonly own: { readonly name: string; readonly jql: string } | null;
}

export interface Page<Row> {
  /** Who reads them may take them out of here, so that nothing holds on to them while what they became is stored. */
  readonly rows: Row[];
  readonly total: number | null;
  readonly askedAt: Instant | null;
}

/** A request that was sent, and is waited for later. */
interface Under<T> {
  readonly answer: Promise<T>;
}

/** Without coming any further. */
const MOST_RESTARTS = 5;
const ORDER = 'ORDER BY created ASC, key ASC';
const tokenPage = z.object({
  issues: z.array(z.unknown()),
  nextPageToken: z.string().nullish(),
  isLast: z.boolean().nullish(),
});
const offsetPage = z.object({
  issues: z.array(z.unknown()),
  total: z.number().int(),
  startAt: z.number().int(),
});

/**
 * All issues of a search, oldest first, from the given creation on. What was created never moves, so whatever else
 * changes meanwhile no issue is missed: where a page does not join the one before it, the search begins anew from
 * where it was, and some issues come twice.
 */
export function searchPages<Row extends Placed>(
  client: JiraClient,
  site: Site,
  search: Search<Row>,
  from: Instant | null,
): AsyncGenerator<Page<Row>> {
  return site.dialect === 'cloud' ? tokenPages(client, search, from) : offsetPages(client, search, from);
}

/** https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/ */
async function* tokenPages<Row extends Placed>(
  client: JiraClient,
  search: Search<Row>,
  from: Instant | null,
): AsyncGenerator<Page<Row>> {
  let base = from;
  let place: Placed | null = null;
  let tokens = new Set<string>();
  let pending = hushed(ask(null));

  function ask(token: string | null): Promise<Answer> {
    return asked(client, search, '/rest/api/3', '/search/jql', {
      jql: `${search.jql(base)} ${ORDER}`,
      fields: search.fields,
      maxResults: search.pageSize,
      ...(search.changelogs ? { expand: 'changelog' } : {}),
      ...(token === null ? {} : { nextPageToken: token }),
    });
  }

  /** Apart, so that nothing holds on to the answer while its issues are read. */
  async function arrived() {
    const { data, endpoint, askedAt } = await pending.answer;
    return { page: parseAnswer(tokenPage, data, endpoint), endpoint, askedAt };
  }

  async function turn() {
    const { page, endpoint, askedAt } = await arrived();
    const token = page.isLast === true ? null : (page.nextPageToken ?? null);
    // Both were seen on Cloud: a last token that comes again and again, and a page that says there is more without one.
    const lost = token === null ? page.isLast === false : tokens.has(token);
    if (token !== null && !lost) {
      tokens.add(token);
      pending = await underWay(ask(token));
    }
    return { rows: rowsOf(search, page.issues, endpoint), token, lost, askedAt, endpoint };
  }

  // Where the search last began anew: from the same place twice is no way on.
  let anchor: string | null | undefined;
  for (;;) {
    const { rows, token, lost, askedAt, endpoint } = await turn();
    place = placeOf(rows.at(-1)) ?? place;
    yield { rows, total: null, askedAt };
    if (!lost && token === null) return;
    if (!lost) continue;
    const here: string | null = place?.id ?? null;
    if (here === anchor) {
      if (token !== null) return;
      throw endless(endpoint);
    }
    anchor = here;
    base = place === null ? from : place.fields.created;
    tokens = new Set();
    pending = hushed(ask(null));
  }
}

/** https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#api/2/search-searchUsingSearchRequest */
async function* offsetPages<Row extends Placed>(
  client: JiraClient,
  search: Search<Row>,
  from: Instant | null,
): AsyncGenerator<Page<Row>> {
  let base = from;
  let place: Placed | null = null;
  let startAt = 0;
  let restarts = 0;
  let pending = hushed(ask());

  /** From the second page on the last issue is asked for once more: it tells whether the list moved in between. */
  function ask(): Promise<Answer> {
    return asked(client, search, '/rest/api/2', '/search', {
      jql: `${search.jql(base)} ${ORDER}`,
      fields: search.fields,
      startAt: Math.max(0, startAt - 1),
      maxResults: search.pageSize + (startAt > 0 ? 1 : 0),
      ...(search.changelogs ? { expand: ['changelog'] } : {}),
    });
  }

  /** Apart, so that nothing holds on to the answer while its issues are read. */
  async function arrived() {
    const { data, endpoint, askedAt } = await pending.answer;
    return { page: parseAnswer(offsetPage, data, endpoint), endpoint, askedAt };
  }

  /** Null where the list has moved. */
  async function turn() {
    const { page, endpoint, askedAt } = await arrived();
    const joins = startAt === 0 || idOf(page.issues[0]) === place?.id;
    if (!joins) {
      restarts += 1;
      if (restarts > MOST_RESTARTS) throw endless(endpoint);
      base = place === null ? from : place.fields.created;
      startAt = 0;
      pending = hushed(ask());
      return null;
    }
    const reached = page.startAt + page.issues.length;
    if (startAt > 0) page.issues.shift();
    const ended = page.issues.length === 0 || reached >= page.total;
    if (!ended) {
      startAt = reached;
      pending = await underWay(ask());
    }
    return { rows: rowsOf(search, page.issues, endpoint), total: page.total, askedAt, ended };
  }

  for (;;) {
    const read = await turn();
    if (read === null) continue;
    const last = placeOf(read.rows.at(-1));
    if (last !== null && last.fields.created > (place?.fields.created ?? 0)) restarts = 0;
    place = last ?? place;
    yield { rows: read.rows, total: read.total, askedAt: read.askedAt };
    if (read.ended) return;
  }
}

/**
 * The next page is on its way while this one is read and stored: a turn of the loop lets the request out of the
 * process first, for what follows takes long. Wrapped, for a promise alone would be waited for.
 */
async function underWay<T>(promise: Promise<T>): Promise<Under<T>> {
  const held = hushed(promise);
  await setImmediate();
  return held;
}

/** Should nobody come back for it, its failure is nobody's. */
function hushed<T>(promise: Promise<T>): Under<T> {
  promise.catch(() => undefined);
  return { answer: promise };
}

function placeOf(row: Placed | undefined): Placed | null {
  return row === undefined ? null : { id: row.id, fields: { created: row.fields.created } };
}

function idOf(issue: unknown): string | null {
  const id = typeof issue === 'object' && issue !== null && 'id' in issue ? issue.id : null;
  return id === null ? null : String(id);
}

async function asked(
  client: JiraClient,
  search: Pick<Search<never>, 'own'>,
  api: '/rest/api/2' | '/rest/api/3',
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  try {
    return await client.post(api, path, body);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.status !== 400) throw error;
    throw refusal(error, search.own, String(body.jql));
  }
}

/** Says which part of the JQL Jira refused, and whose it is. */
function refusal(error: ConnectorError, own: Search<never>['own'], jql: string): ConnectorError {
  const inOwn = own === null ? null : refusedClause(own.jql, error.message);
  const clause = inOwn ?? refusedClause(jql, error.message);
  const of = inOwn !== null && own !== null ? ` of the query ${own.name}` : '';
  const what =
    clause === null
      ? `the JQL${own === null ? '' : ` of the query ${own.name}`}`
      : `the clause \`${clause}\`${of}`;
  return new ConnectorError({
    code: 'input',
    message: `Jira refuses ${what}: ${error.message}`,
    endpoint: error.endpoint,
    status: 400,
    remedy:
      own === null
        ? 'Check the keys under `projects`, and that the user of the source may see the project'
        : `Correct the \`jql\` of ${own.name}; what the user of the source may not see does not exist for Jira`,
    cause: error,
  });
}

/** Takes the issues out of the list one by one, so that they are not held as they came and as rows at once. */
function rowsOf<Row extends Placed>(search: Search<Row>, issues: unknown[], endpoint: string): Row[] {
  const rows: Row[] = [];
  for (const index of issues.keys()) {
    const issue = issues[index];
    issues[index] = null;
    rows.push(parseAnswer(search.row, issue, endpoint, ['issues', index]));
  }
  return rows;
}

function endless(endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'shape',
    message: 'Jira says that more issues follow, and does not say how to get them',
    endpoint,
    remedy: 'The next run tries again; if this repeats, please report it as a bug',
  });
}
