import type { Guard, Keep, KeyResult, Unit } from '../domain/okr.ts';
import { betterOf } from '../metrics/contract.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { Ids } from './merge.ts';
import { readMilestones } from './milestones.ts';
import { didYouMean } from './nearest.ts';
import { parseDuration, parseQuantity } from './quantity.ts';
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
  const amount = amountReader(holder, at, unit, context);
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
      amountReader(guard, place, unit, context),
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

type AmountReader = (
  path: readonly string[],
  given: number | string | undefined,
  unit?: Unit,
) => number | null;

/** Reads quantities in the unit of the rule; null when there is none, or it is wrong. */
function amountReader(holder: Mapping, at: Place, ruleUnit: Unit | null, { reader }: Context): AmountReader {
  return (path, given, unit) => {
    const into = unit ?? ruleUnit;
    if (given === undefined || into === null) return null;
    const parsed = parseQuantity(given, into);
    if ('value' in parsed) return parsed.value;
    reader.fault(holder, at, path, parsed.fault);
    return null;
  };
}

interface ReachFields {
  readonly start?: number | string;
  readonly target?: number | string;
  readonly stretch?: number | string;
  readonly pace?: 'auto' | 'line';
}

function reach(
  fields: ReachFields,
  amount: AmountReader,
  better: 'up' | 'down' | null,
  holder: Mapping,
  at: Place,
  { reader }: Context,
) {
  const start = fields.start === 'auto' ? ('auto' as const) : amount(['start'], fields.start);
  const target = amount(['target'], fields.target);
  const stretch = amount(['stretch'], fields.stretch);
  if (start === null || target === null) return null;
  if (start === target) {
    reader.fault(holder, at, ['target'], 'start and target are the same, so there is nothing to reach');
  } else if (stretch !== null && !isBeyond(stretch, target, start, better)) {
    reader.fault(holder, at, ['stretch'], 'must lie beyond the target, which is what is promised');
  }
  const pace = fields.pace ?? ('auto' as const);
  return { kind: 'reach' as const, start, target, pace, ...(stretch === null ? {} : { stretch }) };
}

/** Beyond is the way from start to target; where the start is not known yet, the way that is better. */
function isBeyond(
  stretch: number,
  target: number,
  start: number | 'auto',
  better: 'up' | 'down' | null,
): boolean {
  if (start !== 'auto') return (stretch - target) * (target - start) > 0;
  if (better === null) return stretch !== target;
  return better === 'up' ? stretch > target : stretch < target;
}

interface BandFields {
  readonly keep?: {
    readonly min?: number | string | undefined;
    readonly max?: number | string | undefined;
    readonly for?: number | string | undefined;
  };
}

function band(fields: BandFields, amount: AmountReader, holder: Mapping, at: Place, { reader }: Context) {
  if (fields.keep === undefined) return null;
  const min = amount(['keep', 'min'], fields.keep.min);
  const max = amount(['keep', 'max'], fields.keep.max);
  const share = amount(['keep', 'for'], fields.keep.for, 'share');
  if (min !== null && max !== null && min > max) {
    reader.fault(holder, at, ['keep', 'max'], 'max is below min, so nothing lies inside the band');
  }
  if (share === 0)
    reader.fault(holder, at, ['keep', 'for'], 'must be above zero: the share of days inside the band');
  const keep: Keep = { min, max, for: share ?? 0.95 };
  return { kind: 'keep' as const, keep };
}
