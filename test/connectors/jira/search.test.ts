import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { JiraClient } from '../../../connectors/jira/client.ts';
import { type Search, searchPages } from '../../../connectors/jira/search.ts';
import type { Site } from '../../../connectors/jira/site.ts';
import { createIssue, deleteIssue, setHidden } from '../../../src/demo/jira/changes.ts';
import { statusNamed, typeNamed } from '../../../src/demo/jira/tracker.ts';
import { bench, MINUTE, NOW, searches, siteOf, streamOf } from './support.ts';

const row = z.object({ id: z.string(), fields: z.object({ created: z.number() }) });
type Row = z.infer<typeof row>;
type Body = { readonly jql: string; readonly nextPageToken?: string; readonly startAt?: number };

/** Issues 1, 2, 3, …, created a minute apart. */
function issues(from: number, to: number): Row[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const number = from + index;
    return { id: String(number), fields: { created: number * MINUTE } };
  });
}

const site = (dialect: Site['dialect']): Site => ({
  dialect,
  zone: 'UTC',
  storyPoints: [],
  sprint: null,
  epicLink: null,
  readAt: 0,
});

const search: Search<Row> = {
  jql: (created) => (created === null ? 'all' : `from ${created / MINUTE}`),
  fields: ['created'],
  changelogs: false,
  pageSize: 3,
  row,
  own: null,
};

/** Reads all pages of a server that answers as `answer` says. */
async function read(dialect: Site['dialect'], answer: (body: Body, asked: number) => unknown) {
  const bodies: Body[] = [];
  const client: JiraClient = {
    get: () => Promise.reject(new Error('nothing is got')),
    async post(_, __, body) {
      bodies.push(body as Body);
      return { data: answer(body as Body, bodies.length), endpoint: 'POST /search', askedAt: null };
    },
  };
  const ids: string[] = [];
  for await (const page of searchPages(client, site(dialect), search, null))
    ids.push(...page.rows.map(({ id }) => id));
  return { ids, bodies };
}

/** The number that a search begins anew from. */
function placeIn(jql: string): number | null {
  const found = /from (\d+)/.exec(jql)?.[1];
  return found === undefined ? null : Number(found);
}

function anew(jql: string): boolean {
  return placeIn(jql) !== null;
}

/** As the search that begins anew would find them. */
function fromOn(jql: string, last: number): Row[] {
  return issues(placeIn(jql) ?? 1, last);
}

