import type { Guard, KeyResult } from '../domain/okr.ts';
import { betterOf } from '../metrics/contract.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { amountReader, type BandFields, band, type ReachFields, reach } from './goals.ts';
import { Ids } from './merge.ts';
import { readMilestones } from './milestones.ts';
import { didYouMean } from './nearest.ts';
import { parseDuration } from './quantity.ts';
import { type ReadRule, readRule } from './rules.ts';
import { guardShape, keepShape, milestoneShape, objectiveShape, reachShape } from './schema.ts';
import type { SharedRules } from './shared.ts';
import type { KnownSource } from './sources.ts';
import { isMapping, type Mapping } from './tree.ts';

export interface KeyResultOptions {
  readonly sources: readonly KnownSource[];
  readonly shared: SharedRules;
  /** What a key result's `freshness` is unless it says, in milliseconds. */
  readonly freshness: number;
}

export function readKeyResults(
  objective: Mapping,
  at: Place,
  objectiveId: string,
  options: KeyResultOptions,
  context: Context,
): readonly KeyResult[] {
  const { reader } = context;
  const { keyResults } = objective;
  if (reader.misspelt(objective, 'keyResults', [...Object.keys(objectiveShape), 'keyResults'])) return [];
  if (!Array.isArray(keyResults) || keyResults.length === 0) {
    const message =
      keyResults === undefined
        ? 'is missing'
        : Array.isArray(keyResults) || keyResults === null
          ? 'is empty'
          : 'must be a list';
    reader.fault(objective, at, ['keyResults'], message);
    return [];
  }
  const ids = new Ids(reader);
  const read: KeyResult[] = [];
  for (const [index, value] of keyResults.entries()) {
    const place = reader.placeOf(objective, at, ['keyResults', index]);
    const holder = reader.mapping(value, place);
    if (holder === null) continue;
    const keyResult = readKeyResult(holder, place, objectiveId, ids, options, context);
    if (keyResult !== null) read.push(keyResult);
  }
  return read;
}

function readKeyResult(
  holder: Mapping,
  at: Place,
  objectiveId: string,
  ids: Ids,
  options: KeyResultOptions,
  context: Context,
): KeyResult | null {
  const { reader } = context;
  const before = reader.faults.count;
  if (holder.milestones !== undefined) return stepsOf(holder, at, objectiveId, ids, options, context);
  const { rule, unit, metric } = ruleOf(holder, at, options, context);
  const keeps = holder.keep !== undefined;
  const both = keeps
    ? (['start', 'target', 'stretch', 'pace'] as const).filter((key) => holder[key] !== undefined)
    : [];
  for (const key of both) {
    reader.fault(
      holder,
      at,
      [key],
      `\`${key}\` belongs to a value to reach, and \`keep\` is a band to stay in: give one of the two`,
      true,
    );
  }
  const fields = keeps
    ? reader.fields(holder, at, keepShape, ['metric', 'guard', 'milestones', ...both])
    : reader.fields(holder, at, reachShape, ['metric', 'guard', 'milestones']);
  const { id, title, weight = 1, minSamples } = fields;
  if (id !== undefined) ids.add(id, reader.placeOf(holder, at, ['id']));
  const amount = amountReader(holder, at, unit, rule, context);
  const goal =
    'keep' in fields || keeps
      ? band(fields as BandFields, amount, holder, at, context)
      : reach(
          fields as ReachFields,
          amount,
          rule && metric && betterOf(metric, rule.options),
          holder,
          at,
          context,
        );
  const guards = guardsOf(holder, at, options, context);
  if (reader.faults.count > before || !id || !title || rule === null || unit === null || goal === null)
    return null;
  return {
    ...goal,
    ...guards,
    ...(fields.accept === undefined ? {} : { accept: fields.accept }),
    id,
    objectiveId,
    title,
    rule,
    unit,
    weight,
    minSamples: minSamples ?? (COUNTING.has(rule.aggregate) || rule.terms !== undefined ? 0 : 1),
    freshness: milliseconds(fields.freshness) ?? options.freshness,
    maxAge: milliseconds(fields.maxAge),
  };
}

