import { connectorOf } from '../../connectors/index.ts';
import type { Cycle, KeyResult, NewCheckIn, Objective } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { cycleSpan, isoTime } from '../domain/time.ts';
import { kindOf } from '../metrics/contract.ts';
import { type Kept, keptRules } from '../metrics/engine/kept.ts';
import { newestOf, staleReason } from '../metrics/engine/series.ts';
import { metricOf } from '../metrics/index.ts';
import { type Delivery, deliveryFailed } from '../notify/deliver.ts';
import { revisable } from '../okr/correct.ts';
import { objectivesOf, unclosed } from '../okr/cycles.ts';
import { definitionHash } from '../okr/definition.ts';
import { earliestAsked, type Fill, type KeyResultPlan, planKeyResult } from '../okr/plan.ts';
import { planEntry } from '../report/build.ts';
import type { PlanModel } from '../report/model.ts';
import type { SyncEvent, SyncResult } from '../sync/contract.ts';
import { runSync } from '../sync/index.ts';
import { type App, cycleFor, measurer, recordedIn, UsageError } from './context.ts';
import { sendDue } from './notify/index.ts';
import { eventsTeller, isNow } from './notify/telling.ts';

export interface UpdateResult {
  readonly sync: SyncResult | null;
  readonly plan: PlanModel;
  readonly recorded: number;
  /** How it went with each channel; empty where nothing was to be delivered. */
  readonly deliveries: readonly Delivery[];
}

/** Pulls what is new from all sources, or from those that are named. */
export async function sync(
  app: App,
  onEvent: (event: SyncEvent) => void,
  only: readonly string[] = [],
): Promise<SyncResult> {
  const { configuration, store, signal, logger, now, fetch } = app;
  const unknown = only.filter((id) => !configuration.sources.some((source) => source.id === id));
  if (unknown.length > 0) {
    const known = configuration.sources.map((source) => source.id).join(', ');
    throw new UsageError(`there is no source '${unknown[0]}': the configuration has ${known}`);
  }
  return runSync({
    sources: configuration.sources.filter((source) => only.length === 0 || only.includes(source.id)),
    connectorOf,
    store,
    signal,
    now,
    logger,
    fetch,
    since: configuration.since,
    timezone: configuration.timezone,
    secrets: configuration.secrets,
    onEvent,
  });
}

/**
 * The main job: sync, compute, check in, deliver. Where no moment is asked for, it computes as of the end of the sync, so
 * that what a source measured during the run counts in it. A channel that fails makes the run a failed one, and changes no
 * check-in; as of another time than now nobody is told anything.
 */
export async function update(
  app: App,
  asked: Instant | null,
  onEvent: (event: SyncEvent) => void,
): Promise<UpdateResult> {
  const news = asked === null || isNow(asked, app.now());
  return recorded(app, 'update', asked, 'first', () => sync(app, onEvent), news);
}

/** Records the ended days of the cycle that have no check-in, or one of another definition. Pulls nothing. */
export async function backfill(app: App, asOf: Instant): Promise<UpdateResult> {
  return recorded(app, 'backfill', asOf, 'all', async () => null, false);
}

async function recorded(
  app: App,
  command: string,
  asked: Instant | null,
  fill: Fill,
  pull: () => Promise<SyncResult | null>,
  news: boolean,
): Promise<UpdateResult> {
  const { store, now } = app;
  const startedAt = now();
  const runId = await store.startRun({ command, startedAt, asOf: asked ?? startedAt });
  try {
    const result = await pull();
    const asOf = asked ?? now();
    const kept = await keptRules(store, 'write');
    const plans = await computePlans(app, asOf, fill, kept);
    await kept.save();
    const changed = plans.filter(({ plan }) => plan.checkIns.length > 0 || plan.freeze !== null);
    const closed = changed.flatMap(({ cycle, plan }) => (plan.next.shown === 'closed' ? [cycle.id] : []));
    const checkIns = plans.flatMap(({ plan }): readonly NewCheckIn[] => plan.checkIns);
    const tell = news ? await eventsTeller(app, asOf, [...new Set(closed)], checkIns) : null;
    const outcome = result !== null && result.failures.length > 0 ? 'failed' : 'ok';
    const ids = await store.recordCheckIns({
      runId,
      asOf,
      recordedAt: now(),
      checkIns,
      starts: plans.flatMap(({ plan }) => (plan.freeze === null ? [] : [plan.freeze])),
      definitions: changed.map(({ cycle, objective, plan }) => ({
        cycleId: cycle.id,
        objectiveId: objective.id,
        keyResultId: plan.keyResult.id,
        hash: definitionHash(plan.keyResult),
        definition: JSON.stringify({
          cycle,
          objective: { ...objective, keyResults: [] },
          keyResult: plan.keyResult,
        }),
      })),
      outcome,
      ...(tell === null ? {} : { tell }),
    });
    const deliveries = news ? await sendDue(app, asOf) : [];
    if (outcome === 'ok' && deliveries.some(deliveryFailed)) await store.finishRun(runId, now(), 'failed');
    return { sync: result, plan: planModel(app, asOf, plans), recorded: ids.length, deliveries };
  } catch (error) {
    await store.finishRun(runId, now(), app.signal.aborted ? 'interrupted' : 'failed');
    throw error;
  }
}

