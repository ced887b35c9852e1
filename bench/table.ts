import type { Outcome } from './measure.ts';

/** How much more memory twice the history may take. */
export const MEMORY_AIM = 0.1;

const GAP = '  ';
const HEADER = ['', 'krsync', 'floor', 'ratio', 'aim', 'krsync', 'floor', 'krsync', 'floor', 'aim'];
const GROUPS: readonly { readonly text: string; readonly columns: readonly [first: number, last: number] }[] =
  [
    { text: 'median time', columns: [1, 4] },
    { text: 'peak memory', columns: [5, 6] },
    { text: 'history doubled', columns: [7, 9] },
  ];

/** The share that the peak memory adds when the history doubles. */
export function growth(outcome: Outcome, side: 'subject' | 'floor'): number | null {
  return outcome.doubled === null ? null : outcome.doubled[side].peakMb / outcome.once[side].peakMb - 1;
}

export function renderTable(outcomes: readonly Outcome[]): string {
  const rows = [HEADER, ...outcomes.map(cells)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(GAP)
      .trimEnd(),
  );
  const notes = outcomes.flatMap(({ title, notes }) =>
    notes.map((note) => `${title.split(':')[0]}: ${note}`),
  );
  return [groupLine(widths), ...lines, '', ...notes].join('\n');
}

function cells(outcome: Outcome): string[] {
  const { title, once, aim } = outcome;
  const missed = aim !== null && once.ratio > aim;
  const grown = growth(outcome, 'subject');
  return [
    title,
    milliseconds(once.subject.ms),
    milliseconds(once.floor.ms),
    `${once.ratio.toFixed(2)}x`,
    aim === null ? 'none' : `${missed ? 'missed ' : ''}≤ ${aim}x`,
    `${Math.round(once.subject.peakMb)} MB`,
    `${Math.round(once.floor.peakMb)} MB`,
    percent(grown),
    percent(growth(outcome, 'floor')),
    grown === null ? '' : `${grown > MEMORY_AIM ? 'missed ' : ''}≤ ${MEMORY_AIM * 100} %`,
  ];
}

/** The names of the groups, each centred over its columns. */
function groupLine(widths: readonly number[]): string {
  const through = (columns: readonly number[]) => columns.reduce((sum, width) => sum + width + GAP.length, 0);
  let line = '';
  for (const { text, columns } of GROUPS) {
    const [first, last] = columns;
    const width = through(widths.slice(first, last + 1)) - GAP.length;
    const dashes = Math.max(0, width - text.length - 2);
    const left = dashes >> 1;
    line = `${line.padEnd(through(widths.slice(0, first)))}${'─'.repeat(left)} ${text} ${'─'.repeat(dashes - left)}`;
  }
  return line;
}

function milliseconds(ms: number): string {
  return `${Math.round(ms).toLocaleString('en')} ms`;
}

function percent(share: number | null): string {
  if (share === null) return '';
  return `${share < 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(1)} %`;
}
