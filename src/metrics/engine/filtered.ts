import { FIELDS } from '../../domain/fields.ts';
import type { Where } from '../../domain/okr.ts';
import type { Change, Instant, Ticket } from '../../domain/records.ts';
import type { FieldOf, RecordHandle } from '../../store/contract.ts';
import { countsUntil, resolutionsUntil, type WorkItemOptions } from './tickets.ts';
import { compileWhere, type Match } from './where.ts';

/** Every field that a filter may name, and the history that dates them. */
export const TICKET_FIELDS: readonly FieldOf<'ticket'>[] = [
  ...(Object.keys(FIELDS.ticket) as (keyof typeof FIELDS.ticket)[]),
  'history',
];

/** The fields that these filters need beside the base. */
export function fieldsFor(
  base: readonly FieldOf<'ticket'>[],
  ...wheres: readonly Where[]
): readonly FieldOf<'ticket'>[] {
  const named = new Set(wheres.flatMap((where) => Object.keys(where)));
  return TICKET_FIELDS.filter((field) => base.includes(field) || named.has(field));
}

/** A resolution of a ticket over the window ends `(from, until]` in which the filters hold or do not. */
export interface Judged {
  readonly ref: RecordHandle;
  readonly at: Instant;
  readonly from: Instant;
  readonly until: Instant;
  readonly first: boolean;
  readonly second: boolean;
}

type Judgeable = { readonly ref: RecordHandle } & Pick<
  Ticket,
  'createdAt' | 'resolvedAt' | 'resolution' | 'subtask'
> & { readonly history: readonly Change[] | null };

/** Every resolution of the tickets that count, judged by two filters that are read as of a window's end. */
export function* resolvedBy(
  tickets: Iterable<Judgeable>,
  options: WorkItemOptions,
  first: Where,
  second: Where,
): Iterable<Judged> {
  const counts = countsUntil(options);
  const one = compileWhere(first);
  const other = compileWhere(second);
  for (const ticket of tickets) {
    const a = one.matches(ticket);
    const b = other.matches(ticket);
    for (const { at, until } of resolutionsUntil(ticket, counts(ticket))) {
      let from = at;
      for (const to of turnsOf(a, b, at, until)) {
        yield { ref: ticket.ref, at, from, until: to, first: holds(a, from), second: holds(b, from) };
        from = to;
      }
    }
  }
}

/** The ends of the turns, `until` last, between which neither filter changes its mind. */
function turnsOf(a: readonly Match[], b: readonly Match[], at: Instant, until: Instant): readonly Instant[] {
  const turns: Instant[] = [until];
  for (const spans of [a, b]) {
    for (const { from, until: to } of spans) {
      for (const turn of [from, to]) if (turn > at && turn < until && !turns.includes(turn)) turns.push(turn);
    }
  }
  return turns.length === 1 ? turns : turns.sort((x, y) => x - y);
}

/** Whether a window that ends just after `from` sees one of the spans. */
function holds(spans: readonly Match[], from: Instant): boolean {
  return spans.some((span) => span.from <= from && from < span.until);
}
