import * as z from 'zod';
import { accessShape, checkAccess, checkOneServer, tableUrl } from '../table-http.ts';
import { areDistinct, checkTable, NOT_DISTINCT, tableId, tableShape } from '../table-settings.ts';

const expression = z.string().min(1);

const rows = expression
  .optional()
  .describe('JMESPath to the list of rows; default the answer itself. One object is one row.');

const file = z
  .strictObject({ path: z.string().min(1).describe('A JSON file.'), rows, ...tableShape })
  .check(checkTable);

const pages = z
  .union([
    z.literal('link').describe('The next page is in the `Link` header.'),
    z.strictObject({ next: expression.describe('JMESPath to the address of the next page.') }),
    z
      .strictObject({
        parameter: z.string().min(1).describe('The parameter of the address that counts pages.'),
        first: z
          .int()
          .min(0)
          .optional()
          .describe('What it is on the first page; default 1. Must be given where `step` is more than 1.'),
        step: z
          .int()
          .min(1)
          .optional()
          .describe(
            'What it grows by from page to page; default 1. Where it counts rows, the rows of a page.',
          ),
      })
      .refine(({ first, step = 1 }) => step === 1 || first !== undefined, {
        path: ['first'],
        error:
          'is missing: with a `step` the parameter counts rows; give 0 for `offset` or `skip`, 1 where rows count from 1',
      }),
  ])
  .describe('How further pages are found; by default there is one.');

const address = z
  .strictObject({
    url: tableUrl,
    method: z.enum(['GET', 'POST']).optional(),
    body: z.unknown().optional().describe('What a POST sends, as JSON.'),
    rows,
    pages: pages.optional(),
    maxPages: z.int().min(1).max(1000).optional().describe('More are an error, not a cut; default 100.'),
    ...tableShape,
  })
  .check(checkTable)
  .refine(({ method, body }) => body === undefined || method === 'POST', {
    path: ['body'],
    error: 'is only sent with `method: POST`',
  });

const table = z.union([file, address]);
export type JsonTable = z.infer<typeof table>;

export const jsonSettings = z
  .strictObject({
    tables: z
      .array(table)
      .min(1)
      .refine((tables) => areDistinct(tables.map(tableId)), { error: NOT_DISTINCT }),
    ...accessShape,
  })
  .check(checkAccess, checkOneServer)
  .describe('Numbers out of JSON: the answers of an HTTP API, or files.');

export type JsonSettings = z.infer<typeof jsonSettings>;
