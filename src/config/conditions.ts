import * as z from 'zod';
import { type FieldKind, fieldsOf } from '../domain/fields.ts';
import type { RecordType } from '../domain/records.ts';
import { CONDITIONS, rangeOf } from '../metrics/engine/conditions.ts';
import { unknownKeysMessage } from './messages.ts';
import { TIME, TIME_FORM } from './times.ts';

const time = z.string({ error: TIME_FORM }).regex(TIME, { error: TIME_FORM });

const TIMES = z.union([z.null(), z.strictObject({ not: z.null() }), rangeOf(time)], {
  error: 'must be a range of times such as { gte: 2026-10-01 }, empty (null), or { not: null }',
});

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
  return kind === 'time' ? TIMES : CONDITIONS[kind === 'list' ? 'string' : kind];
}