describe('Cloud, by token', () => {
  test('goes on while there is a token, and asks for no page more', async () => {
    const { ids, bodies } = await read('cloud', ({ nextPageToken }) =>
      nextPageToken
        ? { issues: issues(4, 5), isLast: true }
        : { issues: issues(1, 3), nextPageToken: 'a', isLast: false },
    );
    expect(ids).toEqual(['1', '2', '3', '4', '5']);
    expect(bodies).toHaveLength(2);
  });

  test('an empty page in the middle is not the end', async () => {
    const { ids } = await read('cloud', ({ nextPageToken }) => {
      if (!nextPageToken) return { issues: issues(1, 3), nextPageToken: 'a' };
      return nextPageToken === 'a' ? { issues: [], nextPageToken: 'b' } : { issues: issues(4, 4) };
    });
    expect(ids).toEqual(['1', '2', '3', '4']);
  });

  test('a last token that comes again and again ends it', async () => {
    const { ids, bodies } = await read('cloud', ({ jql, nextPageToken }) => {
      if (anew(jql)) return { issues: fromOn(jql, 5), nextPageToken: 'b' };
      return nextPageToken
        ? { issues: issues(4, 5), nextPageToken: 'b' }
        : { issues: issues(1, 3), nextPageToken: 'a' };
    });
    expect([...new Set(ids)]).toEqual(['1', '2', '3', '4', '5']);
    expect(bodies.length).toBeLessThan(9);
  });

  test('a token that comes again in the middle loses nothing: the search begins anew from there', async () => {
    const { ids } = await read('cloud', ({ jql, nextPageToken }) => {
      if (anew(jql)) return { issues: fromOn(jql, 8) };
      if (!nextPageToken) return { issues: issues(1, 3), nextPageToken: 'a' };
      return { issues: issues(4, 6), nextPageToken: 'a' };
    });
    expect([...new Set(ids)]).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  test('a page that says there is more and gives no token loses nothing either', async () => {
    const { ids } = await read('cloud', ({ jql }) =>
      !anew(jql) ? { issues: issues(1, 3), isLast: false } : { issues: fromOn(jql, 5), isLast: true },
    );
    expect([...new Set(ids)]).toEqual(['1', '2', '3', '4', '5']);
  });

  test('more that can never be had is an error, not the end', async () => {
    await expect(read('cloud', () => ({ issues: issues(1, 3), isLast: false }))).rejects.toMatchObject({
      code: 'shape',
    });
  });
});

describe('Data Center, by offset', () => {
  const page = (list: readonly Row[], { startAt = 0 }: Body, size = 3) => ({
    startAt,
    total: list.length,
    issues: list.slice(startAt, startAt + size + (startAt > 0 ? 1 : 0)),
  });

  test('asks for one issue of the page before again, and for no page more', async () => {
    const { ids, bodies } = await read('server', (body) => page(issues(1, 7), body));
    expect(ids).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(bodies.map(({ startAt }) => startAt)).toEqual([0, 2, 5]);
  });

  test('a page that is smaller than asked for is followed by the rest', async () => {
    const { ids } = await read('server', (body) => page(issues(1, 7), body, 2));
    expect(ids).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  test('an issue that is deleted between two pages takes none with it', async () => {
    const { ids } = await read('server', (body, asked) => {
      const all = asked === 1 ? issues(1, 8) : issues(2, 8);
      return page(
        all.filter(({ id }) => Number(id) >= (placeIn(body.jql) ?? 0)),
        body,
      );
    });
    expect([...new Set(ids)].sort()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  test('deleting one and adding another, which leaves the total as it was, is seen too', async () => {
    const { ids } = await read('server', (body, asked) => {
      const all = asked === 1 ? issues(1, 7) : issues(2, 8);
      return page(
        all.filter(({ id }) => Number(id) >= (placeIn(body.jql) ?? 0)),
        body,
      );
    });
    expect([...new Set(ids)].sort()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  test('a list that shrinks below where it is read ends well', async () => {
    const { ids } = await read('server', (body, asked) => page(issues(1, asked === 1 ? 7 : 2), body));
    expect([...new Set(ids)]).toEqual(['1', '2', '3']);
  });

  test('a list that never joins is an error, not a loop', async () => {
    let other = 100;
    const never = read('server', ({ startAt = 0 }) => {
      other += 10;
      const list = startAt === 0 ? issues(1, 3) : issues(other, other + 3);
      return { startAt, total: 50, issues: list };
    });
    await expect(never).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('a site that changes while it is read', () => {
  test.each(['cloud', 'server'] as const)(
    '%s: every issue that stays is read, whatever goes and comes',
    async (dialect) => {
      const { tracker, project, by } = bench();
      const entry = {
        project,
        type: typeNamed(tracker, 'Task'),
        summary: 'x',
        status: statusNamed(tracker, 'To Do'),
      };
      const made = Array.from({ length: 60 }, (_, index) =>
        createIssue(tracker, entry, { at: NOW - 1e8 + index, by }),
      );
      let asked = 0;
      const server = await siteOf(tracker, dialect, {
        pageSize: 7,
        faults: ({ path }) => {
          if (!path.includes('/search')) return undefined;
          asked += 1;
          // What goes was read before, or not: both.
          const gone = made[asked * 3];
          const hidden = made[60 - asked];
          if (gone) deleteIssue(tracker, gone);
          if (hidden) setHidden(tracker, hidden, true);
          createIssue(tracker, entry, { at: NOW + asked, by });
          return undefined;
        },
      });
      const seen = new Set<string>();
      for await (const { records } of streamOf('issues').pull(server.context(), 'WEB', null)) {
        for (const { id } of records) seen.add(id);
      }
      const stayed = made.filter((issue) => tracker.issues.has(issue.id) && !issue.hidden);
      expect(stayed.length).toBeGreaterThan(20);
      expect(stayed.filter(({ id }) => !seen.has(id)).map(({ key }) => key)).toEqual([]);
      expect(searches(server)).toBeLessThan(60);
    },
  );
});

test.each(['cloud', 'server'] as const)(
  '%s: an issue of the wrong shape is named by its place',
  async (dialect) => {
    const broken = { id: '2', fields: { created: 'yesterday' } };
    const answer = () => ({ issues: [...issues(1, 1), broken], total: 2, startAt: 0 });
    await expect(read(dialect, answer)).rejects.toThrow('unexpected shape at issues[1].fields.created');
  },
);
