import type { Span, WindowSpec } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import {
  addMonths,
  daysBefore,
  localDate,
  startOfDay,
  startOfMonth,
  startOfWeek,
  wholeMonths,
} from '../../domain/time.ts';

/** The half-open window of a rule as of a moment. It stops at the cycle's end, whenever it is asked. */
export function windowAt(spec: WindowSpec, asOf: Instant, cycle: Span, zone: string): Span {
  const to = Math.min(asOf, cycle.to);
  switch (spec.kind) {
    case 'days':
      return { from: daysBefore(to, spec.days, zone), to };
    case 'cycle':
    case 'cycleToDate':
      return { from: Math.min(cycle.from, to), to };
    case 'previousCycle':
      return before(cycle, zone);
    case 'week':
    case 'month': {
      // The first moment of a week is the end of the one before, and that is the one it closes.
      const date = localDate(to - 1, zone);
      return { from: startOfDay(spec.kind === 'week' ? startOfWeek(date) : startOfMonth(date), zone), to };
    }
    case 'previousWeek': {
      const end = startOfDay(startOfWeek(localDate(to, zone)), zone);
      return { from: daysBefore(end, 7, zone), to: end };
    }
    case 'previousMonth': {
      const first = startOfMonth(localDate(to, zone));
      return { from: startOfDay(addMonths(first, -1), zone), to: startOfDay(first, zone) };
    }
  }
}

/** A span as long as the cycle right before it: in months where the cycle is whole months, else in days. */
function before(cycle: Span, zone: string): Span {
  const first = localDate(cycle.from, zone);
  const after = localDate(cycle.to, zone);
  const months = wholeMonths(first, after);
  if (months !== null) return { from: startOfDay(addMonths(first, -months), zone), to: cycle.from };
  const days = Math.round((Date.parse(after) - Date.parse(first)) / 86_400_000);
  return { from: daysBefore(cycle.from, days, zone), to: cycle.from };
}

/** As the configuration writes it. */
export function windowText(spec: WindowSpec): string {
  return spec.kind === 'days' ? `${spec.days}d` : spec.kind;
}
