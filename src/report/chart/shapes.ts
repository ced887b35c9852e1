import { area, line } from 'd3-shape';
import type { ChartData } from './data.ts';
import { dayShares, type Frame } from './frame.ts';

/** The lines and areas of a chart as the `d` of SVG paths; empty or null where there is nothing to draw. */
export interface Shapes {
  /** Through the days that have a value, broken where one has none. */
  readonly series: string;
  /** Across the days without a value. */
  readonly gaps: string;
  /** Straight from the start to the target: where an even pace would be. */
  readonly expected: string | null;
  /** From the last value to where it will be four times in five. */
  readonly likely: string | null;
  /** To the middle of that. */
  readonly median: string | null;
  /** The last day with a value. */
  readonly last: { readonly x: number; readonly y: number };
  /** Days with a value and none beside them, which no line shows. */
  readonly alone: readonly { readonly x: number; readonly y: number }[];
}

interface Day {
  readonly x: number;
  readonly y: number | null;
}

const through = line<Day>(
  ({ x }) => x,
  ({ y }) => y ?? 0,
)
  .defined(({ y }) => y !== null)
  .digits(1);

const shade = area<{ readonly x: number; readonly low: number; readonly high: number }>(
  ({ x }) => x,
  ({ low }) => low,
  ({ high }) => high,
).digits(1);

/** Of a frame that has room for the data, so that at least one day has a value. */
export function shapesOf(data: ChartData, frame: Frame): Shapes {
  const { trend, start, target } = data;
  const shares = dayShares(data);
  const days = trend.map((value, i): Day => {
    return { x: frame.x(shares[i] ?? 0), y: value === null ? null : frame.y(value) };
  });
  const known = days.filter(({ y }) => y !== null);
  const last = known.at(-1);
  if (last === undefined || last.y === null) throw new RangeError('a chart needs a value on one day');
  const expected =
    start === null || target === null
      ? null
      : through([
          { x: frame.x(0), y: frame.y(start) },
          { x: frame.x(1), y: frame.y(target) },
        ]);
  return {
    series: through(days) ?? '',
    gaps: bridges(days),
    expected,
    ...forecastShapes(data, frame, { x: last.x, y: last.y }),
    last: { x: last.x, y: last.y },
    alone: days.flatMap(({ x, y }, i) =>
      y !== null && (days[i - 1]?.y ?? null) === null && (days[i + 1]?.y ?? null) === null ? [{ x, y }] : [],
    ),
  };
}

function forecastShapes(
  { forecast }: ChartData,
  frame: Frame,
  from: { readonly x: number; readonly y: number },
): Pick<Shapes, 'likely' | 'median'> {
  const end = frame.x(1);
  if (!forecast || from.x >= end) return { likely: null, median: null };
  const likely = shade([
    { x: from.x, low: from.y, high: from.y },
    { x: end, low: frame.y(forecast.p10), high: frame.y(forecast.p90) },
  ]);
  return { likely, median: through([from, { x: end, y: frame.y(forecast.p50) }]) };
}

/** A straight piece over each run of days without a value that lies between two that have one. */
function bridges(days: readonly Day[]): string {
  const pieces: string[] = [];
  let before: Day | null = null;
  let gap = false;
  for (const day of days) {
    if (day.y === null) gap = before !== null;
    else {
      if (gap && before !== null) pieces.push(through([before, day]) ?? '');
      before = day;
      gap = false;
    }
  }
  return pieces.join('');
}
