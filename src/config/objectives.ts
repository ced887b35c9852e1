import type { Objective } from '../domain/okr.ts';
import { DAY } from '../domain/time.ts';
import type { Context } from './context.ts';
import type { Cycles } from './cycles.ts';
import type { Place } from './faults.ts';
import { type KeyResultOptions, readKeyResults } from './key-results.ts';
import { Ids, type Item } from './merge.ts';
import { didYouMean } from './nearest.ts';
import { objectiveShape } from './schema.ts';

export interface ObjectiveOptions extends KeyResultOptions {
  readonly cycles: Cycles;
}

export function readObjectives(
  items: readonly Item[],
  options: ObjectiveOptions,
  context: Context,
): readonly Objective[] {
  const { reader } = context;
  const ids = new Ids(reader);
  const read: Objective[] = [];
  const parents: { readonly id: string; readonly parent: string; readonly at: Place }[] = [];
  for (const { value, at } of items) {
    const holder = reader.mapping(value, at);
    if (holder === null) continue;
    const fields = reader.fields(holder, at, objectiveShape, ['keyResults']);
    const { id, parent = null, cycle = null } = fields;
    if (id !== undefined) ids.add(id, reader.placeOf(holder, at, ['id']));
    if (cycle !== null && !options.cycles.ids.has(cycle) && !context.incomplete) {
      const known = options.cycles.ids.names;
      reader.fault(holder, at, ['cycle'], `there is no cycle \`${cycle}\`${didYouMean(cycle, known)}`);
    }
    if (id !== undefined && parent !== null) {
      parents.push({ id, parent, at: reader.placeOf(holder, at, ['parent']) });
    }
    const keyResults = readKeyResults(holder, at, id ?? '', options, context);
    if (id === undefined || fields.title === undefined) continue;
    read.push({
      id,
      title: fields.title,
      owner: fields.owner ?? null,
      team: fields.team ?? null,
      focusArea: fields.focusArea ?? null,
      parent,
      cycle,
      weight: fields.weight ?? 1,
      ...(fields.accept === undefined ? {} : { accept: fields.accept }),
      keyResults,
    });
  }
  checkParents(parents, ids, context);
  return read;
}

/** Each parent exists, and nobody is their own ancestor. */
function checkParents(
  parents: readonly { readonly id: string; readonly parent: string; readonly at: Place }[],
  ids: Ids,
  { reader, incomplete }: Context,
): void {
  const parentOf = new Map(parents.map((one) => [one.id, one.parent]));
  for (const { id, parent, at } of parents) {
    if (!ids.has(parent)) {
      if (!incomplete)
        reader.faults.add(at, `there is no objective \`${parent}\`${didYouMean(parent, ids.names)}`);
      continue;
    }
    const chain = [id];
    for (let next: string | undefined = parent; next !== undefined; next = parentOf.get(next)) {
      if (next === id) {
        reader.faults.add(at, `the parents go in a circle: ${[...chain, id].join(' → ')}`);
        break;
      }
      // A circle further up is told at its own members.
      if (chain.includes(next)) break;
      chain.push(next);
    }
  }
}

/** The longest gap between two scheduled runs and a day; four days without a schedule. */
export function defaultFreshness(longestGap: number | null): number {
  return longestGap === null ? 4 * DAY : longestGap + DAY;
}
