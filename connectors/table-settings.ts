import { basename } from 'node:path';
import * as z from 'zod';
import { isTimeZone } from '../src/domain/time.ts';
import { TIME_FORMATS, timePatternFault } from './table-times.ts';

/** Where a field comes from: a column (in JSON a JMESPath expression), or the same for every row. */
const from = z.union([
  z.string().min(1),
  z.strictObject({ is: z.union([z.string().min(1), z.number()]).describe('The same for every row.') }),
]);
export type From = z.infer<typeof from>;

const name = z.string().min(1);

const map = z
  .strictObject({
    time: from.describe('When it was measured.'),
    value: from.optional().describe('The number. An empty cell is no sample, and never 0.'),
    of: from.optional().describe('What the number is a part of: the size of the cohort of a retention rate.'),
    subject: from.optional().describe('What was measured: a product, a feature. Default: `all`.'),
    series: name.optional().describe('Which column holds the name of the series, in a table of several.'),
    labels: z.record(name, from).optional().describe('Further fields, by the name that they get.'),
    id: z
      .union([name, z.array(name).min(1)])
      .optional()
      .describe('What names a row for good. Without it an edited row is a new one in place of the old.'),
    title: from.optional(),
    url: from.optional(),
  })
  .describe('Which column, or which expression in JSON, gives which field of a sample.');

const dates = z.strictObject({
  format: z
    .string()
    .refine((text) => timePatternFault(text) === null, {
      error: (issue) => timePatternFault(String(issue.input)) ?? 'is not a format of times',
    })
    .optional()
    .describe(
      `How times are written: ${TIME_FORMATS.join(', ')} (seconds or milliseconds since 1970), or a pattern such as DD.MM.YYYY or MM/DD/YYYY HH:mm. Default: iso.`,
    ),
  zone: z
    .string()
    .refine(isTimeZone, { error: 'is not a time zone of the IANA list, such as Europe/Stockholm or UTC' })
    .optional()
    .describe('The zone of times that do not say theirs. Default: `timezone` of the configuration.'),
});

const numbers = z
  .strictObject({
    decimal: z.enum(['.', ',']).optional().describe('Default: a point.'),
    thousands: z.enum([',', '.', ' ', "'"]).optional().describe('Default: none is expected.'),
  })
  .refine(({ decimal = '.', thousands }) => decimal !== thousands, {
    error: 'the decimal sign and the thousands separator must differ',
  });

/** The settings by which the rows of a table become samples: the same for every kind that reads tables. */
export const tableShape = {
  name: name.optional().describe('Tells tables apart where nothing else does.'),
  series: z
    .union([name, z.record(name, z.union([from, z.strictObject({ value: from, of: from.optional() })]))])
    .optional()
    .describe('The series of the samples; or several, each with the column of its values.'),
  map,
  dates: dates.optional(),
  numbers: numbers.optional(),
  empty: z
    .array(z.string())
    .optional()
    .describe('What stands for no value beside an empty cell: `n/a`, `-`.'),
};

export type TableMapping = z.infer<z.ZodObject<typeof tableShape>>;

/** What is wrong between the keys of a table; null when it can be read. */
function tableFault({ series, map: { value, of, series: column } }: TableMapping): string | null {
  if ((series === undefined) === (column === undefined)) {
    return 'give either `series`, or the column that names it as `map.series`';
  }
  if (typeof series === 'object') {
    if (Object.keys(series).length === 0) return '`series` names none';
    return value === undefined && of === undefined
      ? null
      : 'with several `series` each names its own value: leave out `map.value` and `map.of`';
  }
  return value === undefined ? '`map.value` is missing: say where the numbers are' : null;
}

/** For `z.check()` of an object of tableShape. */
export function checkTable(context: z.core.ParsePayload<TableMapping>): void {
  const fault = tableFault(context.value);
  if (fault !== null) context.issues.push({ code: 'custom', message: fault, input: context.value });
}

/** Several tables of one source must be told apart; true when they are. */
export function areDistinct(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length;
}

export const NOT_DISTINCT = 'two of them read the same series from the same place: give each a `name`';

/** The names of a table's series as far as they are known beforehand. */
export function seriesNames({ series }: TableMapping): readonly string[] {
  if (series === undefined) return [];
  return typeof series === 'string' ? [series] : Object.keys(series);
}

/** Stable while the table is: its series and where it is read from, without the query of an address, which may hold a secret. */
export function tableId(
  table: TableMapping & ({ readonly path: string } | { readonly url: string }),
): string {
  if (table.name !== undefined) return table.name;
  return [...seriesNames(table), 'path' in table ? basename(table.path) : addressOf(table.url)].join(' ');
}

function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
