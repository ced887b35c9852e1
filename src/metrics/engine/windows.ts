import type { Span, WindowSpec } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import { daysBefore } from '../../domain/time.ts';

/** The half-open window of a rule as of a moment. It stops at the cycle's end, whenever it is asked. */
export function windowAt(spec: WindowSpec, asOf: Instant, cycle: Span, zone: string): Span {
  const to = Math.min(asOf, cycle.to);
  if (spec.kind === 'days') return { from: daysBefore(to, spec.days, zone), to };
  return { from: Math.min(cycle.from, to), to };
}

/** As the configuration writes it. */
export function windowText(spec: WindowSpec): string {
  return spec.kind === 'days' ? `${spec.days}d` : spec.kind;
}
