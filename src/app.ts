import type { Logger } from 'pino';
import { connectorOf } from '../connectors/index.ts';
import type { Configuration } from './config/types.ts';
import type { Cycle, KeyResult, NewCheckIn, Objective } from './domain/okr.ts';
import type { Instant } from './domain/records.ts';
import { cycleSpan, isoTime, localDate } from './domain/time.ts';
import { coverageOf } from './metrics/engine/coverage.ts';
import { evaluate } from './metrics/engine/evaluate.ts';
import { type CycleSeries, cycleSeries, staleReason } from './metrics/engine/series.ts';
import { windowAt, windowText } from './metrics/engine/windows.ts';
import { metricOf } from './metrics/index.ts';
import { cycleAt, findKeyResult, objectivesOf, unclosed } from './okr/cycles.ts';
import { definitionHash, ruleHash } from './okr/definition.ts';
import { type Fill, type KeyResultPlan, planKeyResult } from './okr/plan.ts';
import { buildStatus, planEntry } from './report/build.ts';
import type { ExplainModel, HistoryModel, PlanModel, StatusModel } from './report/model.ts';
import type { Store } from './store/contract.ts';
import type { SyncEvent, SyncResult } from './sync/contract.ts';
import { runSync } from './sync/index.ts';

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

export interface UpdateResult {
  readonly sync: SyncResult | null;
  readonly plan: PlanModel;
  readonly recorded: number;
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
    secrets: configuration.secrets,
    onEvent,
  });
}

/** The main job: sync, compute, check in. */
export async function update(
  app: App,
  asOf: Instant,
  onEvent: (event: SyncEvent) => void,
): Promise<UpdateResult> {
  return recorded(app, 'update', asOf, 'first', () => sync(app, onEvent));
}

/** Records the ended days of the cycle that have no check-in. Pulls nothing. */
export async function backfill(app: App, asOf: Instant): Promise<UpdateResult> {
  return recorded(app, 'backfill', asOf, 'all', async () => null);
}

async function recorded(
  app: App,
  command: string,
  asOf: Instant,
  fill: Fill,
  pull: () => Promise<SyncResult | null>,
): Promise<UpdateResult> {
  const { store, now } = app;
  const runId = await store.startRun({ command, startedAt: now(), asOf });
  try {
    const result = await pull();
    const plans = await computePlans(app, asOf, fill);
    const changed = plans.filter(({ plan }) => plan.checkIns.length > 0 || plan.freeze !== null);
    const ids = await store.recordCheckIns({
      runId,
      recordedAt: now(),
      checkIns: plans.flatMap(({ plan }): readonly NewCheckIn[] => plan.checkIns),
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
      outcome: result !== null && result.failures.length > 0 ? 'failed' : 'ok',
    });
    return { sync: result, plan: planModel(app, asOf, plans), recorded: ids.length };
  } catch (error) {
    await store.finishRun(runId, now(), app.signal.aborted ? 'interrupted' : 'failed');
    throw error;
  }
}

/** Exactly what the next `update` would record if nothing new came in. Writes nothing. */
export async function plan(app: App, asOf: Instant): Promise<PlanModel> {
  return planModel(app, asOf, await computePlans(app, asOf, 'first'));
}

interface PlannedKeyResult {
  readonly cycle: Cycle;
  readonly objective: Objective;
  readonly plan: KeyResultPlan;
}

async function computePlans(app: App, asOf: Instant, fill: Fill): Promise<readonly PlannedKeyResult[]> {
  const { configuration, store } = app;
  const { cycles, objectives, timezone } = configuration;
  const plans: PlannedKeyResult[] = [];
  for (const cycle of cycles) {
    const checkIns = await store.checkIns(cycle.id);
    const current = objectivesOf(cycle, objectives, cycles, asOf, timezone);
    const closing = unclosed(cycle, objectives, checkIns, asOf, timezone).filter(
      (objective) => !current.some((one) => one.id === objective.id),
    );
    const wanted = [...current, ...closing];
    if (wanted.length === 0) continue;
    const span = cycleSpan(cycle, timezone);
    const starts = await store.frozenStarts(cycle.id);
    const measure = measurer(app, cycle, asOf, await store.members(), await store.streamFailures());
    for (const objective of wanted) {
      for (const keyResult of objective.keyResults) {
        const series = await measure(keyResult);
        const mine = <T extends { objectiveId: string; keyResultId: string }>(rows: readonly T[]) =>
          rows.filter((row) => row.objectiveId === objective.id && row.keyResultId === keyResult.id);
        plans.push({
          cycle,
          objective,
          plan: planKeyResult({
            keyResult,
            flow: metricOf(keyResult.rule.measure).kind === 'flow',
            cycle,
            span,
            zone: timezone,
            asOf,
            series,
            frozen: mine(starts).at(-1) ?? null,
            checkIns: mine(checkIns),
            stale: staleReason(
              series.coverage,
              Math.min(asOf, span.to),
              keyResult.freshness,
              series.current.newestAt,
              keyResult.maxAge,
            ),
            fill,
          }),
        });
      }
    }
  }
  return plans;
}

