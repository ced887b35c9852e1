import { resolve } from 'node:path';
import * as z from 'zod';
import { isMapping, type Places } from './tree.ts';

/**
 * Makes the relative paths in a connector's settings absolute, from the folder of the file that names each.
 * A path is a string whose schema carries `.meta({ path: true })`, or a key `path` whose schema does not say
 * `.meta({ path: false })`.
 */
export function resolvePaths(schema: z.ZodType, value: unknown, places: Places): unknown {
  if (Array.isArray(value)) {
    const items = parts(schema).flatMap((s) => (s instanceof z.ZodArray ? [s.element as z.ZodType] : []));
    for (const [index, item] of value.entries()) {
      value[index] = resolveOne(items, String(index), item, value, places);
    }
  } else if (isMapping(value)) {
    const objects = parts(schema);
    for (const [key, held] of Object.entries(value)) {
      const fields = objects.flatMap((s) => fieldSchemas(s, key));
      value[key] = resolveOne(fields, key, held, value, places);
    }
  }
  return value;
}

function resolveOne(
  schemas: readonly z.ZodType[],
  key: string,
  value: unknown,
  holder: object,
  places: Places,
): unknown {
  if (typeof value !== 'string') {
    for (const schema of schemas.length > 0 ? schemas : [z.unknown()]) resolvePaths(schema, value, places);
    return value;
  }
  const marks = schemas.flatMap((s) => [s, ...parts(s)]).map((s) => s.meta()?.path);
  const isPath = marks.includes(true) || (key === 'path' && !marks.includes(false));
  const directory = places.get(holder)?.get(key)?.value.directory;
  // A path may be the address of a report on a server.
  if (!isPath || directory === undefined || /^[a-z][a-z0-9+.-]+:\/\//i.test(value)) return value;
  return resolve(directory, value);
}

/** The schemas that a key's value may have in a mapping. */
export function fieldSchemas(schema: z.ZodType, key: string): readonly z.ZodType[] {
  if (schema instanceof z.ZodObject && Object.hasOwn(schema.shape, key))
    return [schema.shape[key] as z.ZodType];
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  return [];
}

/** The schemas that a schema is made of at this level: the forms of a union, what a wrapper wraps. */
export function parts(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((s) => parts(s as z.ZodType));
  if (schema instanceof z.ZodPipe) return parts(schema.in as z.ZodType);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return parts(schema.unwrap() as z.ZodType);
  }
  return [schema];
}
