import { addDays } from '../../domain/time.ts';
import type { KeyResultReport } from '../detail.ts';
import { formatCount, formatProgress, unitSuffix, valueFormatter, withoutUnit } from '../format.ts';
import type { KeyResultModel, StatusModel } from '../model.ts';
import { bandWords } from '../words.ts';
import { shortDate } from './dates.ts';
import { html, type Markup } from './markup.ts';

/** The whole chart in words. */
export function chartWords({ cycle }: StatusModel, kr: KeyResultReport): string {
  const { trend, unit, start, target, forecast, guardDays } = kr;
  const known = trend.flatMap((value, i) =>
    value === null ? [] : [{ value, date: addDays(cycle.start, i) }],
  );
  const [first, last] = [known.at(0), known.at(-1)];
  const format = valueFormatter(unit, [...trend, start, target]);
  const parts = [
    `Daily values from ${format(first?.value ?? null)} on ${first?.date} to ${format(last?.value ?? null)} on ${last?.date}`,
    spreadWords(kr),
  ];
  if (target !== null) parts.push(`start ${format(start)}, target ${format(target)}`);
  if (kr.keep !== null) parts.push(`keep ${bandWords(kr)}`);
  if (forecast !== null) {
    const { p10, p50, p90 } = forecast.atEnd;
    parts.push(
      `forecast at the end ${format(p50)}, four times in five between ${format(p10)} and ${format(p90)}, ${formatProgress(forecast.probability)} likely`,
    );
  }
  if (guardDays.length > 0) parts.push(guardDayWords(guardDays));
  return `${parts.join('; ')}.`;
}

/** Under the chart: what its lines do not say by themselves. */
export function captionWords(kr: KeyResultReport): string {
  const missing = kr.trend.filter((value) => value === null).length;
  const parts = [`Daily, ${spreadWords(kr)}`];
  if (missing > 0) parts.push(`${formatCount(missing, 'day')} without a value`);
  if (kr.start !== null && kr.target !== null) parts.push('thin dashes: an even pace');
  if (kr.guardDays.length > 0) parts.push(guardDayWords(kr.guardDays));
  return `${parts.join('; ')}.`;
}

/** Two values of one unit as a range: `69.7–137 h`. */
export function rangeWords(unit: KeyResultModel['unit'], low: number, high: number): string {
  const format = valueFormatter(unit, [low, high]);
  const [from, to] = [format(low), format(high)];
  const suffix = unit === 'milliseconds' ? to.slice(-2).trimStart() : unitSuffix(unit).trimStart();
  const isWord = suffix.length > 2;
  const short = isWord
    ? withoutUnit(from, unit)
    : suffix !== '' && from.endsWith(suffix)
      ? from.slice(0, -suffix.length).trimEnd()
      : from;
  const end = isWord ? withoutUnit(to, unit) : to;
  return low < 0 ? `${short} to ${end}` : `${short}–${end}`;
}

/** The last value of each seven days: the chart for those who cannot see it, and to copy from. */
export function dayTable({ cycle }: StatusModel, { trend, unit }: KeyResultModel): Markup {
  const format = valueFormatter(unit, trend);
  const last = trend.length - 1;
  const rows = trend.flatMap((value, i) => {
    if ((last - i) % 7 !== 0) return [];
    const date = addDays(cycle.start, i);
    return [
      html`<tr><th scope="row"><time datetime="${date}">${shortDate(date)}</time></th><td>${format(value)}</td></tr>`,
    ];
  });
  return html`<details class="numbers"><summary>Week by week</summary><table><thead><tr><th scope="col">Day</th><th scope="col">Value</th></tr></thead><tbody>${rows}</tbody></table></details>`;
}

function spreadWords({ trend, unit }: KeyResultModel): string {
  const known = trend.filter((value) => value !== null);
  const format = valueFormatter(unit, known);
  const [low, high] = [format(Math.min(...known)), format(Math.max(...known))];
  return low === high ? `always ${low}` : `between ${low} and ${high}`;
}

function guardDayWords(days: readonly (boolean | null)[]): string {
  const broken = days.filter((day) => day === true).length;
  return broken === 0 ? 'no guard was broken' : `a guard was broken on ${formatCount(broken, 'day')}`;
}
