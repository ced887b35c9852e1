import { type ChartData, chartDataOf } from '../chart/data.ts';
import { dayShares, type Frame, frameOf } from '../chart/frame.ts';
import { shapesOf } from '../chart/shapes.ts';
import type { KeyResultReport } from '../detail.ts';
import { formatValue, unitSuffix, valueFormatter, withoutUnit } from '../format.ts';
import type { KeyResultModel, StatusModel } from '../model.ts';
import { journeyWords } from '../words.ts';
import { percent } from './bar.ts';
import { captionWords, chartWords, dayTable, rangeWords } from './chart-words.ts';
import { dateTicks } from './dates.ts';
import { type Content, html, type Markup } from './markup.ts';

/** Drawn at its own height and as wide as the page allows: across in thousandths of the cycle, down in pixels. */
const HEIGHT = 248;
const BOX = { left: 0, right: 1000, top: 14, bottom: 216 };
/** The days of the guards lie between the plot and its dates. */
const STRIP = { y: BOX.bottom + 3, height: 5 };

/** The days of a key result against its start, target, band, even pace and forecast; in words and numbers as well. */
export function chart(model: StatusModel, kr: KeyResultReport): Markup {
  const data = chartDataOf(kr, model.cycle.elapsed);
  const frame = frameOf(data, BOX);
  if (frame === null) {
    return html`<figure class="chart empty"><figcaption>No value on any day of the cycle yet.</figcaption></figure>`;
  }
  return html`<figure class="chart"><div class="drawing">${tickTexts(kr, frame)}<svg class="plot" role="img" aria-label="${chartWords(model, kr)}" height="${HEIGHT}">${backdrop(kr, frame)}<svg width="100%" height="${BOX.bottom}" viewBox="0 0 1000 ${BOX.bottom}" preserveAspectRatio="none">${curves(data, frame)}</svg>${guardStrip(kr, data)}${foreground(model, data, frame)}</svg>${labels(kr, frame)}</div><figcaption>${captionWords(kr)}</figcaption>${dayTable(model, kr)}</figure>`;
}

/** What stands still: gridlines, the band, the start, the target. */
function backdrop(kr: KeyResultModel, frame: Frame): Content {
  const { start, target, stretch, keep } = kr;
  const across = (value: number | null | undefined, kind: string): Content =>
    value === null || value === undefined
      ? null
      : html`<line class="${kind}" x2="100%" y1="${frame.y(value)}" y2="${frame.y(value)}"/>`;
  return [
    keep === null ? null : band(keep, frame),
    freeTicks(kr, frame).map((tick) => across(tick, 'grid')),
    html`<line class="axis" x2="100%" y1="${BOX.bottom}" y2="${BOX.bottom}"/>`,
    across(keep?.min, 'edge'),
    across(keep?.max, 'edge'),
    across(start, 'start'),
    across(target, 'target'),
    across(stretch, 'stretch'),
  ];
}