/** Measures key results over a cycle; those that share a rule share the pass over the records. */
function measurer(
  app: App,
  cycle: Cycle,
  asOf: Instant,
  members: Awaited<ReturnType<Store['members']>>,
  failures: Awaited<ReturnType<Store['streamFailures']>>,
): (keyResult: KeyResult) => Promise<CycleSeries> {
  const { timezone } = app.configuration;
  const known = new Map<string, Promise<CycleSeries>>();
  return (keyResult) => {
    const { rule, freshness } = keyResult;
    const key = `${ruleHash(rule)} ${freshness}`;
    const series =
      known.get(key) ??
      cycleSeries({
        store: app.store,
        rule,
        metric: metricOf(rule.measure),
        span: cycleSpan(cycle, timezone),
        zone: timezone,
        asOf,
        members,
        failures,
        freshness,
        signal: app.signal,
      });
    known.set(key, series);
    return series;
  };
}

function planModel(app: App, asOf: Instant, plans: readonly PlannedKeyResult[]): PlanModel {
  return {
    asOf: isoTime(asOf),
    cycle: cycleFor(app.configuration, asOf),
    entries: plans.map(({ plan }) => planEntry(plan)),
  };
}

/** Where every key result stands, from what was recorded. */
export async function status(app: App, asOf: Instant, cycleId?: string): Promise<StatusModel> {
  const { configuration, store } = app;
  const { timezone } = configuration;
  const { cycle, objectives } = await objectivesToShow(app, asOf, cycleId);
  const span = cycleSpan(cycle, timezone);
  const members = await store.members();
  const failures = await store.streamFailures();
  return buildStatus({
    asOf,
    timezone,
    cycle,
    span,
    objectives,
    checkIns: await store.checkIns(cycle.id),
    sources: configuration.sources,
    members,
    failures,
    recordCounts: await store.recordCounts(),
    staleReason: ({ rule, freshness, maxAge }, newestAt) =>
      staleReason(
        coverageOf(rule, metricOf(rule.measure), members, failures),
        Math.min(asOf, span.to),
        freshness,
        newestAt,
        maxAge,
      ),
  });
}

/** The value of a key result with everything behind it, as of its last check-in or of the moment that was asked for. */
export async function explain(app: App, name: string, asked: Instant | null): Promise<ExplainModel> {
  const { configuration, store, now, signal } = app;
  const { timezone } = configuration;
  const moment = asked ?? now();
  const { cycle, objective, keyResult } = await keyResultNamed(app, name, moment);
  const checkIns = (await store.checkIns(cycle.id)).filter(
    (one) => one.objectiveId === objective.id && one.keyResultId === keyResult.id && one.asOf <= moment,
  );
  const shown = checkIns.findLast((one) => one.value !== null) ?? checkIns.at(-1);
  const span = cycleSpan(cycle, timezone);
  const asOf = Math.max(span.from, Math.min(asked ?? shown?.asOf ?? moment, span.to));
  const { rule } = keyResult;
  const metric = metricOf(rule.measure);
  const evaluation = await evaluate({
    store,
    rule,
    metric,
    windows: [windowAt(rule.window, asOf, span, timezone)],
    coverage: coverageOf(rule, metric, await store.members(), await store.streamFailures()),
    freshness: keyResult.freshness,
    signal,
  });
  const [value] = evaluation.values;
  if (value === undefined) throw new RangeError('one window gives one value');
  const rows = evaluation.observations(0);
  const links = await store.links(rows.map((row) => row.ref));
  return {
    asOf: isoTime(asOf),
    objective: { id: objective.id, title: objective.title },
    keyResult: { id: keyResult.id, title: keyResult.title },
    measure: rule.measure,
    definition: metric.definition,
    definitionSource: metric.source,
    definitionHash: definitionHash(keyResult),
    rule: {
      sources: rule.sources,
      where: { ...metric.where, ...rule.where },
      options: rule.options,
      aggregate: rule.aggregate,
      window: windowText(rule.window),
      combine: rule.combine,
    },
    unit: keyResult.unit,
    window: { from: isoTime(value.window.from), to: isoTime(value.window.to) },
    value: value.value,
    reason: value.reason,
    checkIn: shown === undefined ? null : { id: shown.id, asOf: isoTime(shown.asOf), value: shown.value },
    sampleSize: value.sampleSize,
    attributes: evaluation.attributes,
    rejected: evaluation.rejected,
    observations: rows.flatMap((row, i) => {
      const ref = links[i];
      return ref === undefined
        ? []
        : [{ at: isoTime(row.at), value: row.value, of: row.of, subject: row.subject, ref }];
    }),
  };
}

