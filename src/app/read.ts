import { unitOf } from '../config/quantity.ts';
import { hoursText } from '../domain/calendar.ts';
import type { CheckIn, Cycle, Objective, Rule } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { createRedactor, withoutSecrets } from '../domain/redact.ts';
import { cycleSpan, isoTime, localDate } from '../domain/time.ts';
import { kindOf } from '../metrics/contract.ts';
import { coverageOfRule, evaluateRule, type Term } from '../metrics/engine/rule.ts';
import { newestOf, staleReason } from '../metrics/engine/series.ts';
import { windowText } from '../metrics/engine/windows.ts';
import { metricOf } from '../metrics/index.ts';
import { definitionHash } from '../okr/definition.ts';
import { ROLLUPS, type RollUpBy } from '../okr/rollup.ts';
import { isCumulative } from '../okr/start.ts';
import { buildStatus, type StatusInput } from '../report/build.ts';
import type { ExplainModel, ExplainTerm, HistoryModel, StatusModel } from '../report/model.ts';
import { type App, keyResultNamed, measurer, objectivesToShow, UsageError } from './context.ts';
import { itemsOf } from './explain-items.ts';
import { channelsNow } from './notify/state.ts';

/** Where every key result stands, from what was recorded. */
export async function status(
  app: App,
  asOf: Instant,
  cycleId?: string,
  only: Only = {},
): Promise<StatusModel> {
  return (await statusReader(app, asOf, cycleId, only)).read([]);
}

/** The read model of a cycle, and how it will be once further check-ins are recorded. */
export interface StatusReader {
  readonly cycle: Cycle;
  readonly objectives: readonly Objective[];
  /** All of the cycle, oldest as-of first. */
  readonly checkInsWith: (added: readonly CheckIn[]) => readonly CheckIn[];
  readonly read: (added: readonly CheckIn[]) => StatusModel;
}

export async function statusReader(
  app: App,
  asOf: Instant,
  cycleId?: string,
  only: Only = {},
): Promise<StatusReader> {
  const { configuration, store } = app;
  const { timezone } = configuration;
  const { cycle, objectives } = await objectivesToShow(app, asOf, cycleId);
  const span = cycleSpan(cycle, timezone);
  const members = await store.members();
  const failures = await store.streamFailures();
  const checkIns = await store.checkIns(cycle.id);
  const input: Omit<StatusInput, 'checkIns'> = {
    asOf,
    timezone,
    cycle,
    span,
    objectives,
    // Names of the configuration hold no secret, so those that are asked for must not either to be found among them.
    only: chosen(objectives, withoutSecrets(only, createRedactor(configuration.secrets))),
    sources: configuration.sources,
    channels: await channelsNow(configuration.channels, store),
    members,
    failures,
    recordCounts: await store.recordCounts(),
    cumulative: (keyResult) =>
      isCumulative(keyResult, kindOf(metricOf(keyResult.rule.measure), keyResult.rule.options) === 'flow'),
    staleReason: ({ rule, freshness, maxAge }, good) =>
      staleReason(
        coverageOfRule(rule, metricOf, members, failures),
        Math.min(asOf, span.to),
        freshness,
        // What a person recorded stands on no sample.
        good.author === 'auto' ? newestOf(good, rule, metricOf) : { newestAt: null, noneSince: null },
        maxAge,
      ),
  };
  const checkInsWith: StatusReader['checkInsWith'] = (added) => {
    const mine = added.filter((one) => one.cycleId === cycle.id);
    // In the store's own order.
    return mine.length === 0
      ? checkIns
      : [...checkIns, ...mine].sort((a, b) => a.asOf - b.asOf || a.id - b.id);
  };
  const read: StatusReader['read'] = (added) => buildStatus({ ...input, checkIns: checkInsWith(added) });
  return { cycle, objectives, checkInsWith, read };
}

/** Of these alone, as people wrote them; case is no matter. */
export type Only = Readonly<Partial<Record<RollUpBy, string>>>;

/** @throws {UsageError} where nothing is of the one that is asked for: an empty screen would look like no work. */
function chosen(objectives: readonly Objective[], only: Only): ReadonlySet<string> {
  let left = objectives;
  for (const by of ROLLUPS) {
    const wanted = only[by];
    if (wanted === undefined) continue;
    const is = (name: string | null) => name?.toLowerCase() === wanted.toLowerCase();
    const names = [...new Set(left.flatMap((objective) => objective[by] ?? []))];
    left = left.filter((objective) => is(objective[by]));
    if (left.length > 0) continue;
    const known = names.length === 0 ? 'none has one' : `there are ${names.join(', ')}`;
    throw new UsageError(`no objective has the ${LABELS[by]} '${wanted}': ${known}`);
  }
  return new Set(left.map((objective) => objective.id));
}

const LABELS: Readonly<Record<RollUpBy, string>> = { owner: 'owner', team: 'team', focusArea: 'focus area' };

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
  const evaluation = await evaluateRule({
    store,
    rule,
    metricOf,
    moments: [asOf],
    span,
    zone: timezone,
    members: await store.members(),
    failures: await store.streamFailures(),
    freshness: keyResult.freshness,
    signal,
    traced: true,
  });
  const [value] = evaluation.values;
  if (value === undefined) throw new RangeError('one moment gives one value');
  const model: ExplainModel = {
    asOf: isoTime(asOf),
    objective: { id: objective.id, title: objective.title },
    keyResult: { id: keyResult.id, title: keyResult.title },
    measure: rule.measure,
    definition: metric.definition,
    definitionSource: metric.source,
    definitionHash: definitionHash(keyResult),
    rule: ruleModel(rule),
    unit: keyResult.unit,
    window: { from: isoTime(value.window.from), to: isoTime(value.window.to) },
    value: value.value,
    reason: value.reason,
    checkIn: shown === undefined ? null : { id: shown.id, asOf: isoTime(shown.asOf), value: shown.value },
    sampleSize: value.sampleSize,
    attributes: evaluation.attributes,
    rejected: evaluation.rejected,
    ...(await itemsOf(rule, evaluation, value.window, store)),
    terms: await Promise.all(evaluation.terms.map((term) => explainTerm(term, store))),
  };
  return withoutSecrets(model, createRedactor(configuration.secrets));
}

/** A term is explained as a key result is: by its own value and what stands behind it. */
async function explainTerm({ name, rule, evaluation }: Term, store: App['store']): Promise<ExplainTerm> {
  const metric = metricOf(rule.measure);
  const [value] = evaluation.values;
  if (value === undefined) throw new RangeError('one moment gives one value');
  return {
    name,
    measure: rule.measure,
    rule: ruleModel(rule),
    unit: unitOf(metric.unitUnder?.(rule.options) ?? metric.unit, rule.aggregate),
    window: { from: isoTime(value.window.from), to: isoTime(value.window.to) },
    value: value.value,
    reason: value.reason,
    sampleSize: value.sampleSize,
    rejected: evaluation.rejected,
    ...(await itemsOf(rule, evaluation, value.window, store)),
    terms: await Promise.all(evaluation.terms.map((term) => explainTerm(term, store))),
  };
}

function ruleModel(rule: Rule): ExplainModel['rule'] {
  return {
    sources: rule.sources,
    where: { ...metricOf(rule.measure).where, ...rule.where },
    options: rule.options,
    aggregate: rule.aggregate,
    window: windowText(rule.window),
    combine: rule.combine,
    calendar: rule.calendar === undefined ? null : { ...rule.calendar, hours: hoursText(rule.calendar) },
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
