export const DURATION = /^(\d+(?:\.\d+)?)(s|m|h|d)$/;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration that the settings' schema let through. */
export function durationMs(text: string): number {
  const [, amount = '', unit = ''] = DURATION.exec(text) ?? [];
  return Number(amount) * (UNITS[unit] ?? 0);
}

/**
 * Whether it is time again. A tenth of the time is forgiven, so that a daily run that begins a little earlier than
 * yesterday's does not skip the day.
 */
export function isDue(last: number | null, every: string, now: number): boolean {
  return last === null || now - last >= durationMs(every) * 0.9 || now < last;
}
