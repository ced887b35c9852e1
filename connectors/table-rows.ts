import { createHash } from 'node:crypto';
import type { Instant, Sample } from '../src/domain/records.ts';
import { ConnectorError } from './errors.ts';
import { parseNumber } from './table-numbers.ts';
import type { From, TableMapping } from './table-settings.ts';
import { shown, timeReader } from './table-times.ts';

/** Further faults of a table are counted, not told one by one. */
const TOLD = 10;
/** A table of more rows than this belongs into a query that adds them up. */
export const MAX_ROWS = 250_000;

/** One row, whatever it was read from. */
export interface TableRow {
  /** Where a person finds it: `nps.csv:12`. */
  readonly place: string;
  /** What its samples are called where no id is mapped. */
  readonly key: string;
  /** The cell of a column, or what an expression gives; undefined or null where there is nothing. */
  cell(name: string): unknown;
}

interface Source {
  /** Sets the ids of this table apart from those of others. */
  readonly member: string;
  /** The zone of times that do not say theirs. */
  readonly zone: string;
  /** What a cell's name is called in messages. */
  readonly noun: 'column' | 'path';
  readonly remedy: string;
}

/** Makes samples out of rows; faults are kept until all rows were seen, so that all can be told at once. */
export interface TableReader {
  /** `part` sets apart rows of one file from those of another that look the same; '' where there is one. */
  add(row: TableRow, part: string): void;
  samples(): readonly Sample[];
  /** Throws a `shape` error that names the first faulty row, and how many more there are. */
  throwIfFaulty(): void;
}

/** A cell that is not what the mapping says it is. */
class CellFault extends Error {}

interface Kept {
  readonly sample: Sample;
  readonly place: string;
  readonly part: string;
  readonly content: string;
}

export function tableReader(mapping: TableMapping, source: Source): TableReader {
  const read = rowReader(mapping, source);
  const prefix = digest([source.member]).slice(0, 8);
  const kept = new Map<string, Kept>();
  const copies = new Map<string, number>();
  const faults: { place: string; message: string }[] = [];
  let faulty = 0;
  let rows = 0;

  function fault(place: string, message: string): void {
    faulty += 1;
    if (faults.length < TOLD) faults.push({ place, message });
  }

  function keep(row: TableRow, part: string, read: Read): void {
    const { rowId, ...fields } = read;
    const content = digest([fields]);
    let id = `${prefix}:${fields.series}:`;
    if (rowId === null) {
      const own = part === '' ? content : digest([part, content]);
      // Two rows that look the same are two answers.
      const before = copies.get(own) ?? 0;
      copies.set(own, before + 1);
      id += before === 0 ? own : `${own}.${before}`;
    } else id += rowId;
    const twin = kept.get(id);
    if (twin?.part === part && twin.content !== content) {
      fault(row.place, `the id ${shown(rowId)} is also that of ${twin.place}, which says something else`);
      return;
    }
    const sample: Sample = {
      recordType: 'sample',
      id,
      key: rowId ?? row.key,
      commit: null,
      branch: null,
      ...fields,
    };
    kept.set(id, { sample, place: row.place, part, content });
  }

  return {
    add(row, part) {
      rows += 1;
      if (rows > MAX_ROWS) throw tooMany(row.place);
      try {
        for (const found of read(row)) keep(row, part, found);
      } catch (error) {
        if (!(error instanceof CellFault)) throw error;
        fault(row.place, error.message);
      }
    },
    samples: () => [...kept.values()].map(({ sample }) => sample),
    throwIfFaulty() {
      const [first, ...others] = faults;
      if (first === undefined) return;
      const more = others.map(({ place }) => place).join(', ');
      const count = faulty === 1 ? '' : ` (and ${faulty - 1} more: ${more}${faulty > TOLD ? ', …' : ''})`;
      throw new ConnectorError({
        code: 'shape',
        message: `A row cannot be read: ${first.message}${count}`,
        endpoint: first.place,
        remedy: source.remedy,
      });
    },
  };
}

/** What one row says of one series. */
type Read = Pick<
  Sample,
  'series' | 'subject' | 'measuredAt' | 'value' | 'of' | 'title' | 'url' | 'labels'
> & {
  readonly rowId: string | null;
};

interface Measured {
  readonly series: string | null;
  readonly value: From;
  readonly of: From | undefined;
}

