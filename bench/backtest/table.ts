import type { Cell } from './score.ts';

export interface Row {
  readonly history: string;
  readonly commit: string;
  readonly metric: string;
  readonly cell: Cell;
}

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
    `${cell.origins} (${cell.apart})`,
    marked(cell),
    `${percent(cell.under)} / ${percent(cell.over)}`,
    percent(cell.naiveHeld),
    ratio(cell.width),
    ratio(cell.score),
    cell.origins === 0 ? '' : `${cell.brier.toFixed(2)} (${cell.brierBase.toFixed(2)})`,
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
  const mean = (of: (cell: Cell) => number) => cells.reduce((sum, cell) => sum + of(cell), 0) / cells.length;
  // Ratios are averaged by their logarithms, so that one and a half and two thirds make one.
  const geometric = (of: (cell: Cell) => number) => Math.exp(mean((cell) => Math.log(of(cell))));
  return [
    name,
    String(cells.length),
    String(cells.reduce((sum, cell) => sum + cell.origins, 0)),
    percent(mean((cell) => cell.held)),
    String(cells.filter(isHeld).length),
    percent(mean((cell) => cell.naiveHeld)),
    ratio(geometric((cell) => cell.width)),
    ratio(geometric((cell) => cell.score)),
    `${mean((cell) => cell.brier).toFixed(2)} (${mean((cell) => cell.brierBase).toFixed(2)})`,
  ];
}

function isHeld({ held }: Cell): boolean {
  return held >= 0.72 && held <= 0.88;
}

function marked(cell: Cell): string {
  if (cell.origins < LEAST) return `${percent(cell.held)} (few)`;
  return isHeld(cell) ? percent(cell.held) : `**${percent(cell.held)}**`;
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : '';
}

function ratio(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '';
}

function markdown(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
