import type { Instant, Sample } from '../domain/records.ts';
import { type App, UsageError } from './context.ts';

const STREAM = { name: 'samples', yields: ['sample'], memberField: 'series' } as const;

export interface Ingested {
  readonly samples: number;
  /** Of them, those that are new or say something else than before. */
  readonly changed: number;
}

/** The id of the source that samples are sent to: the one that is named, else the only one there is. */
export function pushSource({ configuration }: App, named: string | undefined): string {
  const ids = configuration.sources.filter(({ kind }) => kind === 'push').map(({ id }) => id);
  if (named !== undefined && ids.includes(named)) return named;
  if (named !== undefined) {
    const source = configuration.sources.find(({ id }) => id === named);
    throw new UsageError(
      source === undefined
        ? `there is no source '${named}': ${ids.length === 0 ? NONE : `of kind push there ${ids.length === 1 ? 'is' : 'are'} ${ids.join(', ')}`}`
        : `'${named}' is a ${source.kind} source, which reads for itself: name one of kind push`,
    );
  }
  const [only, second] = ids;
  if (only === undefined) throw new UsageError(NONE);
  if (second !== undefined) throw new UsageError(`say which source they go to: --source ${ids.join(' | ')}`);
  return only;
}

const NONE = 'the configuration has no source of kind push: add `- { id: ci, kind: push }` under `sources`';

/**
 * Records samples that were sent, all of them or none. Each series is complete as of now: whoever sends says all that
 * there is, from its oldest sample (or `from`) on. What was sent before and is not sent now stays.
 */
export async function ingest(
  app: App,
  source: string,
  samples: readonly Sample[],
  from: Instant | null,
): Promise<Ingested> {
  const { store, now } = app;
  const at = now();
  const bySeries = new Map<string, Sample[]>();
  for (const sample of samples) {
    bySeries.set(sample.series, [...(bySeries.get(sample.series) ?? []), sample]);
  }
  const known = (await store.members()).filter((member) => member.source === source);
  const names = new Set([...known.map(({ member }) => member), ...bySeries.keys()]);
  const members = [...names].map((name) => ({ id: name, title: name }));
  await store.setMembers({ id: source, kind: 'push' }, STREAM, members);
  const keyOf = (member: string) => ({ source, stream: STREAM.name, member });
  const { changed } = await store.commitBatches(
    [...bySeries].map(([series, records]) => ({ key: keyOf(series), batch: { records, cursor: null } })),
  );
  for (const [series, sent] of bySeries) {
    const before = known.find(({ member }) => member === series)?.coveredFrom ?? at;
    let oldest = Math.min(before, from ?? at);
    for (const { measuredAt } of sent) oldest = Math.min(oldest, measuredAt);
    await store.completeMember(keyOf(series), at, oldest);
  }
  return { samples: samples.length, changed };
}
