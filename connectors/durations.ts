import { DAY, HOUR } from '../src/domain/time.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: HOUR, d: DAY, w: 7 * DAY };

/** How the settings of sources write a length of time: `90m`, `12h`, `1.5d`. */
export const DURATION = /^(\d+(?:\.\d+)?)([smhdw])$/;

/** Milliseconds of a length that the settings' schema let through. */
export function durationMs(text: string): number {
  const [, amount = '', unit = ''] = DURATION.exec(text) ?? [];
  return Number(amount) * (UNITS[unit] ?? 0);
}

/** Milliseconds between two reconciliations, for `reconcileEvery`; null for never. */
export function intervalOf(every: string | 0): number | null {
  return every === 0 || durationMs(every) === 0 ? null : durationMs(every);
}
