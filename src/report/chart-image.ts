import type { ChartData } from './chart/data.ts';
import { type Box, frameOf } from './chart/frame.ts';
import { shapesOf } from './chart/shapes.ts';
import { PALETTES, type Palette, type Theme } from './palette.ts';

export interface ChartImage {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
}

/** What the pictures show, for they hold no text. */
export const CHART_KEY =
  'In the charts: blue is the value day by day, its last dot hollow where the value is held or stale, then the forecast with the shade that holds four times in five; green is the target or the band; grey dots are the start and today; grey dashes are an even pace.';

/** Half of the widest stroke and the last value's dot stay inside. */
const MARGIN = 8;

/**
 * The chart of one key result as an SVG that stands alone: no text, no style sheet, nothing to load, so that any
 * renderer draws it alike. The line of the days (dotted across days without a value), today and the start (dotted), the
 * target or the band (green), the even pace (thin, dashed), and the forecast with its shade; a last value that is held or
 * stale is hollow. Null where no day has a value.
 */
export function chartSvg(data: ChartData, { width, height, theme }: ChartImage): string | null {
  const box: Box = { left: MARGIN, right: width - MARGIN, top: MARGIN, bottom: height - MARGIN };
  const frame = frameOf(data, box);
  if (frame === null) return null;
  const colours = PALETTES[theme];
  const shapes = shapesOf(data, frame);
  const { start, target, stretch, keep } = data;
  // On whole pixels, or a thin line would blur over two.
  const across = (value: number | null | undefined, style: string): string =>
    value === null || value === undefined
      ? ''
      : `<path d="M${box.left},${Math.round(frame.y(value))}H${box.right}" ${style}/>`;
  const curve = (d: string | null, style: string): string =>
    d === null || d === '' ? '' : `<path d="${d}" ${style}/>`;
  const green = `stroke="${colours.good}" stroke-width="2"`;
  const dot = ({ x, y }: { readonly x: number; readonly y: number }, r: number, hollow = false): string => {
    const [fill, stroke] = hollow ? [colours.card, colours.accent] : [colours.accent, colours.card];
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}" stroke="${stroke}" stroke-width="2.5"/>`;
  };
  const today = Math.round(frame.x(data.elapsed));
  const running = data.elapsed > 0 && data.elapsed < 1;
  const drawing = [
    `<rect width="${width}" height="${height}" fill="${colours.card}"/>`,
    bandOf(keep, frame, colours),
    running
      ? `<path d="M${today},${box.top}V${box.bottom}" stroke="${colours.soft}" stroke-width="1.5" stroke-dasharray="1.5 4.5"/>`
      : '',
    across(start, `stroke="${colours.soft}" stroke-width="1.5" stroke-dasharray="2 4"`),
    across(target, green),
    across(stretch, `${green} stroke-dasharray="2 4"`),
    across(keep?.min, green),
    across(keep?.max, green),
    curve(shapes.expected, `stroke="${colours.soft}" stroke-width="1.5" stroke-dasharray="7 6"`),
    curve(shapes.likely, `fill="${colours.accent}" fill-opacity="0.16"`),
    curve(shapes.median, `stroke="${colours.accent}" stroke-width="2" stroke-dasharray="7 6"`),
    curve(
      shapes.gaps,
      `stroke="${colours.accent}" stroke-width="2" stroke-dasharray="0.1 5" stroke-linecap="round"`,
    ),
    curve(
      shapes.series,
      `stroke="${colours.accent}" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"`,
    ),
    ...shapes.alone.map((day) => dot(day, 4)),
    dot(shapes.last, 6, data.shaky),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" fill="none">${drawing.join('')}</svg>`;
}

function bandOf(
  keep: ChartData['keep'],
  frame: { readonly top: number; readonly bottom: number; readonly right: number; y(value: number): number },
  colours: Palette,
): string {
  if (!keep) return '';
  const top = keep.max === null ? frame.top : frame.y(keep.max);
  const bottom = keep.min === null ? frame.bottom : frame.y(keep.min);
  const height = Math.max(0, bottom - top);
  return `<rect x="${MARGIN}" y="${top}" width="${frame.right - MARGIN}" height="${height}" fill="${colours.good}" fill-opacity="0.12"/>`;
}
