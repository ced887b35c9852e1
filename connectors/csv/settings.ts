import * as z from 'zod';
import { accessShape, checkAccess, checkOneServer, tableUrl } from '../table-http.ts';
import { areDistinct, checkTable, NOT_DISTINCT, tableId, tableShape } from '../table-settings.ts';

const ENCODINGS = ['utf-8', 'utf-16le', 'windows-1252', 'iso-8859-1'] as const;

const format = {
  ...tableShape,
  delimiter: z
    .enum([',', ';', '\t', '|'])
    .optional()
    .describe('What separates cells. Default: the one with which the header has the mapped columns.'),
  encoding: z
    .enum(ENCODINGS)
    .optional()
    .describe(
      'Default: what the byte order mark says, else utf-8. Excel on Windows often writes windows-1252.',
    ),
  skipLines: z.int().min(0).max(1000).optional().describe('Lines above the header; default 0.'),
};

const file = z
  .strictObject({
    path: z.string().min(1).describe('A file, or a glob. Each file has a header of its own.'),
    ...format,
  })
  .check(checkTable);

const address = z
  .strictObject({ url: tableUrl.describe('Address of one file.'), ...format })
  .check(checkTable);

const table = z.union([file, address]);
export type CsvTable = z.infer<typeof table>;

export const csvSettings = z
  .strictObject({
    tables: z
      .array(table)
      .min(1)
      .refine((tables) => areDistinct(tables.map(tableId)), { error: NOT_DISTINCT }),
    ...accessShape,
  })
  .check(checkAccess, checkOneServer)
  .describe('Tables of numbers as CSV: files, or one on a server.');

export type CsvSettings = z.infer<typeof csvSettings>;
