import type { IncidentLink } from '../domain/okr.ts';
import type { Calendars } from './calendars.ts';
import type { Reader } from './reader.ts';
import type { Registries } from './schema.ts';

/** What every part of the resolution needs. */
export interface Context extends Registries {
  readonly reader: Reader;
  /** Zone of the local dates; UTC while the configured one is not valid. */
  readonly timezone: string;
  /** A file could not be read, so that what is not found may well be in it. */
  readonly incomplete: boolean;
  /** The `incidents:` section; `wrong` when it has a fault, null when there is none. */
  readonly incidents: IncidentLink | 'wrong' | null;
  /** Where values of secret fields are added, which are never to be printed. */
  readonly secrets: Set<string>;
  readonly calendars: Calendars;
  /** Checks that wait for something to be loaded; all are awaited before the configuration is judged. */
  readonly later: (() => Promise<void>)[];
}
