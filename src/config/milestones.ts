import type { Milestone, Rule } from '../domain/okr.ts';
import { isLocalDate, startOfDay } from '../domain/time.ts';
import { milestones as metric } from '../metrics/engine/milestones.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { widestWindow } from './formula.ts';
import { parseQuantity } from './quantity.ts';
import { daysBackOf, type ReadRule } from './rules.ts';
import { milestoneStep, milestoneWhen } from './schema.ts';
import type { Mapping } from './tree.ts';

type Read = (holder: Mapping, at: Place) => ReadRule;
const RANGE = ['gte', 'gt', 'lte', 'lt'] as const;

/** The steps of a key result as the one rule that adds up those that are done; null when one is wrong. */
export function readMilestones(
  holder: Mapping,
  at: Place,
  readMetric: Read,
  context: Context,
): { readonly rule: Rule; readonly milestones: readonly Milestone[] } | null {
  const { reader } = context;
  const before = reader.faults.count;
  const place = reader.placeOf(holder, at, ['milestones']);
  const given = holder.milestones;
  if (!Array.isArray(given) || given.length === 0) {
    reader.faults.add(place, Array.isArray(given) || given === null ? 'is empty' : 'must be a list of steps');
    return null;
  }
  const terms: Record<string, Rule> = {};
  const steps = given.map((value: unknown, index): Milestone | null => {
    const where = reader.placeOf(holder, at, ['milestones', index]);
    const step = reader.mapping(value, where);
    if (step === null) return null;
    const fields = reader.fields(step, where, milestoneStep, ['when']);
    const base = { title: fields.title ?? '', share: shareOf(step, where, fields.share, context) };
    if ((step.when === undefined) === (step.done === undefined)) {
      const message = 'give one of the two: `when`, a number that decides, or `done`, what a person says';
      reader.fault(step, where, step.when === undefined ? [] : ['done'], message);
      return null;
    }
    if (step.when !== undefined) {
      if (fields.by !== undefined)
        reader.fault(step, where, ['by'], 'belongs to `done`: here a number decides', true);
      const term = `step${index + 1}`;
      const decided = whenOf(step, where, readMetric, context);
      if (decided === null) return null;
      terms[term] = decided.rule;
      return { ...base, term, range: decided.range, doneAt: null, by: null };
    }
    const doneAt = doneAtOf(step, where, fields.done, context);
    return { ...base, term: null, range: {}, doneAt, by: fields.by ?? null };
  });
  const milestones = withShares(steps, holder, at, context);
  if (milestones === null || reader.faults.count > before) return null;
  const rules = Object.values(terms);
  return {
    milestones,
    rule: {
      measure: metric.id,
      sources: [...new Set(rules.flatMap((rule) => rule.sources))],
      where: {},
      options: { milestones },
      aggregate: metric.aggregate,
      window: widestWindow(rules, daysBackOf),
      combine: null,
      terms,
    },
  };
}

function shareOf(step: Mapping, at: Place, given: unknown, { reader }: Context): number {
  if (typeof given !== 'number' && typeof given !== 'string') return Number.NaN;
  const parsed = parseQuantity(given, 'share');
  if ('value' in parsed && parsed.value > 0) return parsed.value;
  reader.fault(step, at, ['share'], 'fault' in parsed ? parsed.fault : 'must be above zero');
  return Number.NaN;
}

/** All steps give their share and add up to the whole, or none does and they are alike. */
function withShares(
  steps: readonly (Milestone | null)[],
  holder: Mapping,
  at: Place,
  { reader }: Context,
): readonly Milestone[] | null {
  const known = steps.filter((step) => step !== null);
  if (known.length < steps.length) return null;
  const given = known.filter(({ share }) => !Number.isNaN(share));
  if (given.length === 0) return known.map((step) => ({ ...step, share: 1 / known.length }));
  if (given.length < known.length) {
    const missing = known.findIndex(({ share }) => Number.isNaN(share));
    const message = 'is missing: give each step its share, or none of them, and they are alike';
    reader.fault(holder, at, ['milestones', missing, 'share'], message);
    return null;
  }
  let total = 0;
  for (const { share } of known) total += share;
  if (Math.abs(total - 1) < 0.001) return known.map((step) => ({ ...step, share: step.share / total }));
  const percent = Number((total * 100).toPrecision(4));
  reader.fault(holder, at, ['milestones'], `the shares add up to ${percent} %, and must to 100 %`);
  return null;
}

function whenOf(step: Mapping, at: Place, readMetric: Read, context: Context) {
  const { reader } = context;
  const place = reader.placeOf(step, at, ['when']);
  const when = reader.mapping(step.when, place);
  if (when === null) return null;
  const bounds = reader.fields(when, place, milestoneWhen, ['metric']);
  const { rule, unit } = readMetric(when, place);
  if (RANGE.every((bound) => when[bound] === undefined)) {
    reader.fault(when, place, [], 'must say where the number has to be: gte, gt, lte or lt');
  }
  if (rule === null || unit === null) return null;
  const range: { -readonly [K in keyof Milestone['range']]: number } = {};
  for (const bound of RANGE) {
    const given = bounds[bound];
    if (given === undefined) continue;
    const parsed = parseQuantity(given, unit, rule.calendar);
    if ('value' in parsed) range[bound] = parsed.value;
    else reader.fault(when, place, [bound], parsed.fault);
  }
  return { rule, range };
}

/** `true` is ever since; a date is from its first moment in the zone. */
function doneAtOf(step: Mapping, at: Place, done: unknown, { reader, timezone }: Context): number | null {
  if (done === true) return 0;
  if (typeof done !== 'string') return null;
  if (isLocalDate(done)) return startOfDay(done, timezone);
  reader.fault(step, at, ['done'], `there is no day ${done}`);
  return null;
}
