import type { Context } from './context.ts';

export interface BarOptions {
  /** 0..1; what is beyond is drawn as full or empty. Null: no data, drawn as neither. */
  readonly share: number | null;
  /** Where it should be by now, 0..1. */
  readonly mark: number | null;
  readonly width: number;
  /** Of the filled part. */
  readonly tint: (text: string) => string;
}

/**
 * A bar of exactly `width` columns. Any progress at all fills something, and only all of it fills everything,
 * so that the bar never says more than the number beside it.
 */
export function bar(context: Context, options: BarOptions): string {
  const { glyphs, colors } = context;
  const { share, width } = options;
  if (share === null) return colors.dim(glyphs.none.repeat(width));
  const halves = fillHalves(share, width);
  const full = halves >> 1;
  const cells: string[] = [];
  for (let cell = 0; cell < width; cell++) {
    if (cell < full) cells.push(options.tint(glyphs.full));
    else if (cell === full && halves % 2 === 1) cells.push(options.tint(glyphs.half));
    else cells.push(colors.dim(glyphs.rest));
  }
  if (options.mark !== null) {
    const at = Math.min(width - 1, Math.floor(Math.max(0, options.mark) * width));
    cells[at] = share >= options.mark ? options.tint(glyphs.markPassed) : glyphs.mark;
  }
  return cells.join('');
}

function fillHalves(share: number, width: number): number {
  if (share <= 0) return 0;
  if (share >= 1) return width * 2;
  return Math.min(width * 2 - 1, Math.max(1, Math.round(share * width * 2)));
}