/** Compiles a mapping. The reader yields nothing for a row without a value, and throws a CellFault for a faulty one. */
function rowReader(mapping: TableMapping, { zone, noun }: Source): (row: TableRow) => readonly Read[] {
  const { map, dates, numbers, empty = [] } = mapping;
  const timeOf = timeReader(dates?.format ?? 'iso', dates?.zone ?? zone);
  const format = { decimal: numbers?.decimal ?? '.', thousands: numbers?.thousands ?? null } as const;
  const blank = new Set(empty);
  const ids = map.id === undefined ? null : [map.id].flat();

  function cellOf(row: TableRow, from: From): unknown {
    if (typeof from === 'object') return from.is;
    const cell = row.cell(from);
    if (typeof cell !== 'string') return cell ?? null;
    const text = cell.trim();
    return text === '' || blank.has(text) ? null : text;
  }

  function fault(from: From, what: string): never {
    throw new CellFault(`${noun} \`${typeof from === 'object' ? from.is : from}\`: ${what}`);
  }

  function numberOf(row: TableRow, from: From): number | null {
    const cell = cellOf(row, from);
    if (cell === null) return null;
    const number = parseNumber(cell, format);
    return number ?? fault(from, `${shown(cell)} is not a number${numberHint(cell, format)}`);
  }

  function textOf(row: TableRow, from: From): string | null {
    const cell = cellOf(row, from);
    if (cell === null) return null;
    if (typeof cell === 'object') return fault(from, `${shown(cell)} where a text is expected`);
    return String(cell);
  }

  function timeIn(row: TableRow): Instant {
    const cell = cellOf(row, map.time);
    const parsed = timeOf(cell);
    return 'at' in parsed ? parsed.at : fault(map.time, parsed.fault);
  }

  function needed(row: TableRow, from: From, what: string): string {
    return textOf(row, from) ?? fault(from, `${what} is missing`);
  }

  /** A number too large to be exact has lost its last digits, by which alone ids differ. */
  function idOf(row: TableRow, from: string): string {
    const cell = cellOf(row, from);
    if (typeof cell === 'number' && Math.abs(cell) > Number.MAX_SAFE_INTEGER) {
      return fault(from, `the id ${shown(cell)} is a number too large to be exact: map one that is a text`);
    }
    return needed(row, from, 'the id');
  }

  function urlOf(row: TableRow, from: From): string | null {
    const text = textOf(row, from);
    if (text !== null && !URL.canParse(text)) fault(from, `${shown(text)} is not an address`);
    return text;
  }

  const measures = measuresOf(mapping);
  return (row) => {
    const found: Read[] = [];
    for (const { series, value: from, of } of measures) {
      const value = numberOf(row, from);
      if (value === null) continue;
      const labels = Object.entries(map.labels ?? {}).map(([name, one]) => [name, textOf(row, one)] as const);
      found.push({
        series: series ?? needed(row, map.series ?? '', 'the name of the series'),
        subject: map.subject === undefined ? 'all' : needed(row, map.subject, 'the subject'),
        measuredAt: timeIn(row),
        value,
        of: of === undefined ? null : numberOf(row, of),
        title: map.title === undefined ? null : textOf(row, map.title),
        url: map.url === undefined ? null : urlOf(row, map.url),
        labels: Object.fromEntries(labels.filter((entry): entry is [string, string] => entry[1] !== null)),
        rowId: ids === null ? null : ids.map((id) => idOf(row, id)).join('/'),
      });
    }
    return found;
  };
}

function measuresOf({ series, map }: TableMapping): readonly Measured[] {
  if (typeof series === 'object') {
    return Object.entries(series).map(([name, from]) =>
      typeof from === 'object' && 'value' in from
        ? { series: name, value: from.value, of: from.of }
        : { series: name, value: from, of: undefined },
    );
  }
  return [{ series: series ?? null, value: map.value ?? { is: 1 }, of: map.of }];
}

/** The columns, or expressions, that a mapping reads. */
export function namesIn({ series, map }: TableMapping): readonly string[] {
  const { labels = {}, id = [], ...fields } = map;
  const measures = measuresOf({ series, map });
  const all = [
    ...Object.values(fields),
    ...Object.values(labels),
    ...[id].flat(),
    ...measures.flatMap(({ value, of }) => [value, of]),
  ];
  return [...new Set(all.filter((from): from is string => typeof from === 'string'))];
}

function numberHint(cell: unknown, { decimal }: { readonly decimal: '.' | ',' }): string {
  if (typeof cell !== 'string' || !/^[+-]?[\d.,' \u00a0\u202f]+$/.test(cell)) return '';
  return decimal === '.' && /,\d+$/.test(cell)
    ? ': say `numbers: { decimal: "," }`, or `thousands: ","` if that is what it is'
    : ': say which separators it has with `numbers: { decimal: …, thousands: … }`';
}

function tooMany(place: string): ConnectorError {
  return new ConnectorError({
    code: 'input',
    message: `The table has more than ${MAX_ROWS} rows`,
    endpoint: place,
    remedy: 'Narrow it, or add the rows up by day',
  });
}

export function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 20);
}
