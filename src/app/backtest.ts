import type { Cycle, KeyResult, Objective } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { cycleSpan, isoTime } from '../domain/time.ts';
import { kindOf } from '../metrics/contract.ts';
import { newestOf, staleReason } from '../metrics/engine/series.ts';
import { metricOf } from '../metrics/index.ts';
import type { BacktestResult } from '../okr/forecast/backtest.ts';
import { joined, LEAST_ENDS, pooledScore, replay } from '../okr/forecast/replay.ts';
import type { BacktestModel } from '../report/model.ts';
import { type App, cycleFor, measurer, objectivesToShow, UsageError } from './context.ts';

/** A key result in one cycle, with what its forecasts would have said. */
interface Replayed {
  readonly cycle: Cycle;
  readonly objective: Objective;
  readonly keyResult: KeyResult;
  readonly result: BacktestResult;
}

/** How often past forecasts held: over the finished cycles, else over the running one so far. Writes nothing. */
export async function backtest(app: App, asOf: Instant, cycleId?: string): Promise<BacktestModel> {
  const { cycles, timezone } = app.configuration;
  const finished = cycles.filter((cycle) => cycleSpan(cycle, timezone).to <= asOf);
  const named = cycleId === undefined ? finished.map(({ id }) => id) : [cycleId];
  const replayed: Replayed[] = [];
  for (const id of named) {
    replayed.push(...(await replaysOf(app, asOf, id, cycleId === undefined)));
  }
  if (cycleId === undefined && replayed.every(({ result }) => result.rows.length === 0)) {
    replayed.length = 0;
    const running = cycleFor(app.configuration, asOf);
    replayed.push(...(await replaysOf(app, asOf, running.id, false)));
  }
  return modelOf(app, asOf, replayed);
}

async function replaysOf(
  app: App,
  asOf: Instant,
  cycleId: string,
  mayBeEmpty: boolean,
): Promise<readonly Replayed[]> {
  const { store } = app;
  const zone = app.configuration.timezone;
  const { cycle, objectives } = await objectivesToShow(app, asOf, cycleId).catch((error) => {
    if (mayBeEmpty && error instanceof UsageError) return { cycle: null, objectives: [] };
    throw error;
  });
  if (cycle === null) return [];
  const whole = cycleSpan(cycle, zone);
  if (whole.from >= asOf) throw new UsageError(`the cycle ${cycle.id} has not begun`);
  const span = { from: whole.from, to: Math.min(whole.to, asOf) };
  const members = await store.members();
  const failures = await store.streamFailures();
  const starts = await store.frozenStarts(cycle.id);
  const checkIns = await store.checkIns(cycle.id);
  const past = { withPast: true, pastAsOf: span.from };
  const measure = measurer(app, cycle, span.to, members, failures, past);
  // All at once, so that they share their passes over the records.
  const replays = objectives.flatMap((objective) =>
    objective.keyResults.map(async (keyResult): Promise<Replayed> => {
      const { rule, freshness, maxAge } = keyResult;
      const mine = <T extends { readonly objectiveId: string; readonly keyResultId: string }>(
        rows: readonly T[],
      ) => rows.filter((row) => row.objectiveId === objective.id && row.keyResultId === keyResult.id);
      const series = await measure(keyResult);
      const result = replay({
        keyResult,
        kind: kindOf(metricOf(rule.measure), rule.options),
        cycle,
        span,
        zone,
        series,
        checkIns: mine(checkIns),
        starts: mine(starts),
        stale: ({ end, value }) =>
          staleReason(series.coverage, end, freshness, newestOf(value, rule, metricOf), maxAge),
        judged: whole.to <= asOf,
      });
      return { cycle, objective, keyResult, result };
    }),
  );
  return Promise.all(replays);
}

function modelOf({ configuration }: App, asOf: Instant, replayed: readonly Replayed[]): BacktestModel {
  const byKeyResult = new Map<string, Replayed[]>();
  for (const one of replayed) {
    const name = `${one.objective.id}/${one.keyResult.id}`;
    byKeyResult.set(name, [...(byKeyResult.get(name) ?? []), one]);
  }
  const cycles = new Map(replayed.map(({ cycle }) => [cycle.id, cycle]));
  const groups = [...byKeyResult.values()];
  return {
    asOf: isoTime(asOf),
    cycles: [...cycles.values()].map((cycle) => ({
      ...cycle,
      finished: cycleSpan(cycle, configuration.timezone).to <= asOf,
    })),
    leastEnds: LEAST_ENDS,
    keyResults: groups.flatMap((group) => {
      const newest = group.at(-1);
      if (newest === undefined) return [];
      const { objective, keyResult } = newest;
      return {
        objective: objective.id,
        keyResult: keyResult.id,
        title: keyResult.title,
        cycles: group.map(({ cycle }) => cycle.id),
        ...pooledScore([ofGroup(group)]),
      };
    }),
    total: pooledScore(groups.map(ofGroup)),
  };
}

function ofGroup(group: readonly Replayed[]): BacktestResult {
  return joined(group.map(({ result }) => result));
}
