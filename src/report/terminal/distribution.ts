import { formatNumber, formatValue, valueFormatter, withoutUnit } from '../format.ts';
import type { ExplainModel } from '../model.ts';
import type { Context } from './context.ts';
import { displayWidth, padEnd, padStart } from './width.ts';

export interface Bin {
  readonly from: number;
  /** Null: everything from here on. */
  readonly to: number | null;
  readonly count: number;
}

const MOST_BINS = 8;
const LEAST_OBSERVATIONS = 5;

/**
 * How the observations spread, as bars with the value's own bin marked: for spans and sizes, where the shape says
 * more than one number. Nothing for counts and ratios, and nothing for a handful.
 */
export function distributionLines(context: Context, model: ExplainModel): readonly string[] {
  const values = model.observations.map(({ value }) => value);
  const spread = new Set(values).size >= 3 && model.observations.every(({ of }) => of === null);
  if (!spread || values.length < LEAST_OBSERVATIONS) return [];
  const bins = histogram(values);
  const { colors, glyphs } = context;
  const format = valueFormatter(model.unit, values);
  const labels = bins.map(({ from, to }) =>
    context.own(
      to === null ? `${format(from)} or more` : `${withoutUnit(format(from), model.unit)} to ${format(to)}`,
    ),
  );
  const most = Math.max(...bins.map(({ count }) => count));
  const label = Math.max(...labels.map(displayWidth));
  const digits = displayWidth(context.own(formatNumber(most, 0)));
  const single = ['last', 'mean', 'median', 'p75', 'p90', 'p95'].includes(model.rule.aggregate);
  const pointer =
    single && model.value !== null
      ? context.own(`  ← ${model.rule.aggregate} ${formatValue(model.value, model.unit)}`)
      : '';
  const room = Math.min(60, context.width - label - digits - 4 - displayWidth(pointer));
  if (room < 8) return [];
  const lines = bins.map((bin, index) => {
    const length = bin.count === 0 ? 0 : Math.max(1, Math.round((bin.count / most) * room));
    const drawn = colors.cyan(glyphs.full.repeat(length));
    const count = context.own(formatNumber(bin.count, 0));
    const holds =
      model.value !== null && model.value >= bin.from && (bin.to === null || model.value < bin.to);
    const mark = holds ? colors.bold(pointer) : '';
    return ` ${colors.dim(padEnd(labels[index] ?? '', label))} ${padStart(count, digits)} ${drawn}${mark}`;
  });
  return ['', colors.bold('Distribution'), ...lines.map((line) => line.trimEnd())];
}

/**
 * Counts per bin of a round width. The last bin takes in the long tail that spans of work have, so that one
 * forgotten pull request does not press all the others into the first bin.
 */
export function histogram(values: readonly number[]): readonly Bin[] {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[0] ?? 0;
  const high = sorted.at(-1) ?? 0;
  const usual = sorted[Math.floor((sorted.length - 1) * 0.9)] ?? high;
  const step = roundStep((usual - low || high - low || 1) / (MOST_BINS - 2));
  const first = Math.floor(low / step) * step;
  // Values so close that no round step tells them apart are one bin.
  if (!(first <= low && low - first <= step && first + step > first)) {
    return [{ from: low, to: null, count: sorted.length }];
  }
  const bins: Bin[] = [];
  for (let index = 0; index < MOST_BINS; index++) {
    // The product, not a running sum, so that the edges stay round.
    const from = first + index * step;
    if (from > high) break;
    const last = index === MOST_BINS - 1 && high >= from + step;
    const to = last ? null : first + (index + 1) * step;
    const count = sorted.filter((value) => value >= from && (to === null || value < to)).length;
    bins.push({ from, to, count });
  }
  return bins;
}

/** The next step of 1, 2 or 5 times a power of ten that is at least so large. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  for (const factor of [1, 2, 5]) if (factor * power >= least) return factor * power;
  return 10 * power;
}
