import * as z from 'zod';
import type { ChannelRules } from '../notify/rules.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { id as idSchema } from './forms.ts';
import { Ids, type Item } from './merge.ts';
import { choiceMessage, unknownKey } from './messages.ts';
import { didYouMean } from './nearest.ts';
import { parts } from './paths.ts';
import type { Fields } from './reader.ts';
import { readSchedule } from './schedule.ts';
import { channelShape, DIGESTS } from './schema.ts';
import { readSettings } from './sources.ts';
import { isMapping, type Mapping } from './tree.ts';
import type { ChannelConfig } from './types.ts';

const SHARED = ['id', 'kind', ...Object.keys(channelShape)];

export async function readChannels(
  items: readonly Item[],
  objectives: readonly Item[],
  context: Context,
): Promise<readonly ChannelConfig[]> {
  const { reader, channels = {} } = context;
  const kinds = Object.keys(channels);
  const ids = new Ids(reader);
  const list: ChannelConfig[] = [];
  for (const { value, at } of items) {
    const holder = reader.mapping(value, at);
    if (holder === null) continue;
    const id = reader.value(holder, at, 'id', idSchema);
    const isNew = id !== undefined && ids.add(id, reader.placeOf(holder, at, ['id']));
    const kind = typeof holder.kind === 'string' ? holder.kind : '';
    const known = Object.hasOwn(channels, kind) ? channels[kind] : undefined;
    if (known === undefined) reader.fault(holder, at, ['kind'], choiceMessage(kinds, holder.kind));
    const rules = await readRules(holder, at, objectives, context);
    if (known === undefined) continue;
    const unknown = tellUnknownKeys(known.settings, holder, at, context);
    const settings = readSettings(known.settings, holder, at, [...SHARED, ...unknown], context);
    if (unknown.length > 0) continue;
    if (settings !== undefined && isNew) list.push({ id, kind, settings, directory: at.directory, rules });
  }
  return list;
}

/** What is in neither half, the kind's or the shared one, may be a misspelling of a key of either. */
function tellUnknownKeys(
  schema: z.ZodType,
  holder: Mapping,
  at: Place,
  { reader }: Context,
): readonly string[] {
  const forms = parts(schema).filter((form) => form instanceof z.ZodObject);
  const known = [...new Set([...SHARED, ...forms.flatMap((form) => Object.keys(form.shape))])];
  const unknown = Object.keys(holder).filter((key) => !known.includes(key));
  for (const key of unknown) reader.fault(holder, at, [key], unknownKey(key, known), true);
  return unknown;
}

async function readRules(
  holder: Mapping,
  at: Place,
  objectives: readonly Item[],
  context: Context,
): Promise<ChannelRules> {
  const { reader } = context;
  // Its own keys, so that the settings of the kind are not unknown here.
  const shared: Mapping = Object.create(null);
  for (const [key, value] of Object.entries(holder))
    if (Object.hasOwn(channelShape, key)) shared[key] = value;
  const entries = reader.places.get(holder);
  if (entries !== undefined) reader.places.set(shared, entries);
  const fields = reader.fields(shared, at, channelShape);
  checkNames(fields, holder, at, objectives, context);
  const digest = await readDigest(fields.digest, holder, at, context);
  const { changes = true, operator = false, quietHours, mostPerWeek = null } = fields;
  if (fields.digest === false && !changes && !operator) {
    reader.faults.add(at, 'sends nothing: set digest, changes or operator');
  }
  if (mostPerWeek !== null && fields.digest === false) {
    const words = 'needs a digest, where what is beyond it is told';
    reader.fault(holder, at, ['mostPerWeek'], words);
  }
  const { teams = null, owners = null, focusAreas = null, objectives: named = null } = fields;
  return {
    only: { teams, owners, focusAreas, objectives: named },
    digest,
    changes,
    operator,
    quietHours: quietHours === undefined ? null : { ...quietHours, weekends: quietHours.weekends ?? false },
    mostPerWeek,
  };
}

async function readDigest(
  given: Fields<typeof channelShape>['digest'],
  holder: Mapping,
  at: Place,
  { reader }: Context,
): Promise<ChannelRules['digest']> {
  if (given === false) return null;
  const { schedule, always = false } = typeof given === 'object' ? given : { schedule: given ?? 'weekly' };
  const named = Object.entries(DIGESTS).find(([name]) => name === schedule);
  const read = await readSchedule(named?.[1] ?? schedule);
  if ('times' in read) return { schedule, times: read.times, always };
  const path = typeof given === 'object' ? ['digest', 'schedule'] : ['digest'];
  const hint = didYouMean(schedule, Object.keys(DIGESTS));
  reader.fault(holder, at, path, `${read.fault}; or ${Object.keys(DIGESTS).join(', ')}${hint}`);
  return null;
}

/** A name that no objective has would keep the channel silent for ever. */
function checkNames(
  fields: Fields<typeof channelShape>,
  holder: Mapping,
  at: Place,
  objectives: readonly Item[],
  { reader, incomplete }: Context,
): void {
  if (incomplete) return;
  const checks = [
    ['teams', 'team', 'the team'],
    ['owners', 'owner', 'the owner'],
    ['focusAreas', 'focusArea', 'the focus area'],
    ['objectives', 'id', 'the id'],
  ] as const;
  for (const [key, field, words] of checks) {
    // As they are written: an objective with a fault of its own is there all the same.
    const values = objectives.map(({ value }) => (isMapping(value) ? value[field] : undefined));
    const known = new Set(values.filter((value) => typeof value === 'string').map((value) => value.trim()));
    for (const [index, name] of (fields[key] ?? []).entries()) {
      if (known.has(name)) continue;
      const message = `no objective has ${words} \`${name}\`${didYouMean(name, known)}`;
      reader.fault(holder, at, [key, index], message);
    }
  }
}
