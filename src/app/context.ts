import type { Logger } from 'pino';
import type { Configuration } from '../config/types.ts';
import type { Cycle, KeyResult, Objective } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { cycleSpan } from '../domain/time.ts';
import { type CycleSeries, cycleSeries, type SeriesOptions } from '../metrics/engine/series.ts';
import { sharedReads } from '../metrics/engine/shared.ts';
import { metricOf } from '../metrics/index.ts';
import { cycleAt, findKeyResult, objectivesOf } from '../okr/cycles.ts';
import type { Store } from '../store/contract.ts';

/** A wish that cannot be met as it was put: its message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface App {
  readonly configuration: Configuration;
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly now: () => Instant;
  readonly fetch: typeof globalThis.fetch;
}

/** The cycle that a moment belongs to. */
export function cycleFor(configuration: Configuration, asOf: Instant): Cycle {
  const cycle = cycleAt(configuration.cycles, asOf, configuration.timezone);
  if (cycle === undefined) throw new UsageError('the configuration has no cycle: add one under `cycles:`');
  return cycle;
}

/** Measures key results over a cycle. Those that share a rule are measured once, and those asked for together share passes over the records. */
export function measurer(
  app: App,
  cycle: Cycle,
  asOf: Instant,
  members: Awaited<ReturnType<Store['members']>>,
  failures: Awaited<ReturnType<Store['streamFailures']>>,
  past: Pick<SeriesOptions, 'withPast' | 'pastAsOf' | 'kept'> = {},
): (
  keyResult: Pick<KeyResult, 'rule' | 'freshness'>,
  more?: Partial<Pick<SeriesOptions, 'revisit' | 'pastAsOf'>>,
) => Promise<CycleSeries> {
  const { timezone } = app.configuration;
  const known = new Map<string, Promise<CycleSeries>>();
  const store = sharedReads(app.store);
  return (keyResult, more = {}) => {
    const { rule, freshness } = keyResult;
    const key = JSON.stringify([rule, freshness, more.revisit, more.pastAsOf]);
    const series =
      known.get(key) ??
      cycleSeries({
        store,
        rule,
        metricOf,
        span: cycleSpan(cycle, timezone),
        zone: timezone,
        asOf,
        revisit: [],
        ...past,
        ...more,
        members,
        failures,
        freshness,
        signal: app.signal,
      });
    known.set(key, series);
    return series;
  };
}

export interface StoredShape {
  readonly cycle: Cycle;
  readonly objective: Objective;
  readonly keyResult: KeyResult;
}

/**
 * The objectives of a cycle: from the configuration for the running one, and for another those that name it; beside them
 * what else was recorded in it.
 */
export async function objectivesToShow(
  app: App,
  asOf: Instant,
  cycleId: string | undefined,
): Promise<{ readonly cycle: Cycle; readonly objectives: readonly Objective[] }> {
  const { configuration, store } = app;
  const { cycles, timezone } = configuration;
  const current = cycleFor(configuration, asOf);
  const cycle = cycleId === undefined ? current : cycles.find((one) => one.id === cycleId);
  if (cycle !== undefined) {
    const objectives = objectivesOf(cycle, configuration.objectives, cycles, asOf, timezone);
    if (cycle.id === current.id) return { cycle, objectives };
    if (objectives.length > 0) {
      const others = (await recordedIn(store, cycle.id))?.objectives ?? [];
      const named = new Set(objectives.map(({ id }) => id));
      return { cycle, objectives: [...objectives, ...others.filter(({ id }) => !named.has(id))] };
    }
  }
  const recorded = await recordedIn(store, cycleId ?? current.id);
  if (recorded === null) {
    const known = cycles.map((one) => one.id).join(', ');
    throw new UsageError(`nothing is recorded for the cycle '${cycleId}': the configuration has ${known}`);
  }
  return recorded;
}

/** A cycle and its objectives as they were recorded in it, each key result by its last definition; null for none. */
export async function recordedIn(
  store: Pick<Store, 'definitions' | 'checkIns'>,
  cycleId: string,
): Promise<{ readonly cycle: Cycle; readonly objectives: readonly Objective[] } | null> {
  const lastHash = new Map<string, string>();
  for (const one of await store.checkIns(cycleId)) {
    lastHash.set(`${one.objectiveId}/${one.keyResultId}`, one.definitionHash);
  }
  const shapes = new Map<string, StoredShape>();
  for (const { objectiveId, keyResultId, hash, definition } of await store.definitions(cycleId)) {
    const name = `${objectiveId}/${keyResultId}`;
    if (shapes.has(name) && lastHash.get(name) !== hash) continue;
    shapes.set(name, JSON.parse(definition) as StoredShape);
  }
  const [first] = shapes.values();
  if (first === undefined) return null;
  const byId = new Map<string, Objective>();
  for (const { objective, keyResult } of shapes.values()) {
    const known = byId.get(objective.id) ?? { ...objective, keyResults: [] };
    byId.set(objective.id, { ...known, keyResults: [...known.keyResults, keyResult] });
  }
  return { cycle: first.cycle, objectives: [...byId.values()] };
}

/** A key result by the name a person gave. */
export async function keyResultNamed(
  app: App,
  name: string,
  asOf: Instant,
  cycleId?: string,
): Promise<StoredShape> {
  const { cycle, objectives } = await objectivesToShow(app, asOf, cycleId);
  const found = findKeyResult(objectives, name);
  if ('error' in found) {
    const list = found.known.length === 0 ? '' : `; this cycle has\n  ${found.known.join('\n  ')}`;
    throw new UsageError(`${found.error}${list}`);
  }
  return { cycle, ...found };
}
