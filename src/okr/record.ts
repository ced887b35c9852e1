import type { CheckIn, NewCheckIn } from '../domain/okr.ts';
import { localDate } from '../domain/time.ts';
import { brokenGuards } from './details.ts';

/** A point of progress: a smaller move within a day is noise. */
const NOTABLE = 0.01;

/**
 * Why a check-in is worth a row beside the last one, or null when it is not. An hourly run writes no noise, and
 * the same as-of time twice writes nothing the second time.
 */
export function reasonToRecord(
  next: NewCheckIn,
  last: CheckIn | NewCheckIn | undefined,
  zone: string,
): string | null {
  if (last === undefined) return 'first check-in';
  if (last.outcome !== null && next.outcome !== null) return closingChange(next, last);
  if (next.outcome !== null) return 'the cycle is over';
  if (next.definitionHash !== last.definitionHash) return 'new definition';
  if (localDate(next.asOf - 1, zone) !== localDate(last.asOf - 1, zone)) return 'new day';
  if (next.computed !== last.computed) {
    // The shown status follows a day later, so the two may differ.
    const [from, to] = [last.computed, next.computed].map((status) => status.replaceAll('_', ' '));
    return `today's own status changed from ${from} to ${to}`;
  }
  const [guarded, before] = [brokenGuards(next.details), brokenGuards(last.details)];
  if (guarded !== before) return guarded === '' ? 'its guard holds again' : `guard broken: ${guarded}`;
  const moved = (next.progress ?? 0) - (last.progress ?? 0);
  if ((next.progress === null) !== (last.progress === null)) return 'progress became known or unknown';
  // Half a billionth of a point is rounding, not movement.
  if (Math.abs(moved) + 1e-9 >= NOTABLE) {
    const points = Math.round(Math.abs(moved) * 100);
    return `progress moved ${moved > 0 ? 'up' : 'down'} ${points} ${points === 1 ? 'point' : 'points'}`;
  }
  return null;
}

function closingChange(next: NewCheckIn, last: CheckIn | NewCheckIn): string | null {
  // Data that is gone since says nothing of how it ended.
  if (next.value === null && last.value !== null) return null;
  return next.value === last.value &&
    next.outcome === last.outcome &&
    next.definitionHash === last.definitionHash
    ? null
    : 'late data changed the closed cycle';
}
