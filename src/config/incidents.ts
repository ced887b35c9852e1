import type { IncidentLink } from '../domain/okr.ts';
import { sourcesBringing } from './bringing.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { readConditions } from './rules.ts';
import { incidentShape } from './schema.ts';
import type { KnownSource } from './sources.ts';
import type { Mapping } from './tree.ts';

/** The `incidents:` section; `wrong` when it has a fault, null when there is none. */
export function readIncidents(
  scalars: Mapping,
  at: Place,
  sources: readonly KnownSource[],
  context: Context,
): IncidentLink | 'wrong' | null {
  const { reader } = context;
  if (scalars.incidents === undefined) return null;
  const place = reader.placeOf(scalars, at, ['incidents']);
  const holder = reader.mapping(scalars.incidents, place);
  if (holder === null) return 'wrong';
  const before = reader.faults.count;
  const { where: _, ...shape } = incidentShape;
  const { source, link = 'explicit', services = {} } = reader.fields(holder, place, shape, ['where']);
  if (holder.where === undefined && !reader.misspelt(holder, 'where', Object.keys(incidentShape))) {
    reader.fault(
      holder,
      place,
      ['where'],
      'is missing: say which tickets are incidents, such as { type: Incident }',
    );
  }
  const where = readConditions(holder, place, ['ticket'], context);
  if (holder.where !== undefined && Object.keys(where).length === 0 && reader.faults.count === before) {
    reader.fault(
      holder,
      place,
      ['where'],
      'must name at least one condition, else every ticket is an incident',
    );
  }
  const ids = sourcesBringing({
    holder,
    at: place,
    given: source,
    types: ['ticket'],
    blame: 'where',
    reader: 'the `incidents:` section',
    sources,
    context,
  });
  return reader.faults.count > before ? 'wrong' : { sources: ids, where, link, services };
}
