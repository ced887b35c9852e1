import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** Where `${NAME}` gets its values. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Interpolated {
  readonly text: string;
  /** The values that were put in. */
  readonly values: readonly string[];
  readonly faults: readonly string[];
}

const LITERAL = `a literal \`\${\` is written \`$\${\``;
const LARGEST_FILE = 1024 * 1024;
const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g;

/**
 * Replaces `${NAME}`, `${NAME:-default}` (when NAME is missing or empty) and `${file:PATH}` (without its final
 * line break) in a string. `$${` stands for `${`; a `$` elsewhere is itself.
 */
export function interpolate(text: string, environment: Environment, directory: string): Interpolated {
  if (!text.includes('${')) return { text, values: [], faults: [] };
  const values: string[] = [];
  const faults: string[] = [];
  const replaced = text.replace(REFERENCE, (whole: string, inner: string | undefined, close: string) => {
    if (inner === undefined) return '${';
    if (close === '') {
      faults.push(`\`\${\` is not closed by \`}\`; ${LITERAL}`);
      return whole;
    }
    const found = lookUp(inner, environment, directory);
    if ('fault' in found) {
      faults.push(found.fault);
      return whole;
    }
    values.push(found.value);
    return found.value;
  });
  return { text: replaced, values, faults };
}

type Found = { readonly value: string } | { readonly fault: string };

function lookUp(inner: string, environment: Environment, directory: string): Found {
  if (inner.startsWith('file:')) return readValue(inner.slice('file:'.length), directory);
  const [, name, fallback] = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(inner) ?? [];
  if (name === undefined) {
    const shown = inner.split(':-', 1)[0];
    return {
      fault: `\`\${${shown}}\` is none of \`\${NAME}\`, \`\${NAME:-default}\` and \`\${file:/path}\`; ${LITERAL}`,
    };
  }
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (fallback !== undefined) return { value: value === undefined || value === '' ? fallback : value };
  if (value !== undefined) return { value };
  return {
    fault: `the environment variable ${name} is not set; set it, or give a default: \`\${${name}:-…}\``,
  };
}

function readValue(path: string, directory: string): Found {
  const file = resolve(directory, path);
  try {
    const stat = statSync(file);
    // A pipe or a device may never end.
    if (!stat.isFile()) return { fault: `${file} is not a file` };
    if (stat.size > LARGEST_FILE) return { fault: `${file} is larger than 1 MiB` };
    return { value: readFileSync(file, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    return { fault: `${file} cannot be read: ${reasonOf(error)}` };
  }
}

/** Why the file system refused, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'it does not exist',
    ENOTDIR: 'it does not exist',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a folder',
    ELOOP: 'its links go in circles',
  };
  return words[code] ?? (code || String(error));
}