/** Exactly what the next `update` would record if nothing new came in. Writes nothing. */
export async function plan(app: App, asOf: Instant): Promise<PlanModel> {
  return planModel(app, asOf, await computePlans(app, asOf, 'first', await keptRules(app.store, 'read')));
}

interface PlannedKeyResult {
  readonly cycle: Cycle;
  readonly objective: Objective;
  readonly plan: KeyResultPlan;
}

async function computePlans(
  app: App,
  asOf: Instant,
  fill: Fill,
  kept: Kept,
): Promise<readonly PlannedKeyResult[]> {
  const { configuration, store } = app;
  const { cycles, objectives, timezone } = configuration;
  const plans: PlannedKeyResult[] = [];
  for (const cycle of cycles) {
    const checkIns = await store.checkIns(cycle.id);
    const current = objectivesOf(cycle, objectives, cycles, asOf, timezone);
    const span = cycleSpan(cycle, timezone);
    const recorded = span.to <= asOf ? await recordedIn(store, cycle.id) : null;
    const closing = unclosed(recorded?.objectives ?? [], current, checkIns, timezone);
    const wanted = [...current, ...closing];
    if (wanted.length === 0) continue;
    const starts = await store.frozenStarts(cycle.id);
    const measure = measurer(app, cycle, asOf, await store.members(), await store.streamFailures(), {
      withPast: asOf < span.to,
      kept,
    });
    const checkInsOf = byKeyResult(checkIns);
    const startsOf = byKeyResult(starts);
    const measured = wanted.flatMap((objective) =>
      objective.keyResults.map(async (keyResult) => {
        const { freshness, guards = [] } = keyResult;
        const own = checkInsOf(keyResult);
        const recent = revisable(own, asOf, configuration.revise);
        const pastAsOf = earliestAsked({ fill, checkIns: own, asOf, zone: timezone });
        const more = { revisit: recent.map((one) => one.asOf), pastAsOf };
        const [series, ...guarded] = await Promise.all([
          measure(keyResult, more),
          ...guards.map(({ rule }) => measure({ rule, freshness }, more)),
        ]);
        return { objective, keyResult, recent, series, guarded };
      }),
    );
    for (const { objective, keyResult, recent, series, guarded } of await Promise.all(measured)) {
      plans.push({
        cycle,
        objective,
        plan: planKeyResult({
          keyResult,
          kind: kindOf(metricOf(keyResult.rule.measure), keyResult.rule.options),
          cycle,
          span,
          zone: timezone,
          asOf,
          series,
          frozen: startsOf(keyResult).at(-1) ?? null,
          checkIns: checkInsOf(keyResult),
          recent,
          stale: staleReason(
            series.coverage,
            Math.min(asOf, span.to),
            keyResult.freshness,
            newestOf(series.current, keyResult.rule, metricOf),
            keyResult.maxAge,
          ),
          guards: (keyResult.guards ?? []).flatMap((guard, i) => {
            const found = guarded[i];
            return found === undefined ? [] : [{ guard, series: found }];
          }),
          fill,
        }),
      });
    }
  }
  return plans;
}

/** The rows of one key result after the other, in the order of them all. */
function byKeyResult<T extends { readonly objectiveId: string; readonly keyResultId: string }>(
  rows: readonly T[],
): (keyResult: KeyResult) => readonly T[] {
  const key = (objectiveId: string, id: string) => JSON.stringify([objectiveId, id]);
  const lists = new Map<string, T[]>();
  for (const row of rows) {
    const name = key(row.objectiveId, row.keyResultId);
    const list = lists.get(name);
    if (list) list.push(row);
    else lists.set(name, [row]);
  }
  return ({ objectiveId, id }) => lists.get(key(objectiveId, id)) ?? [];
}

function planModel(app: App, asOf: Instant, plans: readonly PlannedKeyResult[]): PlanModel {
  return {
    asOf: isoTime(asOf),
    cycle: cycleFor(app.configuration, asOf),
    entries: plans.map(({ plan }) => planEntry(plan)),
  };
}