/** A key result of listed steps: on its way from 0 to 1, paced by the straight line. */
function stepsOf(
  holder: Mapping,
  at: Place,
  objectiveId: string,
  ids: Ids,
  options: KeyResultOptions,
  context: Context,
): KeyResult | null {
  const { reader } = context;
  const before = reader.faults.count;
  const others = ['metric', 'start', 'target', 'stretch', 'pace', 'keep'].filter(
    (key) => holder[key] !== undefined,
  );
  for (const key of others) {
    reader.fault(
      holder,
      at,
      [key],
      `\`${key}\` belongs to a number, and \`milestones\` are steps: give one of the two`,
      true,
    );
  }
  const fields = reader.fields(holder, at, milestoneShape, ['milestones', 'guard', ...others]);
  const { id, title, weight = 1, minSamples = 0 } = fields;
  if (id !== undefined) ids.add(id, reader.placeOf(holder, at, ['id']));
  const read = readMilestones(holder, at, (when, place) => ruleOf(when, place, options, context), context);
  const guards = guardsOf(holder, at, options, context);
  if (reader.faults.count > before || !id || !title || read === null) return null;
  return {
    kind: 'reach',
    start: 0,
    target: 1,
    pace: 'line',
    ...read,
    ...guards,
    ...(fields.accept === undefined ? {} : { accept: fields.accept }),
    id,
    objectiveId,
    title,
    unit: 'share',
    weight,
    minSamples,
    freshness: milliseconds(fields.freshness) ?? options.freshness,
    maxAge: milliseconds(fields.maxAge),
  };
}

/** What must not suffer while it moves. */
function guardsOf(
  holder: Mapping,
  at: Place,
  options: KeyResultOptions,
  context: Context,
): { readonly guards?: readonly Guard[] } {
  const { reader } = context;
  if (holder.guard === undefined) return {};
  const given = Array.isArray(holder.guard) ? holder.guard : [];
  if (given.length === 0) {
    reader.fault(holder, at, ['guard'], 'must be a list of { metric: …, keep: { max: … } }');
    return {};
  }
  const guards = given.flatMap((value: unknown, index): Guard[] => {
    const place = reader.placeOf(holder, at, ['guard', index]);
    const guard = reader.mapping(value, place);
    if (guard === null) return [];
    const { title, keep } = reader.fields(guard, place, guardShape, ['metric']);
    const { rule, unit } = ruleOf(guard, place, options, context);
    const goal = band(
      { ...(keep === undefined ? {} : { keep }) },
      amountReader(guard, place, unit, rule, context),
      guard,
      place,
      context,
    );
    if (rule === null || unit === null || goal === null) return [];
    const { min, max } = goal.keep;
    return [{ title: title ?? rule.measure, rule, unit, keep: { min, max } }];
  });
  return { guards };
}

/** Of nothing, these are a true 0; so is a term of a formula, which has no value where one of them has none. */
const COUNTING: ReadonlySet<string> = new Set(['count', 'sum', 'perDay', 'perWeek']);

function milliseconds(text: string | undefined): number | null {
  return text === undefined ? null : parseDuration(text);
}

/** The rule under `metric`: written out, or the id of a shared one. */
function ruleOf(holder: Mapping, at: Place, options: KeyResultOptions, context: Context): ReadRule {
  const { reader, metrics, incomplete } = context;
  const { metric } = holder;
  const none: ReadRule = { rule: null, metric: null, unit: null };
  if (isMapping(metric)) {
    const place = reader.placeOf(holder, at, ['metric']);
    return readRule(metric, place, options.sources, context, [], options.shared);
  }
  if (reader.misspelt(holder, 'metric', [...Object.keys(reachShape), 'keep', 'metric'])) return none;
  if (typeof metric !== 'string') {
    const message =
      metric === undefined
        ? 'is missing'
        : 'must be a rule such as { measure: … }, or the id of one under `metrics:`';
    reader.fault(holder, at, ['metric'], message);
    return none;
  }
  const shared = options.shared.get(metric);
  if (shared !== undefined) return shared;
  if (metrics.has(metric)) {
    reader.fault(holder, at, ['metric'], `\`${metric}\` is a measure: write { measure: ${metric} }`);
  } else if (!incomplete) {
    const hint = didYouMean(metric, options.shared.keys());
    reader.fault(holder, at, ['metric'], `there is no \`${metric}\` under \`metrics:\`${hint}`);
  }
  return none;
}
