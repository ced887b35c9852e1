import type { BacktestScore } from '../../src/okr/forecast/score.ts';

export interface Row {
  readonly history: string;
  readonly commit: string;
  readonly metric: string;
  readonly cell: BacktestScore;
}

/** Cycles of three months begin every month. */
const OVERLAP = 3;
/** Fewer origins than this are reported and pooled nowhere. */
const LEAST = 30;

/** One line for each metric of each history, as Markdown. */
export function renderCells(rows: readonly Row[]): string {
  const head = [
    'metric',
    'history',
    'origins (apart)',
    'held',
    'under / over',
    'naive held',
    'width',
    'score',
    'Brier (base)',
    'refused / no value',
  ];
  const body = rows.map(({ history, metric, cell }) => [
    `\`${metric}\``,
    history,
    `${cell.origins} (${Math.round(cell.cycles / OVERLAP)})`,
    marked(cell),
    `${percent(cell.under)} / ${percent(cell.over)}`,
    percent(cell.naiveHeld),
    ratio(cell.width),
    ratio(cell.score),
    brierText(cell.brier, cell.brierBase),
    `${cell.refused} / ${cell.withoutActual}`,
  ]);
  return markdown(head, body);
}

/** By history and by metric, each cell counting the same. */
export function renderPooled(rows: readonly Row[]): string {
  const usable = rows.filter(({ cell }) => cell.origins >= LEAST);
  const body: string[][] = [];
  for (const key of ['history', 'metric'] as const) {
    for (const name of new Set(usable.map((row) => row[key]))) {
      body.push(
        pooled(
          key === 'metric' ? `\`${name}\`` : name,
          usable.filter((row) => row[key] === name),
        ),
      );
    }
  }
  body.push(pooled('all', usable));
  const head = [
    '',
    'cells',
    'origins',
    'held',
    'cells in 72..88 %',
    'naive held',
    'width',
    'score',
    'Brier (base)',
  ];
  return markdown(head, body);
}

function pooled(name: string, rows: readonly Row[]): string[] {
  const cells = rows.map((row) => row.cell);
  const mean = (of: (cell: BacktestScore) => number | null) => meanOf(cells.map(of));
  // Ratios are averaged by their logarithms, so that one and a half and two thirds make one.
  const geometric = (of: (cell: BacktestScore) => number | null) => {
    const logarithm = mean((cell) => {
      const value = of(cell);
      return value === null ? null : Math.log(value);
    });
    return logarithm === null ? null : Math.exp(logarithm);
  };
  return [
    name,
    String(cells.length),
    String(cells.reduce((sum, cell) => sum + cell.origins, 0)),
    percent(mean((cell) => cell.held)),
    String(cells.filter(isHeld).length),
    percent(mean((cell) => cell.naiveHeld)),
    ratio(geometric((cell) => cell.width)),
    ratio(geometric((cell) => cell.score)),
    brierText(
      mean((cell) => cell.brier),
      mean((cell) => cell.brierBase),
    ),
  ];
}

function isHeld({ held }: BacktestScore): boolean {
  return held !== null && held >= 0.72 && held <= 0.88;
}

function marked(cell: BacktestScore): string {
  if (cell.origins < LEAST) return `${percent(cell.held)} (few)`;
  return isHeld(cell) ? percent(cell.held) : `**${percent(cell.held)}**`;
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  let total = 0;
  for (const value of known) total += value;
  return known.length === 0 ? null : total / known.length;
}

function brierText(brier: number | null, base: number | null): string {
  return brier === null || base === null ? '' : `${brier.toFixed(2)} (${base.toFixed(2)})`;
}

function percent(share: number | null): string {
  return share === null ? '' : `${Math.round(100 * share)} %`;
}

function ratio(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}

function markdown(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
