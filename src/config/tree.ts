import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { below, type Faults, type Place, placeText } from './faults.ts';
import { type Environment, interpolate } from './interpolate.ts';

/** Where a key and its value stand. Items of a list have their own place for both. */
export interface Entry {
  readonly key: Place;
  readonly value: Place;
  /** The value came, in part or whole, from the environment or a file. */
  readonly interpolated: boolean;
}

/** The places inside each mapping and list that was read, by key or index. Containers keep their identity until they are validated. */
export type Places = WeakMap<object, Map<string, Entry>>;

export type Mapping = Record<string, unknown>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface ReadOptions {
  readonly file: string;
  readonly directory: string;
  readonly environment: Environment;
  readonly faults: Faults;
  readonly places: Places;
  readonly secrets: Set<string>;
}

/** Far above any real configuration; what aliases of aliases would exceed. */
const MOST_VALUES = 50_000;
const DEEPEST = 50;

/** What a secret is named; `tokenType` says how one is sent. */
const SECRET = /token(?!type)|password|passwd|passphrase|secret|private_?key|api_?key|authorization/i;

/** The mapping that a file holds, its strings interpolated; null, with the faults told, when it cannot be read. */
export function readTree(text: string, options: ReadOptions): Mapping | null {
  const lines = new LineCounter();
  const start = { file: options.file, directory: options.directory, line: 1, column: 1, path: '' };
  const placeAt = (offset: number, path: string): Place => {
    const { line, col } = lines.linePos(offset);
    return { ...start, line: Math.max(1, line), column: Math.max(1, col), path };
  };
  let document: ReturnType<typeof parseDocument>;
  try {
    // Duplicate keys are found below, where both places are known.
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  } catch (error) {
    // The parser recurses: lists in lists without end exhaust the stack.
    const message = error instanceof RangeError ? 'it is nested too deeply' : 'it is no YAML';
    options.faults.add(start, message);
    return null;
  }
  const wrong = [...document.errors, ...document.warnings];
  for (const { code, message, pos } of wrong) {
    const place = placeAt(pos[0], '');
    const line = text.slice(lines.lineStarts[place.line - 1], lines.lineStarts[place.line]);
    options.faults.add(place, syntaxMessage(code, message, line));
  }
  if (wrong.length > 0) return null;
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    options.faults.add(start, 'the file is empty');
    return null;
  }
  const before = options.faults.count;
  const root = new Reading(options, placeAt).value(document.contents, '', null, 0);
  if (isMapping(root)) return root;
  if (options.faults.count === before) {
    options.faults.add(start, 'the file must be a mapping of sections such as `sources:` and `objectives:`');
  }
  return null;
}

