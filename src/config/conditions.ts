import * as z from 'zod';
import { type FieldKind, fieldsOf } from '../domain/fields.ts';
import type { RecordType } from '../domain/records.ts';
import { unknownKeysMessage } from './messages.ts';
import { TIME, TIME_FORM } from './times.ts';

const text = z.union([z.string(), z.null()], {
  error: given(
    (input) => `must be text${typeof input === 'object' ? '' : `; write it in quotes: "${input}"`}`,
  ),
});
const number = z.union([z.number(), z.null()], { error: given(() => 'must be a number') });
const flag = z.union([z.boolean(), z.null()], { error: given(() => 'must be true or false') });
const time = z.string({ error: TIME_FORM }).regex(TIME, { error: TIME_FORM });

const listOf = (scalar: z.ZodType) => z.array(scalar).min(1, { error: 'a list of nothing matches nothing' });
const notThe = (scalar: z.ZodType) => z.strictObject({ not: z.union([scalar, listOf(scalar)]) });
const range = (bound: z.ZodType) =>
  z
    .strictObject({ gte: bound, gt: bound, lte: bound, lt: bound })
    .partial()
    .refine((bounds) => Object.keys(bounds).length > 0, { error: 'must give gte, gt, lte or lt' })
    .meta({ minProperties: 1 });

const FORMS = {
  string: {
    schema: z.union([text, listOf(text), notThe(text)], {
      error:
        'must be text (with `*` for any characters), a list of texts, or { not: … }; write a number in quotes',
    }),
  },
  number: {
    schema: z.union([number, listOf(number), notThe(number), range(z.number())], {
      error: 'must be a number, a list of numbers, { not: … }, or a range such as { gte: 3, lt: 8 }',
    }),
  },
  boolean: {
    schema: z.union([flag, listOf(flag), notThe(flag)], {
      error: 'must be true or false, or a list of both',
    }),
  },
  time: {
    schema: z.union([z.null(), z.strictObject({ not: z.null() }), range(time)], {
      error: 'must be a range of times such as { gte: 2026-10-01 }, empty (null), or { not: null }',
    }),
  },
} as const;

const whereByTypes = new Map<string, z.ZodObject>();

/** What `where` accepts over records of these types: each field with the conditions that suit it. */
export function whereSchema(types: readonly RecordType[]): z.ZodObject {
  const key = types.join();
  const known = whereByTypes.get(key);
  if (known !== undefined) return known;
  const shape: Record<string, z.ZodType> = {};
  for (const [field, kind] of Object.entries(fieldsOf(types))) shape[field] = conditionOf(kind).optional();
  const schema = z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? unknownKeysMessage('field', issue.inst) : undefined,
  });
  whereByTypes.set(key, schema);
  return schema;
}

function conditionOf(kind: FieldKind): z.ZodType {
  return FORMS[kind === 'list' ? 'string' : kind].schema;
}

/** Words for a value that is there; that it is missing says itself. */
function given(words: (input: unknown) => string): (issue: z.core.$ZodRawIssue) => string | undefined {
  return ({ input }) => (input === undefined ? undefined : words(input));
}
