import type { Change, Instant, StatusCategory } from '../../domain/records.ts';
import { HOUR } from '../../domain/time.ts';
import type { Clock } from '../contract.ts';
import { valuesOf } from './history.ts';

/**
 * Hours a ticket was in progress until a moment, all visits added; null when it never was. Being passed through in
 * one instant, as a workflow does that skips the step, is no visit.
 */
export function hoursInProgress(
  ticket: {
    readonly createdAt: Instant;
    readonly statusCategory: StatusCategory;
    readonly history: readonly Change[] | null;
  },
  until: Instant,
  { elapsed }: Clock,
): number | null {
  let total: number | null = null;
  for (const held of valuesOf(ticket, 'statusCategory')) {
    if (held.value !== ('in_progress' satisfies StatusCategory)) continue;
    const from = Math.max(held.from, ticket.createdAt);
    const to = Math.min(held.until, until);
    if (to > from) total = (total ?? 0) + elapsed(from, to);
  }
  return total === null ? null : total / HOUR;
}
