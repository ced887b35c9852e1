import type { WorkCalendar } from '../domain/calendar.ts';
import { isLocalDate, isTimeZone } from '../domain/time.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { Ids, type Item } from './merge.ts';
import { didYouMean } from './nearest.ts';
import { calendarShape } from './schema.ts';
import type { Mapping } from './tree.ts';

/** By id; null for one that has a fault, so that who names it is not blamed too. */
export type Calendars = ReadonlyMap<string, WorkCalendar | null>;

export function readCalendars(items: readonly Item[], context: Context): Calendars {
  const { reader } = context;
  const ids = new Ids(reader);
  const calendars = new Map<string, WorkCalendar | null>();
  for (const { value, at } of items) {
    const holder = reader.mapping(value, at);
    if (holder === null) continue;
    const before = reader.faults.count;
    const {
      id,
      timezone = context.timezone,
      days,
      hours,
      holidays = [],
    } = reader.fields(holder, at, calendarShape);
    if (!isTimeZone(timezone)) {
      reader.fault(
        holder,
        at,
        ['timezone'],
        'is not a time zone of the IANA list, such as Europe/Stockholm or UTC',
      );
    }
    for (const [index, date] of holidays.entries()) {
      if (!isLocalDate(date)) reader.fault(holder, at, ['holidays', index], `there is no day ${date}`);
    }
    const spans = spansOf(hours, holder, at, context);
    if (id === undefined || !ids.add(id, reader.placeOf(holder, at, ['id']))) continue;
    const whole = reader.faults.count === before;
    calendars.set(id, whole ? { id, timezone, days: days ?? WORKDAYS, hours: spans, holidays } : null);
  }
  return calendars;
}

const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

/** In minutes since midnight, in their order. */
function spansOf(
  given: string | readonly string[] | undefined,
  holder: Mapping,
  at: Place,
  { reader }: Context,
): readonly (readonly [number, number])[] {
  const texts = given === undefined ? [] : typeof given === 'string' ? [given] : given;
  const spans = texts.map((text): readonly [number, number] => {
    const [from = 0, to = 0] = text.split('-').map(minutesOf);
    return [from, to];
  });
  for (const [index, [from, to]] of spans.entries()) {
    const path = typeof given === 'string' ? ['hours'] : ['hours', index];
    const previous = spans[index - 1];
    if (to > 1440) reader.fault(holder, at, path, 'ends after 24:00');
    else if (to <= from) {
      reader.fault(
        holder,
        at,
        path,
        'ends before it begins; write a night as two spans: 22:00-24:00, 00:00-06:00',
      );
    } else if (previous !== undefined && from < previous[1]) {
      reader.fault(holder, at, path, 'begins before the span above it ends; write them in their order');
    }
  }
  return spans;
}

function minutesOf(clock: string): number {
  const [hours, minutes] = clock.trim().split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** The calendar that a rule names; null where it has a fault, undefined where it names none. */
export function calendarOf(
  holder: Mapping,
  at: Place,
  named: string | undefined,
  { reader, calendars, incomplete }: Context,
): WorkCalendar | null | undefined {
  if (named === undefined) return undefined;
  const found = calendars.get(named);
  if (found === undefined && !incomplete) {
    const known = [...calendars.keys()];
    const hint = didYouMean(named, known);
    const rest = hint === '' && known.length > 0 ? `; there are ${known.join(', ')}` : hint;
    reader.fault(holder, at, ['calendar'], `there is no \`${named}\` under \`calendars:\`${rest}`);
  }
  return found ?? null;
}
