import type { Rule, Span } from '../../domain/okr.ts';
import { aggregate } from '../../metrics/engine/aggregate.ts';
import type { Random } from './random.ts';
import { type Alive, type ComingWeek, firstAtOrAfter } from './weeks.ts';

export const FLOW = {
  halfLife: 13,
  drift: 0.0,
  levelDrift: 0.0,
  ordered: 2000,
};

export interface FlowInput {
  readonly aggregate: Rule['aggregate'];
  readonly alive: Alive;
  /** The final window. */
  readonly window: Span;
  readonly asOf: number;
  /** Beginnings of the past weeks, newest first. */
  readonly past: readonly number[];
  readonly coming: readonly ComingWeek[];
  readonly paths: number;
}

/** Which observations of each past week stand for each coming one: `[first, end)` places. */
function pieces(input: FlowInput) {
  const n = input.past.length;
  const first = new Uint32Array(n * input.coming.length);
  const end = new Uint32Array(n * input.coming.length);
  input.coming.forEach(({ from, to }, j) => {
    input.past.forEach((begin, i) => {
      const next = i === 0 ? input.asOf : (input.past[i - 1] as number);
      first[j * n + i] = firstAtOrAfter(input.alive.at, Math.min(begin + from, next));
      end[j * n + i] = firstAtOrAfter(input.alive.at, Math.min(begin + to, next));
    });
  });
  return { first, end };
}

function recencyPicker(n: number, random: Random) {
  const cumulative = new Float64Array(n);
  let total = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const weight = 0.5 ** (i / FLOW.halfLife);
    total += weight;
    squares += weight * weight;
    cumulative[i] = total;
  }
  const effective = Math.max(2, Math.round((total * total) / squares));
  const pick = () => {
    const x = random.next() * total;
    let i = 0;
    while (i < n - 1 && (cumulative[i] as number) <= x) i++;
    return i;
  };
  return { effective, pick };
}

const TOTALS: ReadonlySet<Rule['aggregate']> = new Set([
  'count',
  'sum',
  'perDay',
  'perWeek',
  'mean',
  'share',
  'ratio',
]);

export function simulateFlow(input: FlowInput, random: Random): Float64Array {
  return TOTALS.has(input.aggregate) ? simulateTotals(input, random) : simulateOrdered(input, random);
}

function simulateTotals(input: FlowInput, random: Random): Float64Array {
  const { alive, window, coming, paths } = input;
  const name = input.aggregate;
  const n = input.past.length;
  const { first, end } = pieces(input);
  const size = alive.at.length;
  const tops = new Float64Array(size + 1);
  const wholes = new Float64Array(size + 1);
  for (let i = 0; i < size; i++) {
    tops[i + 1] = (tops[i] as number) + (name === 'count' ? 1 : (alive.value[i] as number));
    const whole = name === 'ratio' ? (alive.of?.[i] ?? 0) : 1;
    wholes[i + 1] = (wholes[i] as number) + whole;
  }
  const kept = firstAtOrAfter(alive.at, window.from);
  const fixedTop = (tops[size] as number) - (tops[kept] as number);
  const fixedWhole = (wholes[size] as number) - (wholes[kept] as number);
  const perValue = name === 'mean' || name === 'share' || name === 'ratio';
  const { effective, pick } = recencyPicker(n, random);
  const sample = new Uint32Array(effective);
  const out = new Float64Array(paths);
  const points = { values: new Float64Array(1), ofs: new Float64Array(1) };
  for (let p = 0; p < paths; p++) {
    for (let k = 0; k < effective; k++) sample[k] = pick();
    let top = 0;
    let whole = 0;
    for (let j = 0; j < coming.length; j++) {
      const at = j * n + (sample[random.int(effective)] as number);
      top += (tops[end[at] as number] as number) - (tops[first[at] as number] as number);
      whole += (wholes[end[at] as number] as number) - (wholes[first[at] as number] as number);
    }
    if (!perValue) {
      const z = random.normal();
      const spread = FLOW.drift * Math.sqrt(coming.length);
      top *= Math.exp(spread * z - (spread * spread) / 2);
      points.values[0] = fixedTop + (name === 'count' ? Math.round(top) : top);
      out[p] = aggregate(name === 'count' ? 'sum' : name, points, window) ?? Number.NaN;
    } else {
      points.values[0] = fixedTop + top;
      points.ofs[0] = fixedWhole + whole;
      out[p] = aggregate('ratio', points, window) ?? Number.NaN;
    }
  }
  return out;
}

function simulateOrdered(input: FlowInput, random: Random): Float64Array {
  const { alive, window, coming, paths } = input;
  const n = input.past.length;
  const { first, end } = pieces(input);
  const size = alive.at.length;
  const kept = firstAtOrAfter(alive.at, window.from);
  const { effective, pick } = recencyPicker(n, random);
  const sample = new Uint32Array(effective);
  const out = new Float64Array(paths);
  let longest = 0;
  for (let i = 0; i < first.length; i++)
    longest = Math.max(longest, (end[i] as number) - (first[i] as number));
  const values = new Float64Array(size - kept + longest * coming.length);
  values.set(alive.value.subarray(kept));
  for (let p = 0; p < paths; p++) {
    for (let k = 0; k < effective; k++) sample[k] = pick();
    let length = size - kept;
    for (let j = 0; j < coming.length; j++) {
      const at = j * n + (sample[random.int(effective)] as number);
      for (let i = first[at] as number; i < (end[at] as number); i++)
        values[length++] = alive.value[i] as number;
    }
    out[p] =
      aggregate(input.aggregate, { values: values.subarray(0, length), ofs: null }, window) ?? Number.NaN;
  }
  return out;
}
