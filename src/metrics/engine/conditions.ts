import * as z from 'zod';
import { FIELDS, type FieldKind } from '../../domain/fields.ts';
import type { Where } from '../../domain/okr.ts';
import type { RecordType } from '../../domain/records.ts';

const text = z.union([z.string(), z.null()], {
  error: given(
    (input) => `must be text${typeof input === 'object' ? '' : `; write it in quotes: "${input}"`}`,
  ),
});
const number = z.union([z.number(), z.null()], { error: given(() => 'must be a number') });
const flag = z.union([z.boolean(), z.null()], { error: given(() => 'must be true or false') });

const listOf = (scalar: z.ZodType) => z.array(scalar).min(1, { error: 'a list of nothing matches nothing' });
const notThe = (scalar: z.ZodType) => z.strictObject({ not: z.union([scalar, listOf(scalar)]) });

/** A range of numbers or times, with at least one bound. */
export function rangeOf(bound: z.ZodType): z.ZodType {
  return z
    .strictObject({ gte: bound, gt: bound, lte: bound, lt: bound })
    .partial()
    .refine((bounds) => Object.keys(bounds).length > 0, { error: 'must give gte, gt, lte or lt' })
    .meta({ minProperties: 1 });
}

/** What a condition may be, by the kind of its field. Those of times are in the configuration's zone, and so its own. */
export const CONDITIONS = {
  string: z.union([text, listOf(text), notThe(text)], {
    error:
      'must be text (with `*` for any characters), a list of texts, or { not: … }; write a number in quotes',
  }),
  number: z.union([number, listOf(number), notThe(number), rangeOf(z.number())], {
    error: 'must be a number, a list of numbers, { not: … }, or a range such as { gte: 3, lt: 8 }',
  }),
  boolean: z.union([flag, listOf(flag), notThe(flag)], { error: 'must be true or false, or a list of both' }),
} as const satisfies { readonly [K in Exclude<FieldKind, 'list' | 'time'>]: z.ZodType };

const filters = new Map<RecordType, z.ZodType<Where>>();

/** An option that is a filter: conditions on the fields of one record type, but those of times. */
export function filterOf(type: RecordType): z.ZodType<Where> {
  const known = filters.get(type);
  if (known !== undefined) return known;
  const shape: Record<string, z.ZodType> = {};
  for (const [field, kind] of Object.entries(FIELDS[type]) as [string, FieldKind][]) {
    if (kind !== 'time') shape[field] = CONDITIONS[kind === 'list' ? 'string' : kind].optional();
  }
  const schema = z.strictObject(shape) as unknown as z.ZodType<Where>;
  filters.set(type, schema);
  return schema;
}

/** Words for a value that is there; that it is missing says itself. */
function given(words: (input: unknown) => string): (issue: z.core.$ZodRawIssue) => string | undefined {
  return ({ input }) => (input === undefined ? undefined : words(input));
}