function syntaxMessage(code: string, message: string, line: string): string {
  if (code === 'MULTIPLE_DOCS') return 'the file holds several documents; put each into a file of its own';
  if (message.startsWith('Maximum call stack')) return 'it is nested too deeply';
  if (code === 'TAB_AS_INDENT') return 'tabs do not indent in YAML; use spaces';
  // The parser quotes the text it stumbled over, which may hold a secret.
  const words = message.replace(/: ".*$/s, '');
  if (code === 'BLOCK_IN_FLOW' || code === 'BLOCK_AS_IMPLICIT_KEY') {
    return `${words}; text that holds \`: \` must stand in quotes`;
  }
  const unquoted = /[[{,:]\s*\$\{/.test(line);
  return unquoted ? `${words}; inside [ ] and { } a \`\${NAME}\` must stand in quotes` : words;
}

class Reading {
  readonly #options: ReadOptions;
  readonly #placeAt: (offset: number, path: string) => Place;
  readonly #anchors = new Map<string, Node>();
  #count = 0;

  constructor(options: ReadOptions, placeAt: (offset: number, path: string) => Place) {
    this.#options = options;
    this.#placeAt = placeAt;
  }

  /** `secret`: the name of the field that makes what stands below it a secret. */
  value(node: Node | null, path: string, secret: string | null, depth: number): unknown {
    if (node === null) return null;
    this.#count += 1;
    if (this.#count > MOST_VALUES || depth > DEEPEST) {
      // Once is enough: every further value would say it again.
      if (this.#count !== Number.POSITIVE_INFINITY) {
        this.#fault(
          node,
          path,
          depth > DEEPEST ? 'it is nested too deeply' : 'the file holds too many values',
        );
      }
      this.#count = Number.POSITIVE_INFINITY;
      return null;
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target !== undefined) return this.value(target, path, secret, depth + 1);
      this.#fault(node, path, `there is no anchor \`&${node.source}\` before this`);
      return null;
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#mapping(node.items, path, secret, depth);
    if (isSeq(node)) return this.#list(node.items as (Node | null)[], path, secret, depth);
    return isScalar(node) ? this.#scalar(node.value, node, path, secret) : null;
  }

  #mapping(
    items: readonly { key: unknown; value: unknown }[],
    path: string,
    secret: string | null,
    depth: number,
  ): Mapping {
    // Without a prototype, `__proto__` is a key like any other.
    const mapping: Mapping = Object.create(null);
    const entries = new Map<string, Entry>();
    for (const pair of items) {
      const keyNode = pair.key as Node;
      if (!isScalar(keyNode) || keyNode.value === null || typeof keyNode.value === 'object') {
        this.#fault(keyNode, path, 'a key must be a plain word');
        continue;
      }
      const name = String(keyNode.value);
      const at = below(path, name);
      const key = this.#placeAt(keyNode.range?.[0] ?? 0, at);
      const first = entries.get(name);
      if (first !== undefined) {
        this.#options.faults.add(key, `\`${name}\` is given twice; first at ${placeText(first.key)}`);
        continue;
      }
      const valueNode = pair.value as Node | null;
      const within = SECRET.test(name) ? name : secret;
      const value = this.value(valueNode, at, within, depth + 1);
      mapping[name] = value;
      entries.set(name, {
        key,
        value: this.#valuePlace(valueNode, at, key),
        interpolated: changed(valueNode, value),
      });
    }
    this.#options.places.set(mapping, entries);
    return mapping;
  }

  #list(items: readonly (Node | null)[], path: string, secret: string | null, depth: number): unknown[] {
    const list: unknown[] = [];
    const entries = new Map<string, Entry>();
    for (const [index, node] of items.entries()) {
      const at = below(path, index);
      const value = this.value(node, at, secret, depth + 1);
      const place = this.#valuePlace(node, at, this.#placeAt(0, at));
      list.push(value);
      entries.set(String(index), { key: place, value: place, interpolated: changed(node, value) });
    }
    this.#options.places.set(list, entries);
    return list;
  }

  #scalar(value: unknown, node: Node, path: string, secret: string | null): unknown {
    const { environment, directory, secrets } = this.#options;
    if (secret !== null && typeof value === 'number') secrets.add(String(value));
    if (typeof value !== 'string') return value ?? null;
    const { text, values, faults } = interpolate(value, environment, directory);
    if (faults.length > 0) this.#fault(node, path, faults.join('; '));
    else if (secret !== null) for (const one of [...values, text]) if (one !== '') secrets.add(one);
    return text;
  }

  /** A key without a value has nowhere of its own: the key's place serves. */
  #valuePlace(node: Node | null, path: string, key: Place): Place {
    const range = node?.range;
    if (!range || (isScalar(node) && range[0] === range[1])) return key;
    return this.#placeAt(range[0], path);
  }

  #fault(node: Node | null, path: string, message: string): void {
    const place = this.#placeAt(node?.range?.[0] ?? 0, path);
    this.#options.faults.add(place, message);
    this.#options.faults.silence(place);
  }
}

function changed(node: Node | null, value: unknown): boolean {
  return isScalar(node) && typeof node.value === 'string' && node.value !== value;
}