/** What the gridlines stand for; a unit that is a word is left to the lines that are named. */
function tickTexts(kr: KeyResultModel, frame: Frame): Markup {
  const format = valueFormatter(kr.unit, [...linesOf(kr), ...frame.ticks]);
  const suffix = unitSuffix(kr.unit);
  const short = (value: number): string =>
    suffix.length > 3 ? withoutUnit(format(value), kr.unit) : format(value);
  const texts = freeTicks(kr, frame).map(
    (tick) => html`<text x="100%" dx="-8" y="${frame.y(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
  );
  return html`<svg class="ticks" aria-hidden="true" height="${HEIGHT}">${texts}</svg>`;
}

function linesOf({ start, target, stretch, keep }: KeyResultModel): readonly number[] {
  return [start, target, stretch, keep?.min ?? null, keep?.max ?? null].filter((value) => value !== null);
}

/** Those that no line of the key result is near to. */
function freeTicks(kr: KeyResultModel, frame: Frame): readonly number[] {
  const lines = linesOf(kr);
  return frame.ticks.filter(
    (tick) => lines.every((value) => Math.abs(frame.y(value) - frame.y(tick)) > 6) && frame.y(tick) > 10,
  );
}

function band(keep: NonNullable<KeyResultModel['keep']>, frame: Frame): Markup {
  const top = keep.max === null ? frame.top : frame.y(keep.max);
  const bottom = keep.min === null ? frame.bottom : frame.y(keep.min);
  return html`<rect class="band" width="100%" y="${top}" height="${Math.max(0, bottom - top)}"/>`;
}

/** What is stretched to the page's width, with lines that stay as thin as they are. */
function curves(data: ChartData, frame: Frame): Content {
  const { series, gaps, expected, likely, median } = shapesOf(data, frame);
  const path = (d: string | null, kind: string): Content =>
    d === null || d === '' ? null : html`<path class="${kind}" d="${d}"/>`;
  return [
    path(expected, 'pace'),
    path(likely, 'likely'),
    path(median, 'median'),
    path(gaps, 'gap'),
    path(series, 'series'),
  ];
}

/** Under the days on which a guard was broken, and paler under those on which all held. */
function guardStrip({ guardDays }: KeyResultReport, data: ChartData): Content {
  const ends = dayShares(data);
  return guardDays.map((broken, i) => {
    if (broken === null) return null;
    const from = ends[i - 1] ?? 0;
    return html`<rect class="${broken ? 'guard broken' : 'guard'}" x="${percent(from)}" width="${percent((ends[i] ?? 0) - from)}" y="${STRIP.y}" height="${STRIP.height}"/>`;
  });
}

/** The dates, today, the last value, and days that no line goes through. */
function foreground({ cycle }: StatusModel, data: ChartData, frame: Frame): Content {
  const open = cycle.elapsed > 0 && cycle.elapsed < 1;
  const ticks = dateTicks(cycle).filter(({ share }) => !open || Math.abs(share - cycle.elapsed) > 0.12);
  const { last, alone } = shapesOf(data, frame);
  const anchorAt = (share: number): string => (share < 0.06 ? 'start' : share > 0.94 ? 'end' : 'middle');
  const dot = ({ x, y }: { readonly x: number; readonly y: number }, kind: string, r: number): Markup =>
    html`<circle class="${kind}" cx="${percent(x / 1000)}" cy="${y}" r="${r}"/>`;
  return [
    ticks.map(
      ({ share, text }) =>
        html`<text class="date" x="${percent(share)}" y="${HEIGHT - 8}" text-anchor="${anchorAt(share)}">${text}</text>`,
    ),
    open
      ? html`<line class="today" x1="${percent(cycle.elapsed)}" x2="${percent(cycle.elapsed)}" y1="8" y2="${BOX.bottom}"/><text class="date now" x="${percent(cycle.elapsed)}" y="${HEIGHT - 8}" text-anchor="${anchorAt(cycle.elapsed)}">today</text>`
      : null,
    alone.map((day) => dot(day, 'dot small', 2.5)),
    dot(last, data.shaky ? 'dot hollow' : 'dot', 4.5),
  ];
}

interface Label {
  readonly y: number;
  readonly kind: string;
  readonly name: string;
  readonly value: string;
}

/** Lines and shades are named where they end. */
function labels(kr: KeyResultReport, frame: Frame): Markup {
  const { start, target, stretch, keep, forecast, unit, guardDays } = kr;
  const inside = (value: number): number => Math.min(frame.bottom, Math.max(frame.top, frame.y(value)));
  const wanted: Label[] = [];
  const name = (value: number, kind: string, text: string, written: string): void => {
    wanted.push({ y: inside(value), kind, name: text, value: written });
  };
  const [from, , to] = journeyWords(kr);
  if (start !== null) name(start, 'l-start', 'start', target === null ? formatValue(start, unit) : from);
  if (target !== null) name(target, 'l-target', 'target', to);
  if (stretch !== null) name(stretch, 'l-target', 'stretch', formatValue(stretch, unit));
  const format = valueFormatter(unit, [keep?.min ?? null, keep?.max ?? null, kr.current]);
  if (keep?.min != null) name(keep.min, 'l-target', 'at least', format(keep.min));
  if (keep?.max != null) name(keep.max, 'l-target', 'at most', format(keep.max));
  if (forecast !== null) {
    const { p10, p50, p90 } = forecast.atEnd;
    name(p50, 'l-likely', 'forecast', rangeWords(unit, p10, p90));
  }
  const drawn = apart(wanted, guardDays.length > 0).map(
    ({ y, kind, name: text, value }) =>
      html`<text class="${kind}" x="8" y="${y - 2}">${text}<tspan x="8" dy="13" class="value">${value}</tspan></text>`,
  );
  const guard =
    guardDays.length === 0 ? null : html`<text class="l-start" x="8" y="${STRIP.y + 8}">guard</text>`;
  return html`<svg class="labels" aria-hidden="true" height="${HEIGHT}">${drawn}${guard}</svg>`;
}

const LABEL_HEIGHT = 29;

/** Moves labels down until none covers another, and all of them up again where the floor, or the guard's name, is passed. */
function apart(labels: readonly Label[], guarded: boolean): readonly Label[] {
  const placed = labels.toSorted((a, b) => a.y - b.y).map((label) => ({ ...label }));
  let free = LABEL_HEIGHT / 2;
  for (const label of placed) {
    label.y = Math.max(label.y, free);
    free = label.y + LABEL_HEIGHT;
  }
  let floor = BOX.bottom - LABEL_HEIGHT / 2 + (guarded ? -2 : 4);
  for (const label of placed.toReversed()) {
    label.y = Math.min(label.y, floor);
    floor = label.y - LABEL_HEIGHT;
  }
  return placed;
}
