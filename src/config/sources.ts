import type * as z from 'zod';
import type { RecordType } from '../domain/records.ts';
import type { Context } from './context.ts';
import { id as idSchema } from './forms.ts';
import { Ids, type Item } from './merge.ts';
import { choiceMessage } from './messages.ts';
import { resolvePaths } from './paths.ts';
import { collectSecrets } from './secrets.ts';
import type { Mapping } from './tree.ts';
import type { SourceConfig } from './types.ts';

/** A source as the rules see it, whether or not its settings are valid. */
export interface KnownSource {
  readonly id: string;
  readonly kind: string;
  /** The record types of its streams; null while its kind is not known. */
  readonly yields: ReadonlySet<RecordType> | null;
  /** The series of samples that its streams name. */
  readonly series: ReadonlySet<string>;
}

export interface Sources {
  readonly list: readonly SourceConfig[];
  readonly known: readonly KnownSource[];
}

export function readSources(items: readonly Item[], context: Context): Sources {
  const { reader, connectors } = context;
  const kinds = Object.keys(connectors);
  const ids = new Ids(reader);
  const list: SourceConfig[] = [];
  const known: KnownSource[] = [];
  for (const { value, at } of items) {
    const holder = reader.mapping(value, at);
    if (holder === null) continue;
    const id = reader.value(holder, at, 'id', idSchema);
    const kind = typeof holder.kind === 'string' ? holder.kind : '';
    const connector = Object.hasOwn(connectors, kind) ? connectors[kind] : undefined;
    if (connector === undefined) reader.fault(holder, at, ['kind'], choiceMessage(kinds, holder.kind));
    const isNew = id !== undefined && ids.add(id, reader.placeOf(holder, at, ['id']));
    if (isNew) {
      const streams = Object.values(connector?.streams ?? {}).filter(
        ({ needs }) => needs === undefined || holder[needs] !== undefined,
      );
      known.push({
        id,
        kind,
        yields: connector === undefined ? null : new Set(streams.flatMap((stream) => stream.yields)),
        series: new Set(streams.flatMap((stream) => stream.series ?? [])),
      });
    }
    if (connector === undefined) continue;
    const settings = readSettings(connector.settings, holder, at, ['id', 'kind'], context);
    if (settings !== undefined && isNew) list.push({ id, kind, settings, directory: at.directory });
  }
  return { list, known };
}

/** The settings of a source or channel, without the keys that are not its kind's. */
export function readSettings(
  schema: z.ZodType,
  holder: Mapping,
  at: Item['at'],
  shared: readonly string[],
  { reader, secrets }: Context,
): unknown {
  const own: Mapping = Object.create(null);
  for (const [key, value] of Object.entries(holder)) if (!shared.includes(key)) own[key] = value;
  const entries = reader.places.get(holder);
  if (entries !== undefined) reader.places.set(own, entries);
  collectSecrets(schema, own, secrets);
  resolvePaths(schema, own, reader.places);
  return reader.whole(own, at, schema);
}
