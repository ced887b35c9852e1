import { ConfigError, type ConfigFault } from './types.ts';

/** A place in a file of the configuration. */
export interface Place {
  /** As messages show it. */
  readonly file: string;
  /** Folder of the file, absolute: relative paths start here. */
  readonly directory: string;
  readonly line: number;
  readonly column: number;
  /** `objectives[0].keyResults[1].target`, as counted in this file. */
  readonly path: string;
}

/** Gathers faults, so that all of them are told in one go. */
export class Faults {
  readonly #faults: ConfigFault[] = [];
  readonly #silent = new Set<string>();

  add(place: Place, message: string): void {
    const { file, line, column, path } = place;
    if (!this.#silent.has(placeText(place))) this.#faults.push({ file, line, column, path, message });
  }

  /** The value here could not be read, and that was told: what is wrong with it otherwise is not known. */
  silence(place: Place): void {
    this.#silent.add(placeText(place));
  }

  get count(): number {
    return this.#faults.length;
  }

  /** The error with every fault, in the order of the files and lines, and without the secrets. */
  error(secrets: Iterable<string>): ConfigError {
    const hidden = [...secrets].filter((s) => s.length >= 4).sort((a, b) => b.length - a.length);
    const faults = this.#faults.map((fault) => {
      let { message } = fault;
      for (const secret of hidden) message = message.replaceAll(secret, '***');
      return { ...fault, message };
    });
    faults.sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column);
    return new ConfigError(faults);
  }
}

/** The path of a key or list index below another path. */
export function below(path: string, key: PropertyKey): string {
  if (typeof key === 'number' || (typeof key === 'string' && /^\d+$/.test(key))) return `${path}[${key}]`;
  const name = String(key);
  if (!/^[\w$-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** `config/okrs-web.yaml:12:7`, for a message that names a second place. */
export function placeText(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
