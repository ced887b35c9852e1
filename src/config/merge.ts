import { type Place, placeText } from './faults.ts';
import { didYouMean } from './nearest.ts';
import type { Reader } from './reader.ts';
import type { Entry, Mapping } from './tree.ts';

/** An item of a section, with where it stands. */
export interface Item {
  readonly value: unknown;
  readonly at: Place;
}

export interface Merged {
  /** The keys that hold one value (or one mapping), from whichever file gives them. */
  readonly scalars: Mapping;
  /** The configuration as a whole. */
  readonly at: Place;
  readonly sections: Readonly<Record<Section, readonly Item[]>>;
}

const SECTIONS = ['cycles', 'sources', 'metrics', 'objectives', 'calendars', 'channels'] as const;
export type Section = (typeof SECTIONS)[number];
const SCALARS = ['timezone', 'database', 'since', 'revise', 'schedule', 'incidents'] as const;

/** Joins the files: lists one after the other; a scalar that two files give is a fault that names both. */
export function merge(roots: readonly Mapping[], reader: Reader, whole: Place, incomplete: boolean): Merged {
  const scalars: Mapping = Object.create(null);
  const places = new Map<string, Entry>();
  const sections: Record<Section, Item[]> = {
    cycles: [],
    sources: [],
    metrics: [],
    objectives: [],
    calendars: [],
    channels: [],
  };
  for (const root of roots) {
    for (const [key, value] of Object.entries(root)) {
      const entry = reader.places.get(root)?.get(key);
      if (entry === undefined) continue;
      if (isOneOf(SECTIONS, key)) sections[key].push(...itemsOf(value, entry, reader));
      else if (!isOneOf(SCALARS, key)) reader.faults.add(entry.key, unknownSection(key));
      else {
        const first = places.get(key);
        if (first !== undefined) {
          reader.faults.add(entry.key, `\`${key}\` is given twice; first at ${placeText(first.key)}`);
        } else {
          scalars[key] = value;
          places.set(key, entry);
        }
      }
    }
  }
  reader.places.set(scalars, places);
  for (const section of ['cycles', 'sources', 'objectives'] as const) {
    if (!incomplete && !roots.some((root) => section in root)) {
      reader.faults.add({ ...whole, path: section }, `there is no \`${section}:\` section in ${whole.file}`);
    }
  }
  return { scalars, sections, at: whole };
}

function unknownSection(key: string): string {
  const known = [...SCALARS, ...SECTIONS];
  const hint = didYouMean(key, known);
  return `unknown key \`${key}\`${hint === '' ? `; known here: ${known.join(', ')}` : hint}`;
}

function itemsOf(value: unknown, entry: Entry, reader: Reader): readonly Item[] {
  if (!Array.isArray(value) || value.length === 0) {
    const empty = value === null || Array.isArray(value);
    reader.faults.add(entry.value, empty ? 'is empty: add an item or leave the key out' : 'must be a list');
    return [];
  }
  return value.map((item, index) => ({ value: item, at: reader.placeOf(value, entry.value, [index]) }));
}

function isOneOf<T extends string>(list: readonly T[], key: string): key is T {
  return (list as readonly string[]).includes(key);
}

/** Remembers ids and where they stand; one that is given again is a fault that names both places. */
export class Ids {
  readonly #places = new Map<string, Place>();
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Whether the id is new. */
  add(id: string, at: Place): boolean {
    const first = this.#places.get(id);
    if (first === undefined) this.#places.set(id, at);
    else this.#reader.faults.add(at, `the id \`${id}\` is given twice; first at ${placeText(first)}`);
    return first === undefined;
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  get names(): readonly string[] {
    return [...this.#places.keys()];
  }
}
