import { Temporal } from 'temporal-polyfill';
import type { JiraIssue, Tracker } from './model.ts';

export type Predicate = (issue: JiraIssue) => boolean;
export interface Query {
  readonly matches: Predicate;
  readonly order: readonly { readonly field: 'created' | 'key' | 'updated'; readonly descending: boolean }[];
  /** Names no restriction at all, which Cloud refuses. */
  readonly unbounded: boolean;
}

/** What Jira says of a JQL that it does not take: the text of a 400. */
export class JqlError extends Error {
  override readonly name = 'JqlError';
}

export interface JqlContext {
  readonly tracker: Tracker;
  readonly now: number;
  /** Which of both hours a time means that daylight saving gives twice. Versions of Java differ. */
  readonly ambiguous: 'earlier' | 'later';
}

type Token = { readonly text: string; readonly quoted: boolean };
const OPERATORS = ['=', '!=', '>=', '<=', '>', '<', 'in', 'not in', 'is', 'is not', '~'];

/** As much of JQL as teams write: comparisons, lists, `is empty`, `AND`, `OR`, `NOT`, parentheses and an order. */
export function parseJql(jql: string, context: JqlContext): Query {
  const tokens = tokensOf(jql);
  let at = 0;
  const peek = () => tokens[at];
  const word = () => (peek()?.quoted ? null : (peek()?.text.toLowerCase() ?? null));
  const take = (): Token => {
    const token = tokens[at];
    if (!token) throw new JqlError('Error in the JQL Query: Expecting more at the end of the query.');
    at += 1;
    return token;
  };
  const accept = (text: string): boolean => {
    if (word() !== text) return false;
    at += 1;
    return true;
  };

  function either(): Predicate {
    let left = both();
    while (accept('or')) {
      const [a, b] = [left, both()];
      left = (issue) => a(issue) || b(issue);
    }
    return left;
  }
  function both(): Predicate {
    let left = one();
    while (accept('and')) {
      const [a, b] = [left, one()];
      left = (issue) => a(issue) && b(issue);
    }
    return left;
  }
  function one(): Predicate {
    if (accept('not')) {
      const inner = one();
      return (issue) => !inner(issue);
    }
    if (accept('(')) {
      const inner = either();
      if (!accept(')')) throw unexpected(peek());
      return inner;
    }
    return clause();
  }
  function clause(): Predicate {
    const field = take();
    if (/^[=()<>!,]+$/.test(field.text) && !field.quoted) throw unexpected(field);
    let operator = take().text.toLowerCase();
    if (operator === 'not' && accept('in')) operator = 'not in';
    if (operator === 'is' && accept('not')) operator = 'is not';
    if (!OPERATORS.includes(operator)) throw unexpected({ text: operator, quoted: false });
    const values: string[] = [];
    if (operator.endsWith('in')) {
      if (!accept('(')) throw unexpected(peek());
      do values.push(take().text);
      while (accept(','));
      if (!accept(')')) throw unexpected(peek());
    } else values.push(take().text);
    return comparison(field.text, operator, values, context);
  }

  const ordered = word() === 'order';
  const matches = tokens.length === 0 || ordered ? () => true : either();
  const order: { field: 'created' | 'key' | 'updated'; descending: boolean }[] = [];
  if (accept('order')) {
    if (!accept('by')) throw unexpected(peek());
    do {
      const field = take().text.toLowerCase();
      if (field !== 'created' && field !== 'key' && field !== 'updated') throw unknownField(field);
      const descending = accept('desc');
      if (!descending) accept('asc');
      order.push({ field, descending });
    } while (accept(','));
  }
  if (at < tokens.length) throw unexpected(peek());
  return { matches, order, unbounded: tokens.length === 0 || ordered };
}

