import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { id as idSchema } from './forms.ts';
import { Ids, type Item } from './merge.ts';
import { type ReadRule, readRule } from './rules.ts';
import type { KnownSource } from './sources.ts';
import type { Mapping } from './tree.ts';

const NONE: ReadRule = { rule: null, metric: null, unit: null };

/** The rules under `metrics:`, by id. Each is read when it is first asked for: formulas name each other in any order. */
export class SharedRules {
  readonly #items = new Map<string, { readonly holder: Mapping; readonly at: Place }>();
  readonly #read = new Map<string, ReadRule>();
  readonly #reading: string[] = [];
  readonly #sources: readonly KnownSource[];
  readonly #context: Context;

  constructor(items: readonly Item[], sources: readonly KnownSource[], context: Context) {
    this.#sources = sources;
    this.#context = context;
    const { reader } = context;
    const ids = new Ids(reader);
    const nameless: { readonly holder: Mapping; readonly at: Place }[] = [];
    for (const { value, at } of items) {
      const holder = reader.mapping(value, at);
      if (holder === null) continue;
      const id = reader.value(holder, at, 'id', idSchema);
      if (id !== undefined && ids.add(id, reader.placeOf(holder, at, ['id'])))
        this.#items.set(id, { holder, at });
      else nameless.push({ holder, at });
    }
    for (const id of this.#items.keys()) this.get(id);
    for (const { holder, at } of nameless) readRule(holder, at, sources, context, ['id'], this);
  }

  keys(): Iterable<string> {
    return this.#items.keys();
  }

  /** Undefined where there is none. */
  get(id: string): ReadRule | undefined {
    const known = this.#read.get(id);
    const item = this.#items.get(id);
    if (known !== undefined || item === undefined) return known;
    this.#reading.push(id);
    const rule = readRule(item.holder, item.at, this.#sources, this.#context, ['id'], this);
    this.#reading.pop();
    this.#read.set(id, rule);
    return rule;
  }

  /** A rule that another names as its term; with the fault told where it is missing, or leads back to itself. */
  term(id: string, tell: (message: string, known: Iterable<string>) => void): ReadRule {
    const begun = this.#reading.indexOf(id);
    if (begun >= 0) {
      tell(`the formulas go in a circle: ${[...this.#reading.slice(begun), id].join(' → ')}`, []);
      return NONE;
    }
    const rule = this.get(id);
    if (rule === undefined && !this.#context.incomplete) {
      tell(`there is no \`${id}\` under \`metrics:\``, this.keys());
    }
    return rule ?? NONE;
  }
}
