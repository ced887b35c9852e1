import type { Span } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { addDays, dateNumbers, localDate, startOfDay, wallClockTime } from '../domain/time.ts';
import type { QuietHours } from './rules.ts';

/**
 * When the quiet hours end that hold a moment; null outside of them. They begin and end when the wall clock shows their
 * times: over a night on which it changes they last an hour less or more, and an end that the change skips comes right
 * after it.
 */
export function quietUntil(at: Instant, quiet: QuietHours | null, zone: string): Instant | null {
  if (quiet === null) return null;
  let end = at;
  for (;;) {
    const stretch = stretchesAround(end, quiet, zone).find(({ from, to }) => from <= end && end < to);
    if (stretch === undefined) return end === at ? null : end;
    // Another may begin where it ends.
    end = stretch.to;
  }
}

/** Those that may hold a moment. Where the clock is put back over midnight, the next day has begun once already. */
function stretchesAround(at: Instant, { from, to, weekends }: QuietHours, zone: string): readonly Span[] {
  const today = localDate(at, zone);
  return [-1, 0, 1].flatMap((days): readonly Span[] => {
    const date = addDays(today, days);
    const next = addDays(date, 1);
    const [begin, end] = [secondsOf(from), secondsOf(to)];
    const night = {
      from: wallClockTime(date, begin, zone),
      to: wallClockTime(begin > end ? next : date, end, zone),
    };
    const { weekday } = dateNumbers(date);
    if (!weekends || (weekday !== 0 && weekday !== 6)) return [night];
    return [night, { from: startOfDay(date, zone), to: startOfDay(next, zone) }];
  });
}

function secondsOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60;
}
