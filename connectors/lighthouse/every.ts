import { durationMs } from '../durations.ts';

/**
 * Whether it is time again. A tenth of the time is forgiven, so that a daily run that begins a little earlier than
 * yesterday's does not skip the day.
 */
export function isDue(last: number | null, every: string, now: number): boolean {
  return last === null || now - last >= durationMs(every) * 0.9 || now < last;
}
