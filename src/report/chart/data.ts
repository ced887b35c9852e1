import type { KeyResultModel } from '../model.ts';

/** What a chart of one key result draws: all values in its unit, null where there is none. */
export interface ChartData {
  /** The values of the cycle's local days so far, oldest first; null on a day without one. */
  readonly trend: readonly (number | null)[];
  /** How much of the cycle has passed, 0..1: the trend's last day ends there. */
  readonly elapsed: number;
  readonly start: number | null;
  readonly target: number | null;
  /** What is hoped for beyond the target. */
  readonly stretch?: number | null;
  /** The band that a key result is kept in. */
  readonly keep?: { readonly min: number | null; readonly max: number | null } | null;
  /** Where the value will be at the cycle's end, four times in five. */
  readonly forecast?: { readonly p10: number; readonly p50: number; readonly p90: number } | null;
  /** The last value is held or stale: its dot is hollow. */
  readonly shaky?: boolean;
}

/** What of a key result is drawn, on the page and in messages alike. */
type Charted = Pick<
  KeyResultModel,
  'trend' | 'start' | 'target' | 'stretch' | 'keep' | 'forecast' | 'status'
>;

/** `elapsed`: how much of the cycle has passed. */
export function chartDataOf(keyResult: Charted, elapsed: number): ChartData {
  const { trend, start, target, stretch, keep, forecast, status } = keyResult;
  const shaky = status === 'held' || status === 'stale';
  return { trend, elapsed, start, target, stretch, keep, forecast: forecast?.atEnd ?? null, shaky };
}
