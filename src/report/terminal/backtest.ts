import type { PooledScore } from '../../okr/forecast/replay.ts';
import { formatCount, formatNumber, formatShare, NO_DATA } from '../format.ts';
import type { BacktestModel } from '../model.ts';
import { type Context, createContext, type Terminal } from './context.ts';
import { type Cell, type Column, labelled, tableLines } from './table.ts';
import { wrap } from './width.ts';

const COLUMNS: readonly Column[] = [
  { title: 'key result', flexible: true },
  { title: 'forecasts', align: 'right' },
  { title: 'ends', align: 'right' },
  { title: 'held', align: 'right' },
  { title: 'naive held', align: 'right' },
  { title: 'width', align: 'right' },
  { title: 'Brier', align: 'right' },
  { title: 'base', align: 'right' },
];

const LEGEND: readonly (readonly [label: string, text: string])[] = [
  ['held', 'the value at the end lay inside the band of the forecast; 80 % would be right'],
  ['naive', 'a band about the last value, as wide as past changes over as many days'],
  ['width', "of the forecast's band, in naive ones"],
  ['Brier', 'how far the probability of reaching the target was off: 0 is perfect, 0.25 a coin'],
  ['base', 'the same, had the share that was reached been known and always said'],
];

/** How often past forecasts held, by key result and in all. Ends with a line break. */
export function renderBacktest(model: BacktestModel, terminal: Terminal): string {
  const context = createContext(terminal);
  const { colors, width } = context;
  const { keyResults, total } = model;
  const lines = [
    ...wrap('How past forecasts held', width).map(colors.bold),
    ...wrap(context.own(scopeWords(model)), width).map(colors.dim),
    '',
  ];
  if (total.origins > 0) {
    const rows = keyResults
      .filter((one) => one.origins > 0)
      .map((one) => cells(context, `${one.objective}/${one.keyResult}`, one));
    const all = cells(
      context,
      rows.length === 1 ? 'in all' : `all ${formatCount(rows.length, 'key result')}`,
      total,
    ).map((cell) => ({
      ...cell,
      style: colors.bold,
    }));
    lines.push(...tableLines(context, COLUMNS, [...rows, all]), '');
    for (const [label, text] of LEGEND) {
      lines.push(...labelled(context, label.padEnd(5), context.own(text), { style: colors.dim }));
    }
    lines.push('');
  }
  for (const sentence of cautions(model)) lines.push(...wrap(context.own(sentence), width));
  return `${lines.join('\n').trimEnd()}\n`;
}

function scopeWords({ cycles }: BacktestModel): string {
  const [first] = cycles;
  if (first === undefined) return 'No cycle has anything to replay.';
  const names = cycles.map(({ id, start, end }) => `${id} (${start} to ${end})`).join(', ');
  return first.finished
    ? `${names}: asked at the end of every seventh day with what was known then, and compared with how the cycle ended.`
    : `${names} still runs: asked at the end of every seventh day where the value would stand now, with what was known then.`;
}

function cells(context: Context, name: string, score: PooledScore): readonly Cell[] {
  const share = (value: number | null) =>
    value === null ? NO_DATA : formatShare(Math.round(value * 100) / 100);
  const figure = (value: number | null) => (value === null ? NO_DATA : value.toFixed(2));
  return [
    context.text(name),
    formatNumber(score.origins, 0),
    formatNumber(score.ends, 0),
    share(score.held),
    share(score.naiveHeld),
    figure(score.width),
    figure(score.brier),
    figure(score.brierBase),
  ].map((text) => ({ text: context.own(text) }));
}

/** What must be said beside the figures, so that nobody reads more into them than is there. */
function* cautions({ cycles, keyResults, leastEnds, total }: BacktestModel): Iterable<string> {
  if (total.origins === 0 && cycles.length > 0) yield 'There is no forecast to compare yet.';
  if (total.origins > 0 && total.ends < leastEnds) {
    yield `Too few to judge by: the forecasts of one cycle share its end, so that these ${formatCount(total.origins, 'forecast')} are compared with ${formatCount(total.ends, 'end')}. Below ${leastEnds} the share that held may be luck, either way.`;
  } else if (total.origins > 0) {
    yield 'The forecasts of one cycle share its end: a single key result says little, all together more.';
  }
  if (total.origins > 0 && cycles.some(({ finished }) => !finished)) {
    yield 'The target is set for the end of the cycle, so that no probability of it can be judged before.';
  }
  const none = keyResults.filter((one) => one.origins === 0);
  if (none.length > 0) {
    const names = none.map((one) => `${one.objective}/${one.keyResult}`).join(', ');
    yield `Without a forecast that could be compared: ${names}. A forecast needs some weeks of data before it, a value on its day and one at the end; milestones have none.`;
  }
  if (total.refused > 0 && total.origins > 0) {
    yield `${formatCount(total.refused, 'time')} there was too little to forecast from.`;
  }
}
