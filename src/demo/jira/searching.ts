import { type Answer, ok, refused, written } from './answers.ts';
import { expandedChangelog, fieldsBody, type View } from './bodies.ts';
import { type JqlContext, JqlError, parseJql } from './jql.ts';
import type { JiraIssue, Tracker } from './model.ts';

/** How many entries of a changelog come with a search: https://github.com/faros-ai/airbyte-connectors/pull/2003 */
const CHANGELOG_CAP = { cloud: 40, server: 100 } as const;
const MOST_PER_PAGE = { cloud: 5000, server: 1000 } as const;
/** Cloud gives its largest pages only where ids and keys alone are asked for. */
const MOST_WITH_FIELDS = 100;

export interface Searched {
  readonly jql: string;
  readonly fields: readonly string[];
  readonly expand: readonly string[];
  readonly startAt: number;
  readonly maxResults: number;
  readonly nextPageToken: string | null;
}

/** Reads what a search asks for out of a body or a query. */
export function searchedOf(source: Readonly<Record<string, unknown>>): Searched {
  const list = (value: unknown): string[] =>
    (Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : [])
      .map((one) => one.trim())
      .filter((one) => one !== '');
  return {
    jql: typeof source.jql === 'string' ? source.jql : '',
    fields: list(source.fields),
    expand: list(source.expand),
    startAt: Number(source.startAt ?? 0),
    maxResults: Number(source.maxResults ?? 50),
    nextPageToken: typeof source.nextPageToken === 'string' ? source.nextPageToken : null,
  };
}

/** Searches, and keeps what it found and wrote until the tracker changes. */
export function createSearch(options: {
  readonly tracker: Tracker;
  readonly now: () => number;
  readonly ambiguous: JqlContext['ambiguous'];
  readonly pageSize: number;
}) {
  const { tracker, now, ambiguous } = options;
  const texts = new WeakMap<JiraIssue, Map<string, { readonly revision: number; readonly text: string }>>();
  let found = new Map<string, readonly JiraIssue[]>();
  let revision = -1;

  function find(jql: string, refuseUnbounded: boolean): readonly JiraIssue[] {
    if (revision !== tracker.revision) {
      found = new Map();
      revision = tracker.revision;
    }
    const query = parseJql(jql, { tracker, now: now(), ambiguous });
    if (refuseUnbounded && query.unbounded) {
      throw new JqlError(
        'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
      );
    }
    const before = found.get(jql);
    if (before) return before;
    const issues = [...tracker.issues.values()].filter((issue) => !issue.hidden && query.matches(issue));
    issues.sort((a, b) => {
      for (const { field, descending } of query.order) {
        const difference = field === 'key' ? byKey(a, b) : a[field] - b[field];
        if (difference !== 0) return descending ? -difference : difference;
      }
      return byKey(a, b);
    });
    found.set(jql, issues);
    return issues;
  }

  function textOf(view: View, issue: JiraIssue, { fields, expand }: Searched): string {
    const shape = `${view.dialect} ${view.api} ${fields.join()} ${expand.join()}`;
    const known = texts.get(issue) ?? new Map<string, { revision: number; text: string }>();
    texts.set(issue, known);
    const before = known.get(shape);
    if (before?.revision === issue.revision) return before.text;
    const text = JSON.stringify(issueBody(view, issue, new Set(fields), expand));
    known.set(shape, { revision: issue.revision, text });
    return text;
  }

  function guarded(work: () => Answer): Answer {
    try {
      return work();
    } catch (error) {
      if (error instanceof JqlError) return refused(400, error.message);
      throw error;
    }
  }

  return {
    /** `/rest/api/3/search/jql`: by token, without a total, ids alone unless fields are named. */
    byToken: (view: View, asked: Searched): Answer =>
      guarded(() => {
        const issues = find(asked.jql, true);
        let from = 0;
        if (asked.nextPageToken !== null) {
          const place = placeOf(asked.nextPageToken);
          if (place === null || place.jql !== asked.jql)
            return refused(400, 'The provided next page token is invalid or expired.');
          const index = issues.findIndex(
            ({ created, id }) =>
              created > place.created || (created === place.created && Number(id) > place.id),
          );
          from = index < 0 ? issues.length : index;
        }
        const alone =
          asked.fields.every((field) => field === 'id' || field === 'key') && asked.expand.length === 0;
        const light =
          asked.fields.every((field) => ['id', 'key', 'created'].includes(field)) &&
          asked.expand.length === 0;
        const most = alone ? MOST_PER_PAGE.cloud : light ? 1000 : MOST_WITH_FIELDS;
        const page = issues.slice(from, from + Math.min(asked.maxResults, most, options.pageSize));
        const last = page.at(-1);
        const more = last !== undefined && from + page.length < issues.length;
        const rest = more && last ? `,"nextPageToken":"${tokenOf(last, asked.jql)}"` : '';
        const rows = page.map((issue) =>
          asked.fields.length === 0 ? `{"id":"${issue.id}"}` : textOf(view, issue, asked),
        );
        return written(`{"issues":[${rows.join()}]${rest},"isLast":${!more}}`);
      }),

    /** `/rest/api/2/search`: by offset, with a total; all fields unless some are named. */
    byOffset: (view: View, asked: Searched): Answer =>
      guarded(() => {
        const issues = find(asked.jql, false);
        const maxResults = Math.min(asked.maxResults, MOST_PER_PAGE.server, options.pageSize);
        const page = issues.slice(asked.startAt, asked.startAt + maxResults);
        const whole = asked.fields.length === 0 ? { ...asked, fields: ['*navigable'] } : asked;
        const rows = page.map((issue) => textOf(view, issue, whole));
        return written(
          `{"startAt":${asked.startAt},"maxResults":${maxResults},"total":${issues.length},"issues":[${rows.join()}]}`,
        );
      }),

    whole: (view: View, issue: JiraIssue, fields: readonly string[], expand: readonly string[]): Answer =>
      ok(
        issueBody(
          view,
          issue,
          new Set(fields.length === 0 ? ['*all'] : fields),
          expand,
          Number.POSITIVE_INFINITY,
        ),
      ),
  };
}

function issueBody(
  view: View,
  issue: JiraIssue,
  fields: ReadonlySet<string>,
  expand: readonly string[],
  cap: number = CHANGELOG_CAP[view.dialect],
) {
  return {
    expand: 'operations,versionedRepresentations,editmeta,changelog,renderedFields',
    id: issue.id,
    self: `${view.base}/rest/api/${view.api}/issue/${issue.id}`,
    key: issue.key,
    ...(expand.includes('changelog') ? { changelog: expandedChangelog(view, issue, cap) } : {}),
    fields: fieldsBody(view, issue, fields),
  };
}

function byKey(a: JiraIssue, b: JiraIssue): number {
  return Number(a.id) - Number(b.id);
}

function tokenOf({ created, id }: JiraIssue, jql: string): string {
  return Buffer.from(JSON.stringify([created, Number(id), jql])).toString('base64url');
}

function placeOf(token: string): { created: number; id: number; jql: string } | null {
  try {
    const [created, id, jql] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [
      number,
      number,
      string,
    ];
    return { created, id, jql };
  } catch {
    return null;
  }
}