function comparison(
  field: string,
  operator: string,
  values: readonly string[],
  context: JqlContext,
): Predicate {
  const { tracker } = context;
  const name = field.toLowerCase();
  const negated = operator === '!=' || operator === 'not in' || operator === 'is not';
  const within = (test: Predicate): Predicate => (negated ? (issue) => !test(issue) : test);
  switch (name) {
    case 'project': {
      const projects = values.map((value) => {
        const found = tracker.projects.find(({ key, id, name: called }) =>
          [key, id, called].some((one) => one.toLowerCase() === value.toLowerCase()),
        );
        if (!found) throw noSuch(value, 'project');
        return found;
      });
      return within((issue) => projects.includes(issue.project));
    }
    case 'statuscategory': {
      const categories = values.map((value) => {
        const key = CATEGORIES[value.toLowerCase()];
        if (key === undefined) throw noSuch(value, 'statusCategory');
        return key;
      });
      return within((issue) => categories.includes(issue.status.category));
    }
    case 'status':
      return within(oneOf(tracker.statuses, values, 'status', (issue) => issue.status.name));
    case 'issuetype':
    case 'type':
      return within(oneOf(tracker.types, values, 'issuetype', (issue) => issue.type.name));
    case 'id':
    case 'key':
    case 'issuekey': {
      const ids = new Set(
        values.map((value) => {
          const found = [
            ...(tracker.issues.has(value) ? [tracker.issues.get(value)] : tracker.issues.values()),
          ].find((issue) => issue && (issue.id === value || issue.key === value.toUpperCase()));
          if (!found || found.hidden) {
            throw new JqlError(`An issue with key '${value}' does not exist for field '${field}'.`);
          }
          return found.id;
        }),
      );
      return within((issue) => ids.has(issue.id));
    }
    case 'labels':
      if (operator.startsWith('is')) return within((issue) => issue.labels.length === 0);
      return within((issue) => issue.labels.some((label) => values.includes(label)));
    case 'component':
      return within((issue) => issue.components.some((component) => values.includes(component.name)));
    case 'created':
      return timed(operator, values, context, (issue) => [issue.created]);
    case 'updated':
      return timed(operator, values, context, (issue) => [issue.updated]);
    case 'worklogdate':
      return timed(operator, values, context, (issue) => issue.worklogs.map(({ started }) => started));
    default:
      throw unknownField(field);
  }
}

const CATEGORIES: Readonly<Record<string, string>> = {
  'to do': 'new',
  new: 'new',
  'in progress': 'indeterminate',
  indeterminate: 'indeterminate',
  done: 'done',
};

function oneOf(
  known: readonly { readonly id: string; readonly name: string }[],
  values: readonly string[],
  field: string,
  of: (issue: JiraIssue) => string,
): Predicate {
  const names = values.map((value) => {
    const found = known.find(({ id, name }) => id === value || name.toLowerCase() === value.toLowerCase());
    if (!found) throw noSuch(value, field);
    return found.name;
  });
  return (issue) => names.includes(of(issue));
}

function timed(
  operator: string,
  [value = '']: readonly string[],
  context: JqlContext,
  of: (issue: JiraIssue) => readonly number[],
): Predicate {
  const bound = timeOf(value, context);
  const tests: Readonly<Record<string, (at: number) => boolean>> = {
    '>=': (at) => at >= bound,
    '>': (at) => at > bound,
    '<=': (at) => at <= bound,
    '<': (at) => at < bound,
  };
  const test = tests[operator];
  if (!test) throw new JqlError(`The operator '${operator}' is not supported by the 'date' field.`);
  return (issue) => of(issue).some(test);
}

/** `2026-10-25 02:30` in the zone of the user, or a span before now such as `-1d`. */
function timeOf(text: string, { tracker, now, ambiguous }: JqlContext): number {
  const span = /^-(\d+)([mhdw])$/.exec(text);
  if (span) {
    const units: Readonly<Record<string, number>> = { m: 60e3, h: 3600e3, d: 86400e3, w: 7 * 86400e3 };
    return now - Number(span[1]) * (units[span[2] ?? ''] ?? 0);
  }
  const written = /^(\d{4})[-/](\d{2})[-/](\d{2})(?: (\d{2}):(\d{2}))?$/.exec(text);
  if (!written) {
    throw new JqlError(
      `Date value '${text}' for field 'updated' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
    );
  }
  const [, year, month, day, hour = '00', minute = '00'] = written;
  return Temporal.PlainDateTime.from(`${year}-${month}-${day}T${hour}:${minute}`).toZonedDateTime(
    tracker.zone,
    {
      disambiguation: ambiguous,
    },
  ).epochMilliseconds;
}

function tokensOf(jql: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|(>=|<=|!=|[=<>~(),])|([^\s=<>~!(),"']+))/gy;
  let end = 0;
  for (let found = pattern.exec(jql); found; found = pattern.exec(jql)) {
    const quoted = found[1] ?? found[2];
    tokens.push(
      quoted === undefined
        ? { text: found[3] ?? found[4] ?? '', quoted: false }
        : { text: quoted.replace(/\\(.)/g, '$1'), quoted: true },
    );
    end = pattern.lastIndex;
  }
  if (jql.slice(end).trim() !== '') {
    throw new JqlError(
      `Error in the JQL Query: The character '${jql.slice(end).trim()[0]}' is a reserved JQL character.`,
    );
  }
  return tokens;
}

function unexpected(token: Token | undefined): JqlError {
  return new JqlError(`Error in the JQL Query: Expecting operator but got '${token?.text ?? 'the end'}'.`);
}

function noSuch(value: string, field: string): JqlError {
  return new JqlError(`The value '${value}' does not exist for the field '${field}'.`);
}

function unknownField(field: string): JqlError {
  return new JqlError(`Field '${field}' does not exist or you do not have permission to view it.`);
}
