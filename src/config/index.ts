import { resolve } from 'node:path';
import type { Instant } from '../domain/records.ts';
import { DAY, isTimeZone } from '../domain/time.ts';
import { readCalendars } from './calendars.ts';
import { readChannels } from './channels.ts';
import type { Context } from './context.ts';
import { defaultSince, readCycles } from './cycles.ts';
import { Faults } from './faults.ts';
import { readFiles } from './files.ts';
import { readIncidents } from './incidents.ts';
import type { Environment } from './interpolate.ts';
import { type Merged, merge } from './merge.ts';
import { defaultFreshness, readObjectives } from './objectives.ts';
import { parseDuration } from './quantity.ts';
import { Reader } from './reader.ts';
import { daysBackOf } from './rules.ts';
import { readSchedule } from './schedule.ts';
import { type Registries, scalarShape } from './schema.ts';
import { SharedRules } from './shared.ts';
import { withSafeTexts } from './shown-texts.ts';
import { readSources } from './sources.ts';
import { parseTime } from './times.ts';
import { type Mapping, type Places, readTree } from './tree.ts';
import type { Configuration } from './types.ts';

export { type Advice, advise } from './advice.ts';
export { configurationJsonSchema } from './json-schema.ts';
export { configurationSchema, type Registries } from './schema.ts';
export {
  type ChannelConfig,
  ConfigError,
  type ConfigFault,
  type Configuration,
  type SourceConfig,
} from './types.ts';

export interface LoadOptions extends Registries {
  /** A folder, or one file. */
  readonly path: string;
  /** Working directory: relative paths on the command line, and the default database. */
  readonly cwd: string;
  readonly env: Environment;
  /** Decides which cycle is the current one. */
  readonly now: Instant;
}

/**
 * Reads, merges, interpolates and validates the configuration, and fills in every default.
 *
 * @throws {ConfigError} with every fault, each with its file, line, column and path. No other error.
 */
export async function loadConfiguration(options: LoadOptions): Promise<Configuration> {
  const { connectors, metrics, channels = {}, cwd, now } = options;
  const faults = new Faults();
  const places: Places = new WeakMap();
  const secrets = new Set<string>();
  const { files, whole, environment } = await readFiles(options.path, cwd, options.env, faults);
  let incomplete = faults.count > 0;
  const roots: Mapping[] = [];
  for (const { text, file, directory } of files) {
    const root = readTree(text, { file, directory, environment, faults, places, secrets });
    if (root === null) incomplete = true;
    else roots.push(root);
  }
  const reader = new Reader(faults, places);
  const merged = merge(roots, reader, whole, incomplete);
  const scalars = await readScalars(merged, reader, now);
  const { timezone } = scalars;
  const later: Context['later'] = [];
  const registries = { connectors, metrics, channels };
  const known = { incidents: null, calendars: new Map() };
  const base: Context = { ...registries, ...known, reader, incomplete, timezone, secrets, later };

  const cycles = readCycles(merged.sections.cycles, base);
  const sources = readSources(merged.sections.sources, base);
  const incidents = readIncidents(merged.scalars, merged.at, sources.known, base);
  const calendars = readCalendars(merged.sections.calendars, base);
  const context: Context = { ...base, incidents, calendars };
  const shared = new SharedRules(merged.sections.metrics, sources.known, context);
  const objectives = readObjectives(
    merged.sections.objectives,
    { sources: sources.known, cycles, shared, freshness: defaultFreshness(scalars.longestGap) },
    context,
  );
  const ways = await readChannels(merged.sections.channels, merged.sections.objectives, context);
  for (const check of later) await check();
  if (faults.count > 0) throw faults.error(secrets);

  const rules = objectives.flatMap(({ keyResults }) =>
    keyResults.flatMap(({ rule, guards = [] }) => [rule, ...guards.map((guard) => guard.rule)]),
  );
  const longest = Math.max(0, ...rules.map(({ window }) => daysBackOf(window)));
  return {
    timezone: scalars.timezone,
    cycles: cycles.list,
    database: databaseOf(scalars.database, environment, cwd),
    since: scalars.since ?? defaultSince(cycles.list, longest, now, scalars.timezone),
    revise: scalars.revise,
    schedule: scalars.schedule,
    sources: sources.list,
    ...withSafeTexts(objectives, ways, [...secrets]),
    secrets: [...secrets],
  };
}

interface Scalars {
  readonly timezone: string;
  readonly database: string | null;
  readonly since: Instant | null;
  readonly revise: number;
  readonly schedule: string | null;
  readonly longestGap: number | null;
}

async function readScalars({ scalars, at }: Merged, reader: Reader, now: Instant): Promise<Scalars> {
  const {
    timezone = 'UTC',
    database,
    since,
    revise = '14d',
    schedule = null,
  } = reader.fields(scalars, at, scalarShape, ['incidents']);
  const known = isTimeZone(timezone);
  if (!known) {
    reader.fault(
      scalars,
      at,
      ['timezone'],
      'is not a time zone of the IANA list, such as Europe/Stockholm or UTC',
    );
  }
  const zone = known ? timezone : 'UTC';
  const first = since === undefined ? null : parseTime(since, zone);
  if (since !== undefined && first === null)
    reader.fault(scalars, at, ['since'], 'there is no such day or time');
  if (first !== null && first > now) reader.fault(scalars, at, ['since'], 'lies in the future');
  let longestGap: number | null = null;
  if (schedule !== null) {
    const read = await readSchedule(schedule);
    if ('fault' in read) reader.fault(scalars, at, ['schedule'], read.fault);
    else longestGap = read.longestGap;
  }
  const place = reader.placeOf(scalars, at, ['database']);
  return {
    timezone: zone,
    database: database === undefined ? null : resolve(place.directory, database),
    since: first,
    revise: parseDuration(revise) ?? 14 * DAY,
    schedule,
    longestGap,
  };
}

function databaseOf(configured: string | null, environment: Environment, cwd: string): string {
  const named = environment.KRSYNC_DATABASE;
  if (named !== undefined && named !== '') return resolve(cwd, named);
  return configured ?? resolve(cwd, 'krsync.db');
}
