import * as z from 'zod';
import { secretParts } from '../domain/secret-parts.ts';
import { fieldSchemas, parts } from './paths.ts';
import { isMapping } from './tree.ts';

/** Headers that open nothing: a tenant's name or a media type is an ordinary word, and hidden would be missed. */
const PLAIN_HEADER = /^(?:accept|accept-language|content-type|user-agent|x-scope-orgid)$/i;

/**
 * Adds the values of the fields whose schema carries `.meta({ secret: true })`: addresses that open a door, and headers.
 * Fields whose name says so (`token`, `password`, …) are secret without it.
 */
export function collectSecrets(schema: z.ZodType, value: unknown, secrets: Set<string>): void {
  const forms = parts(schema);
  if (typeof value === 'string') {
    const marked = [schema, ...forms].some((one) => one.meta()?.secret === true);
    if (marked) for (const secret of secretParts(value)) secrets.add(secret);
  } else if (Array.isArray(value)) {
    for (const form of forms) {
      if (form instanceof z.ZodArray)
        for (const item of value) collectSecrets(form.element as z.ZodType, item, secrets);
    }
  } else if (isMapping(value)) {
    for (const [key, held] of Object.entries(value)) {
      if (PLAIN_HEADER.test(key)) continue;
      for (const form of forms)
        for (const field of fieldSchemas(form, key)) collectSecrets(field, held, secrets);
    }
  }
}
