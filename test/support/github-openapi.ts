import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';

type Json = { readonly [key: string]: unknown };

const require = createRequire(import.meta.url);
const validators = new Map<string, ValidateFunction>();
let loaded: Json | undefined;

/**
 * Asserts that `body` is what GitHub's own description promises for a route, such as
 * `GET /repos/{owner}/{repo}/issues`. Throws with the places that differ.
 */
export function assertGitHubAnswer(route: string, body: unknown, status = 200): void {
  const key = `${route} ${status}`;
  const validate = validators.get(key) ?? compile(route, status);
  validators.set(key, validate);
  if (validate(body)) return;
  const faults = (validate.errors ?? []).map((fault) => `${fault.instancePath || '/'} ${fault.message}`);
  throw new Error(`Not an answer to ${key}:\n${[...new Set(faults)].slice(0, 20).join('\n')}`);
}

/** Asserts that `body` is what GitHub's own description takes for a route. */
export function assertGitHubRequest(route: string, body: unknown): void {
  const key = `${route} request`;
  const validate = validators.get(key) ?? compile(route, null);
  validators.set(key, validate);
  if (validate(body)) return;
  const faults = (validate.errors ?? []).map((fault) => `${fault.instancePath || '/'} ${fault.message}`);
  throw new Error(`Not a request to ${route}:\n${faults.join('\n')}`);
}

/** Of the answer of a status, or of what is sent. */
function compile(route: string, status: number | null): ValidateFunction {
  const [method = '', path = ''] = route.split(' ');
  const part = status === null ? ['requestBody'] : ['responses', String(status)];
  const steps = ['paths', path, method.toLowerCase(), ...part, 'content', 'application/json', 'schema'];
  const schema = at(description(), ...steps);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  return ajv.compile(plain(schema) as Json);
}

/** The description is 13 MB as it is, and 73 MB with every reference resolved: only what a route needs is resolved. */
function description(): Json {
  loaded ??= JSON.parse(
    readFileSync(require.resolve('@octokit/openapi/generated/api.github.com.json'), 'utf8'),
  );
  return loaded as Json;
}

function at(node: unknown, ...steps: readonly string[]): unknown {
  let found = node;
  for (const step of steps) {
    found = resolved(found);
    if (typeof found !== 'object' || found === null || !(step in found)) {
      throw new Error(`GitHub describes no ${steps.join(' ')}`);
    }
    found = (found as Json)[step];
  }
  return found;
}

function resolved(node: unknown): unknown {
  const reference = (node as { $ref?: unknown } | null)?.$ref;
  return typeof reference === 'string' ? at(description(), ...reference.slice(2).split('/')) : node;
}

/** The schema with its references resolved, and with `nullable: true`, which is OpenAPI 3.0's, said in JSON Schema's own way. */
function plain(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plain);
  const found = resolved(node);
  if (typeof found !== 'object' || found === null) return found;
  if (Array.isArray(found)) return found.map(plain);
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(found).map(([name, value]) => [name, name.startsWith('example') ? null : plain(value)]),
  );
  return nullable === true ? { anyOf: [{ type: 'null' }, rest] } : rest;
}
