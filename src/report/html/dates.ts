import { scaleUtc } from 'd3-scale';
import type { Cycle } from '../../domain/okr.ts';
import { daysBetween } from '../format.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `24 Nov` of `2026-11-24`. */
export function shortDate(date: string): string {
  const [, month, day] = date.split('-').map(Number);
  return `${day} ${MONTHS[(month ?? 1) - 1]}`;
}

/** Round dates across the cycle, each with its share of it. */
export function dateTicks(cycle: Cycle): readonly { readonly share: number; readonly text: string }[] {
  const days = daysBetween(cycle.start, cycle.end) + 1;
  return scaleUtc([new Date(cycle.start), new Date(cycle.end)], [0, 1])
    .ticks(5)
    .filter((date) => date.getUTCHours() === 0)
    .map((date) => {
      const text = date.toISOString().slice(0, 10);
      return { share: daysBetween(cycle.start, text) / days, text: shortDate(text) };
    });
}
