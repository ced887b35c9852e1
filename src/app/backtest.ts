import type { Cycle, KeyResult, Objective } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { cycleSpan, isoTime } from '../domain/time.ts';
import { kindOf } from '../metrics/contract.ts';
import { cycleSeries, LEARNED_FROM } from '../metrics/engine/series.ts';
import { metricOf } from '../metrics/index.ts';
import type { BacktestResult } from '../okr/forecast/backtest.ts';
import { joined, LEAST_ENDS, pooledScore, replay } from '../okr/forecast/replay.ts';
import { resolveStart } from '../okr/start.ts';
import type { BacktestModel } from '../report/model.ts';
import { type App, cycleFor, objectivesToShow, UsageError } from './context.ts';

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
    for await (const one of replaysOf(app, asOf, id, cycleId === undefined)) replayed.push(one);
  }
  if (cycleId === undefined && replayed.every(({ result }) => result.rows.length === 0)) {
    replayed.length = 0;
    const running = cycleFor(app.configuration, asOf);
    for await (const one of replaysOf(app, asOf, running.id, false)) replayed.push(one);
  }
  return modelOf(app, asOf, replayed);
}

async function* replaysOf(
  app: App,
  asOf: Instant,
  cycleId: string,
  mayBeEmpty: boolean,
): AsyncIterable<Replayed> {
  const { store, signal } = app;
  const zone = app.configuration.timezone;
  const { cycle, objectives } = await objectivesToShow(app, asOf, cycleId).catch((error) => {
    if (mayBeEmpty && error instanceof UsageError) return { cycle: null, objectives: [] };
    throw error;
  });
  if (cycle === null) return;
  const whole = cycleSpan(cycle, zone);
  if (whole.from >= asOf) throw new UsageError(`the cycle ${cycle.id} has not begun`);
  const span = { from: whole.from, to: Math.min(whole.to, asOf) };
  const members = await store.members();
  const failures = await store.streamFailures();
  const starts = await store.frozenStarts(cycle.id);
  for (const objective of objectives) {
    for (const keyResult of objective.keyResults) {
      const { rule, freshness } = keyResult;
      const kind = kindOf(metricOf(rule.measure), rule.options);
      const series = await cycleSeries({
        store,
        rule,
        metricOf,
        span,
        zone,
        asOf: span.to,
        revisit: [],
        withPast: true,
        learnFrom: span.from - LEARNED_FROM,
        members,
        failures,
        freshness,
        signal,
      });
      const frozen = starts.findLast(
        (one) => one.objectiveId === objective.id && one.keyResultId === keyResult.id,
      );
      const { atStart, days, past } = series;
      if (past === null) throw new TypeError('a series that was asked for its past has one');
      const start =
        keyResult.kind === 'reach'
          ? resolveStart({
              keyResult,
              cycleId,
              cycle: span,
              flow: kind === 'flow',
              frozen: frozen ?? null,
              atStart,
              days,
            }).value
          : null;
      const judged = whole.to <= asOf;
      const result = replay({ keyResult, kind, start, past, span, zone, cycleId, days, judged });
      yield { cycle, objective, keyResult, result };
    }
  }
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
