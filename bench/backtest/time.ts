import { DAY } from '../../src/domain/time.ts';
import { boundsOf, type ForecastInput } from '../../src/okr/forecast/contract.ts';
import { forecast } from '../../src/okr/forecast/forecast.ts';
import { createRandom } from '../../src/okr/forecast/random.ts';

/** What the forecasts of 50 key results cost: 10 each of five rules, over 138 days with 40 observations a day. */
const RULES = [
  { aggregate: 'count', window: { kind: 'cycleToDate' } },
  { aggregate: 'median', window: { kind: 'days', days: 28 } },
  { aggregate: 'p90', window: { kind: 'cycleToDate' } },
  { aggregate: 'share', window: { kind: 'days', days: 28 } },
  { aggregate: 'last', window: { kind: 'days', days: 28 } },
] as const;
const ROUNDS = 5;

const span = { from: Date.UTC(2026, 9, 1), to: Date.UTC(2027, 0, 1) };
const asOf = Date.UTC(2026, 10, 16, 5, 15);
const coveredFrom = Date.UTC(2026, 6, 1);
const random = createRandom(1);
const at: number[] = [];
const value: number[] = [];
for (let day = coveredFrom; day < asOf; day += DAY) {
  for (let i = 0; i < 40; i++) {
    at.push(Math.min(asOf - 1, day + (i * DAY) / 40));
    value.push(Math.exp(random.normal()));
  }
}
const series = Array.from({ length: 138 }, (_, i) => ({
  at: coveredFrom + (i + 1) * DAY,
  value: random.next(),
}));

const inputs: ForecastInput[] = [];
for (let i = 0; i < 50; i++) {
  const rule = RULES[i % RULES.length] ?? RULES[0];
  const kind = rule.aggregate === 'last' ? 'sample' : 'flow';
  inputs.push({
    rule,
    kind,
    bounds: boundsOf('none', rule.aggregate, kind),
    observations:
      kind === 'flow'
        ? { at, value: rule.aggregate === 'share' ? value.map((v) => Number(v > 1)) : value }
        : null,
    series,
    coveredFrom,
    asOf,
    span,
    zone: 'Europe/Stockholm',
    target: { kind: 'reach', start: 0, target: 1 },
    seed: i,
  });
}

const times: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const began = process.cpuUsage();
  for (const input of inputs) {
    if (forecast(input) === null) throw new Error(`no forecast for ${input.rule.aggregate}`);
  }
  const { user, system } = process.cpuUsage(began);
  times.push((user + system) / 1000);
}
times.sort((a, b) => a - b);
process.stdout.write(
  `50 key results, ${at.length} observations each: median ${Math.round(times[Math.floor(ROUNDS / 2)] ?? 0)} ms of processor time over ${ROUNDS} rounds, the first and slowest ${Math.round(times.at(-1) ?? 0)} ms\n`,
);
