import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../../src/domain/records.ts';

/** A value as JQL takes it, whatever it holds. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** What is wrong with a user's JQL that would break out of the parentheses around it; null when nothing is. */
export function faultOfJql(jql: string): string | null {
  const masked = mask(jql);
  if (masked === null) return 'a quote is not closed';
  let depth = 0;
  for (const character of masked) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return 'a `)` closes nothing';
  }
  if (depth > 0) return 'a `(` is not closed';
  return withoutOrder(jql) === '' ? 'an order alone names no issues' : null;
}

/** The JQL less its `ORDER BY`, for it would end what stands around it. */
export function withoutOrder(jql: string): string {
  const at = (mask(jql) ?? jql).search(/\border\s+by\b/i);
  return (at < 0 ? jql : jql.slice(0, at)).trim();
}

/** The clause that a refusal speaks of, found by what it quotes; null when it quotes nothing that stands there. */
export function refusedClause(jql: string, message: string): string | null {
  const named = [...message.matchAll(/'([^']+)'|"([^"]+)"/g)].map((found) =>
    (found[1] ?? found[2] ?? '').toLowerCase(),
  );
  let best: string | null = null;
  let most = 0;
  for (const clause of clausesOf(jql)) {
    const hits = named.filter((name) => clause.toLowerCase().includes(name)).length;
    if (hits > most) {
      best = clause;
      most = hits;
    }
  }
  return best;
}

/**
 * The minute for `updated >= "…"` in a zone, such that whatever Jira takes it for is not after `at`: the hour that
 * daylight saving repeats is written as the one before it.
 */
export function jqlTime(at: Instant, zone: string): string {
  for (let earlier = at; ; earlier -= 3_600_000) {
    const local = Temporal.Instant.fromEpochMilliseconds(earlier)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .round({ smallestUnit: 'minute', roundingMode: 'floor' });
    if (local.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds <= at) {
      return local.toString({ smallestUnit: 'minute' }).replace('T', ' ');
    }
  }
}

function clausesOf(jql: string): string[] {
  const masked = mask(jql) ?? jql;
  const clauses: string[] = [];
  let from = 0;
  for (const found of masked.matchAll(/\b(?:and|or)\b/gi)) {
    clauses.push(jql.slice(from, found.index));
    from = found.index + found[0].length;
  }
  clauses.push(jql.slice(from));
  return clauses.map(unwrapped).filter((clause) => clause !== '');
}

/** Without the parentheses that only the whole balances. */
function unwrapped(clause: string): string {
  let text = clause.trim();
  const count = (character: string) => (mask(text) ?? text).split(character).length - 1;
  while (text.startsWith('(') && count('(') > count(')')) text = text.slice(1).trim();
  while (text.endsWith(')') && count(')') > count('(')) text = text.slice(0, -1).trim();
  return text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1).trim() : text;
}

/** The same length, with nothing left of what is inside quotes; null when a quote is not closed. */
function mask(jql: string): string | null {
  let masked = '';
  let quote: string | null = null;
  for (let index = 0; index < jql.length; index++) {
    const character = jql[index] ?? '';
    if (quote === null) {
      if (character === '"' || character === "'") quote = character;
      masked += quote === null ? character : ' ';
      continue;
    }
    masked += ' ';
    if (character === '\\') {
      index += 1;
      masked += ' ';
    } else if (character === quote) quote = null;
  }
  return quote === null ? masked.slice(0, jql.length) : null;
}