/** The daily series of a key result in its cycle, and its check-ins. */
export async function history(
  app: App,
  name: string,
  asOf: Instant,
  cycleId?: string,
): Promise<HistoryModel> {
  const { store, configuration } = app;
  const { cycle, objective, keyResult } = await keyResultNamed(app, name, asOf, cycleId);
  const measure = measurer(app, cycle, asOf, await store.members(), await store.streamFailures());
  const checkIns = (await store.checkIns(cycle.id)).filter(
    (one) => one.objectiveId === objective.id && one.keyResultId === keyResult.id && one.asOf <= asOf,
  );
  const series = await measure(keyResult);
  const recordedOn = new Map(checkIns.map((one) => [localDate(one.asOf - 1, configuration.timezone), one]));
  const last = checkIns.at(-1);
  return {
    objective: { id: objective.id, title: objective.title },
    keyResult: { id: keyResult.id, title: keyResult.title },
    cycle,
    unit: keyResult.unit,
    start: last?.start ?? (keyResult.kind === 'reach' && keyResult.start !== 'auto' ? keyResult.start : null),
    target: keyResult.kind === 'reach' ? keyResult.target : null,
    days: series.days.map(({ date, value }) => ({
      date,
      value: value.value,
      sampleSize: value.sampleSize,
      progress: recordedOn.get(date)?.progress ?? null,
      reason: value.reason,
    })),
    checkIns: checkIns.map((one) => ({
      id: one.id,
      asOf: isoTime(one.asOf),
      value: one.value,
      sampleSize: one.sampleSize,
      progress: one.progress,
      status: one.shown,
      author: one.author,
      note: one.note,
      correctsId: one.correctsId,
    })),
  };
}

function cycleFor(configuration: Configuration, asOf: Instant): Cycle {
  const cycle = cycleAt(configuration.cycles, asOf, configuration.timezone);
  if (cycle === undefined) throw new UsageError('the configuration has no cycle: add one under `cycles:`');
  return cycle;
}

interface StoredShape {
  readonly cycle: Cycle;
  readonly objective: Objective;
  readonly keyResult: KeyResult;
}

/** The objectives of a cycle: from the configuration for the running one, else as they were recorded. */
async function objectivesToShow(
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
    if (cycle.id === current.id || objectives.length > 0) return { cycle, objectives };
  }
  const stored = (await store.definitions(cycleId ?? current.id)).map(
    (row): StoredShape => JSON.parse(row.definition),
  );
  const [first] = stored;
  if (first === undefined) {
    const known = cycles.map((one) => one.id).join(', ');
    throw new UsageError(`nothing is recorded for the cycle '${cycleId}': the configuration has ${known}`);
  }
  const byId = new Map<string, Objective>();
  for (const { objective, keyResult } of stored) {
    const known = byId.get(objective.id) ?? { ...objective, keyResults: [] };
    byId.set(objective.id, { ...known, keyResults: [...known.keyResults, keyResult] });
  }
  return { cycle: first.cycle, objectives: [...byId.values()] };
}

async function keyResultNamed(app: App, name: string, asOf: Instant, cycleId?: string): Promise<StoredShape> {
  const { cycle, objectives } = await objectivesToShow(app, asOf, cycleId);
  const found = findKeyResult(objectives, name);
  if ('error' in found) {
    const list = found.known.length === 0 ? '' : `; this cycle has\n  ${found.known.join('\n  ')}`;
    throw new UsageError(`${found.error}${list}`);
  }
  return { cycle, ...found };
}
