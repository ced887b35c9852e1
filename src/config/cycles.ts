import type { Cycle } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { addDays, DAY, isLocalDate, localDate, startOfDay } from '../domain/time.ts';
import type { Context } from './context.ts';
import { type Place, placeText } from './faults.ts';
import { Ids, type Item } from './merge.ts';
import { cycleShape } from './schema.ts';

export interface Cycles {
  /** Those without a fault, in the order of their start. */
  readonly list: readonly Cycle[];
  readonly ids: Ids;
}

export function readCycles(items: readonly Item[], context: Context): Cycles {
  const { reader } = context;
  const ids = new Ids(reader);
  const read: { readonly cycle: Cycle; readonly at: Place }[] = [];
  for (const { value, at } of items) {
    const holder = reader.mapping(value, at);
    if (holder === null) continue;
    const { id, start, end } = reader.fields(holder, at, cycleShape);
    const isNew = id !== undefined && ids.add(id, reader.placeOf(holder, at, ['id']));
    let dated = true;
    for (const [key, date] of [
      ['start', start],
      ['end', end],
    ] as const) {
      if (date === undefined || isLocalDate(date)) continue;
      reader.fault(holder, at, [key], `there is no day ${date}`);
      dated = false;
    }
    if (start === undefined || end === undefined || !dated) continue;
    if (end < start) reader.fault(holder, at, ['end'], `the cycle ends before it starts, ${start}`);
    else if (isNew) read.push({ cycle: { id, start, end }, at });
  }
  read.sort((a, b) => (a.cycle.start < b.cycle.start ? -1 : 1));
  let last = read[0];
  for (const one of read.slice(1)) {
    if (last !== undefined && one.cycle.start <= last.cycle.end) {
      const other = `\`${last.cycle.id}\`, ${last.cycle.start} to ${last.cycle.end} (${placeText(last.at)})`;
      reader.faults.add(one.at, `the cycle \`${one.cycle.id}\` overlaps ${other}`);
    }
    if (last === undefined || one.cycle.end > last.cycle.end) last = one;
  }
  return { list: read.map((one) => one.cycle), ids };
}

/** One cycle and the longest window before the start of the running cycle, else of the latest. */
export function defaultSince(
  cycles: readonly Cycle[],
  longestWindow: number,
  now: Instant,
  zone: string,
): Instant {
  const today = localDate(now, zone);
  const current = cycles.find((c) => c.start <= today && today <= c.end) ?? cycles.at(-1);
  if (current === undefined) return startOfDay(today, zone);
  const days = Math.round((Date.parse(current.end) - Date.parse(current.start)) / DAY) + 1;
  return startOfDay(addDays(current.start, -days - longestWindow), zone);
}
