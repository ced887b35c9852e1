import * as z from 'zod';
import { configurationSchema, type Registries } from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** What stands for any value: its text comes from the environment or a file. */
const INTERPOLATED = 'interpolated';
const REFERENCE = { $ref: `#/$defs/${INTERPOLATED}` };

/**
 * The JSON Schema (draft 2020-12) of one file of the configuration, made from the schemas that the loader reads
 * with. What files say to each other (ids, units, dates) is beyond it: `krsync validate` checks that.
 */
export function configurationJsonSchema(registries: Registries): Json {
  const schema = z.toJSONSchema(configurationSchema(registries), {
    target: 'draft-2020-12',
    io: 'input',
    reused: 'ref',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // Mark a path and a secret for the loader, and are no words of JSON Schema.
      delete jsonSchema.path;
      delete jsonSchema.secret;
    },
  });
  const { $schema, $defs, ...root } = allowReferences(schema) as Json;
  return {
    $schema,
    title: 'krsync configuration',
    ...root,
    $defs: {
      ...(typeof $defs === 'object' ? $defs : {}),
      [INTERPOLATED]: {
        type: 'string',
        pattern: '\\$\\{',
        description: `Holds \`\${NAME}\`, \`\${NAME:-default}\` or \`\${file:/path}\`.`,
      },
    },
  };
}

const MAPS: ReadonlySet<string> = new Set(['properties', '$defs', 'patternProperties']);
const LISTS: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const SCHEMAS: ReadonlySet<string> = new Set(['items', 'additionalProperties']);

/** A number, a choice or text of a form may also be `${NAME}`: an editor sees the file before it is filled in. */
function allowReferences(schema: unknown, inUnion = false): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const walked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (MAPS.has(key) && typeof value === 'object' && value !== null) {
      walked[key] = Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, allowReferences(one)]),
      );
    } else if (LISTS.has(key) && Array.isArray(value)) {
      walked[key] = value.map((one) => allowReferences(one, key === 'anyOf'));
      const union = walked[key] as unknown[];
      if (key === 'anyOf' && value.some(isNarrow) && !inUnion) union.push(REFERENCE);
    } else walked[key] = SCHEMAS.has(key) ? allowReferences(value) : value;
  }
  if (inUnion || !isNarrow(schema)) return walked;
  const { description, default: fallback, ...rest } = walked;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [rest, REFERENCE],
  };
}

/** Whether `${NAME}` would not be accepted as it is. What tells the forms of a mapping apart stays as it is. */
function isNarrow(schema: unknown): boolean {
  const { type, pattern, format, enum: choices } = schema as Json;
  if (type === 'number' || type === 'integer' || type === 'boolean') return true;
  return type === 'string' && (pattern !== undefined || format !== undefined || choices !== undefined);
}
