import type { Random } from './random.ts';

/** Weeks after which a past week counts half. */
const HALF_LIFE = 13;
/** How far a level moves off from that of the past weeks, relative (or in log odds): at once, and per root of a week. */
const SHOCK = 0.25;
const DRIFT = 0.06;
/** How much of what a level was seen to move counts. */
const OWN = 0.7;
/** The same where there are too few weeks to see it. */
const UNSEEN = 0.05;
/** Neighbouring weeks whose levels are compared. */
const MONTH = 4;

/**
 * Draws past weeks for one path: first a sample of the past, newer weeks more often, then from that sample. Drawing twice
 * is what makes the uncertainty of the rate count: m weeks to come, out of n past ones with variance s², vary by
 * m·s² + m²·s²/n.
 */
export function createWeekPicker(past: number, random: Random): { newPath(): void; pick(): number } {
  const reach = new Float64Array(past);
  let total = 0;
  let squares = 0;
  for (let i = 0; i < past; i++) {
    const weight = 0.5 ** (i / HALF_LIFE);
    total += weight;
    squares += weight * weight;
    reach[i] = total;
  }
  // As many as weeks of equal weight would say as much; one less, for their mean was not known either.
  const sample = new Uint32Array(Math.max(2, Math.round((total * total) / squares) - 1));
  return {
    newPath() {
      for (let k = 0; k < sample.length; k++) {
        const x = random.next() * total;
        let i = 0;
        while (i < past - 1 && (reach[i] as number) <= x) i++;
        sample[k] = i;
      }
    },
    pick: () => sample[random.int(sample.length)] as number,
  };
}

/**
 * The standard deviation of how far the level ahead is off from that of the past weeks. Weeks are not independent:
 * a calm month follows a calm one. What is common to all teams is fixed; what this one shows comes on top; and where
 * the weeks hardly differ, neither does what comes.
 *
 * @param tops the weeks' totals, newest first
 * @param wholes what they are of; ones for a rate
 * @param scale what turns a difference of levels into the scale of the result
 * @param weeks how far ahead
 */
export function spreadOf(tops: Float64Array, wholes: Float64Array, scale: number, weeks: number): number {
  const n = tops.length;
  const whole = sumOf(wholes) / n;
  if (!(whole > 0) || !Number.isFinite(scale)) return 0;
  const level = sumOf(tops) / n / whole;
  const deviations = tops.map((top, i) => (top - level * (wholes[i] as number)) / whole);
  let square = 0;
  for (const deviation of deviations) square += deviation * deviation;
  const seen = n < 2 * MONTH ? UNSEEN : OWN * excessOfMonths(deviations) * scale * scale;
  const spread = Math.sqrt(SHOCK * SHOCK + DRIFT * DRIFT * weeks + seen);
  return Math.min(spread, Math.sqrt(square / n) * scale) * studentFactor(n);
}

/** How much farther Student's 90 % point lies than the normal one, within 2 % from four weeks on. */
function studentFactor(weeks: number): number {
  return 1 + 0.84 / Math.max(1, weeks - 1);
}

/** How much more the means of neighbouring months differ than those of independent weeks would: a variance. */
export function excessOfMonths(weeks: ArrayLike<number>): number {
  const n = weeks.length;
  if (n < 2 * MONTH) return 0;
  let noise = 0;
  for (let i = 0; i + 1 < n; i++) noise += ((weeks[i] as number) - (weeks[i + 1] as number)) ** 2;
  let months = 0;
  for (let i = 0; i + 2 * MONTH <= n; i++) {
    let difference = 0;
    for (let k = 0; k < MONTH; k++) difference += (weeks[i + k] as number) - (weeks[i + MONTH + k] as number);
    months += difference * difference;
  }
  const expected = noise / (2 * (n - 1));
  const found = months / (n - 2 * MONTH + 1) / (2 * MONTH);
  return Math.max(0, found - expected) / MONTH;
}

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}
