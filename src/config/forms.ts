import * as z from 'zod';
import { DURATION, QUANTITY } from './quantity.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const ID_FORM = 'must be letters, digits, `.`, `_` and `-`, beginning with a letter or digit';
export const QUANTITY_FORM =
  'must be a number, or a quantity such as 24h, 90m, 2.5s, 800ms or 80% (a decimal point, no thousands separator)';
const DURATION_FORM = 'must be a length of time such as 36h, 4d or 2w';

export const id = z.string({ error: wordsUnlessMissing(ID_FORM) }).regex(ID, { error: ID_FORM });
export const text = z.string().trim().min(1);
export const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'must be a date such as 2026-10-01' });
export const duration = z
  .string({ error: wordsUnlessMissing(DURATION_FORM) })
  .regex(DURATION, { error: DURATION_FORM });
export const quantity = z.union([z.number(), z.string().regex(QUANTITY, { error: QUANTITY_FORM })], {
  error: wordsUnlessMissing(QUANTITY_FORM),
});
export const weight = z
  .number()
  .min(0, { error: 'must not be below zero' })
  .describe('Its share among its neighbours; default 1.');

/** The words for what is there and wrong; what is missing is told as such. */
export function wordsUnlessMissing(words: string): (issue: z.core.$ZodRawIssue) => string | undefined {
  return (issue) => (issue.input === undefined || issue.input === null ? undefined : words);
}
