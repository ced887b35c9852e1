import { scaleLinear } from 'd3-scale';
import type { ChartData } from './data.ts';

/** Where things are drawn, in the units of the drawing; down is more. */
export interface Frame {
  /** Of a share of the cycle. */
  x(share: number): number;
  /** Of a value. */
  y(value: number): number;
  /** Round values inside it, for gridlines. */
  readonly ticks: readonly number[];
  /** The cycle's end. */
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A forecast may be this much wider than everything else before it is cut: its width must not flatten the rest. */
const WIDEST_FORECAST = 0.75;

/** Room in the box for everything that is drawn; null where no day has a value. */
export function frameOf(data: ChartData, box: Box): Frame | null {
  const { start, target, stretch, keep, forecast, trend } = data;
  if (!trend.some((value) => value !== null)) return null;
  const known = [...trend, start, target, stretch, keep?.min, keep?.max].filter(
    (value) => value !== null && value !== undefined,
  );
  let [low, high] = [Math.min(...known), Math.max(...known)];
  if (forecast) {
    const most = (high - low || Math.abs(high) || 1) * WIDEST_FORECAST;
    [low, high] = [
      Math.min(low, Math.max(forecast.p10, low - most)),
      Math.max(high, Math.min(forecast.p90, high + most)),
    ];
  }
  const room = high === low ? Math.max(Math.abs(high) * 0.1, 0.5) : (high - low) * 0.06;
  // Nothing that is never below zero gets an axis that is.
  const floor = low >= 0 ? Math.max(0, low - room) : low - room;
  const down = scaleLinear([floor, high + room], [box.bottom, box.top]);
  const across = scaleLinear([0, 1], [box.left, box.right]);
  return {
    x: (share) => tenth(across(share)),
    y: (value) => tenth(down(value)),
    ticks: down.ticks(4),
    right: box.right,
    top: box.top,
    bottom: box.bottom,
  };
}

/** The share of the cycle at which each day of the trend ends. */
export function dayShares({ trend, elapsed }: Pick<ChartData, 'trend' | 'elapsed'>): readonly number[] {
  return trend.map((_, i) => (elapsed * (i + 1)) / trend.length);
}

/** Coordinates to a tenth, so that a drawing stays small. */
function tenth(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
