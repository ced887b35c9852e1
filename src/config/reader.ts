import type * as z from 'zod';
import { below, type Faults, type Place } from './faults.ts';
import { isMissing, messageOf, type Problem, unfold, unknownKey } from './messages.ts';
import { nearest } from './nearest.ts';
import { isMapping, type Mapping, type Places } from './tree.ts';

/** What was valid in a mapping; a key that was absent or wrong is undefined. */
export type Fields<S extends z.core.$ZodLooseShape> = { [K in keyof S]?: z.output<S[K]> };

/** Reads values of the tree with schemas, and tells what is wrong with each where it stands. */
export class Reader {
  readonly faults: Faults;
  readonly places: Places;

  constructor(faults: Faults, places: Places) {
    this.faults = faults;
    this.places = places;
  }

  /** Where a key's value stands, however deep; for a missing one, where it should. */
  placeOf(holder: object, at: Place, path: readonly PropertyKey[], atKey = false): Place {
    let place = at;
    let current: unknown = holder;
    for (const [depth, key] of path.entries()) {
      const entry = isContainer(current) ? this.places.get(current)?.get(String(key)) : undefined;
      if (entry === undefined) return { ...place, path: path.slice(depth).reduce(below, place.path) };
      place = atKey && depth === path.length - 1 ? entry.key : entry.value;
      current = isContainer(current) ? (current as Readonly<Record<PropertyKey, unknown>>)[key] : undefined;
    }
    return place;
  }

  fault(holder: object, at: Place, path: readonly PropertyKey[], message: string, atKey = false): void {
    this.faults.add(this.placeOf(holder, at, path, atKey), message);
  }

  /** The mapping, or null with the fault told. */
  mapping(value: unknown, at: Place): Mapping | null {
    if (isMapping(value)) return value;
    this.faults.add(at, value === null ? 'is empty' : 'must be a mapping');
    return null;
  }

  /** Each field by its own schema, so that one fault hides no other. `also`: keys that are read elsewhere. */
  fields<S extends z.core.$ZodLooseShape>(
    holder: Mapping,
    at: Place,
    shape: S,
    also: readonly string[] = [],
    noun = 'key',
  ): Fields<S> {
    const known = [...Object.keys(shape), ...also];
    for (const key of Object.keys(holder)) {
      if (!known.includes(key)) this.fault(holder, at, [key], unknownKey(key, known, noun), true);
    }
    const fields: Fields<S> = {};
    for (const key of Object.keys(shape) as (keyof S & string)[]) {
      if (this.misspelt(holder, key, known)) continue;
      const value = this.value(holder, at, key, shape[key] as z.ZodType);
      if (value !== undefined) fields[key] = value as z.output<S[typeof key]>;
    }
    return fields;
  }

  /** Whether a key is only missing because it was misspelt: that is one fault, not two. */
  misspelt(holder: Mapping, key: string, known: readonly string[]): boolean {
    if (holder[key] !== undefined) return false;
    return Object.keys(holder).some((given) => !known.includes(given) && nearest(given, known) === key);
  }

  /** One field; undefined when it is absent or wrong. */
  value<T>(holder: Mapping, at: Place, key: string, schema: z.ZodType<T>): T | undefined {
    const read = () => schema.safeParse(holder[key], { error: messageOf });
    let result = read();
    if (!result.success && this.#convert(holder, [key], result.error.issues)) result = read();
    if (result.success) return result.data;
    this.tell(
      holder,
      at,
      [key],
      result.error.issues.flatMap((issue) => unfold(issue, [])),
    );
    return undefined;
  }

  /** A mapping by one schema; undefined when something in it is wrong. */
  whole<T>(holder: Mapping, at: Place, schema: z.ZodType<T>): T | undefined {
    const read = () => schema.safeParse(holder, { error: messageOf });
    let result = read();
    if (!result.success && this.#convert(holder, [], result.error.issues)) result = read();
    if (result.success) return result.data;
    this.tell(
      holder,
      at,
      [],
      result.error.issues.flatMap((issue) => unfold(issue, [])),
    );
    return undefined;
  }

  /** Tells the problems of a value that stands at a path below a holder. */
  tell(holder: object, at: Place, path: readonly PropertyKey[], problems: readonly Problem[]): void {
    for (const problem of withoutEchoes(problems)) {
      this.fault(holder, at, [...path, ...problem.path], problem.message, problem.atKey);
    }
  }

  /**
   * What comes from the environment is text. Where a number or a boolean is wanted and the text reads as one, it
   * becomes one: the schema decides, so that a token of digits stays text.
   */
  #convert(holder: Mapping, prefix: readonly PropertyKey[], issues: readonly z.core.$ZodIssue[]): boolean {
    let converted = false;
    for (const issue of issues) {
      if (issue.code !== 'invalid_type') continue;
      const path = [...prefix, ...issue.path];
      const last = path.pop();
      if (last === undefined) continue;
      let container: unknown = holder;
      for (const step of path)
        container = isContainer(container) ? (container as Mapping)[step as string] : null;
      if (!isContainer(container) || !this.places.get(container)?.get(String(last))?.interpolated) continue;
      const held = container as Record<PropertyKey, unknown>;
      const value = fromText(issue.expected, held[last]);
      if (value === undefined) continue;
      held[last] = value;
      converted = true;
    }
    return converted;
  }
}

/** Without the keys that are only missing because they were misspelt. */
function withoutEchoes(problems: readonly Problem[]): readonly Problem[] {
  const misspelt = problems
    .filter((p) => p.atKey)
    .map((p) => `${p.path.slice(0, -1).join('.')}: ${p.message}`);
  return problems.filter((p) => {
    if (p.atKey || !isMissing(p.message)) return true;
    const parent = p.path.slice(0, -1).join('.');
    const hint = `did you mean \`${String(p.path.at(-1))}\`?`;
    return !misspelt.some((one) => one.startsWith(`${parent}: `) && one.endsWith(hint));
  });
}

function fromText(expected: string, value: unknown): number | boolean | undefined {
  if (typeof value !== 'string') return undefined;
  if (expected === 'boolean') return value === 'true' ? true : value === 'false' ? false : undefined;
  if (expected !== 'number' && expected !== 'int') return undefined;
  return /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
