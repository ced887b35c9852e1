import { unitOf } from '../config/quantity.ts';
import type { CheckIn, KeyResult, Milestone, Rule } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { cycleSpan, dayEnds, daysBefore, isoTime } from '../domain/time.ts';
import type { Move } from '../metrics/engine/movers.ts';
import { evaluateRule, type RuleOptions } from '../metrics/engine/rule.ts';
import { sharedReads } from '../metrics/engine/shared.ts';
import { windowText } from '../metrics/engine/windows.ts';
import { metricOf } from '../metrics/index.ts';
import {
  guardDays,
  isComparable,
  type MovedItems,
  type MoverModel,
  NOTHING_MOVED,
  type ObjectiveReport,
  type ReportModel,
  weekEnds,
  weekModel,
} from '../report/detail.ts';
import type { KeyResultModel } from '../report/model.ts';
import { type App, objectivesToShow } from './context.ts';
import { status } from './read.ts';

/** How many of the items that moved a key result are named. */
const MOST_MOVERS = 5;

/** Where every key result stands, from what was recorded, and what moved in the last week. */
export async function report(app: App, asOf: Instant, cycleId?: string): Promise<ReportModel> {
  const { configuration, store } = app;
  const { timezone: zone } = configuration;
  const model = await status(app, asOf, cycleId);
  const { cycle, objectives } = await objectivesToShow(app, asOf, cycleId);
  const span = cycleSpan(cycle, zone);
  const weekAgo = daysBefore(Math.min(asOf, span.to), 7, zone);
  const dates = dayEnds(span, asOf, zone).map(({ date }) => date);
  const recorded = (await store.checkIns(cycle.id)).filter((one) => one.asOf <= asOf);
  const shared = {
    store: sharedReads(store),
    metricOf,
    span,
    zone,
    members: await store.members(),
    failures: await store.streamFailures(),
    signal: app.signal,
  };
  async function reportOf(objectiveId: string, keyResult: KeyResultModel, own: KeyResult) {
    const checkIns = recorded.filter((one) => one.objectiveId === objectiveId && one.keyResultId === own.id);
    const ends = weekEnds(checkIns, weekAgo);
    const items = isComparable(ends) ? await itemsBetween(ends, own, shared, store) : NOTHING_MOVED;
    return {
      ...keyResult,
      definition: metricOf(own.rule.measure).definition,
      windowLength: windowText(own.rule.window),
      guardDays: guardDays(dates, checkIns, zone),
      week: weekModel(ends, zone, items),
    };
  }

  // All at once, so that they share their passes over the records.
  const shown = await Promise.all(
    model.objectives.map(async (objective): Promise<ObjectiveReport> => {
      const configured = objectives.find(({ id }) => id === objective.id)?.keyResults ?? [];
      const keyResults = objective.keyResults.flatMap((keyResult) => {
        const own = configured.find(({ id }) => id === keyResult.id);
        return own === undefined ? [] : [reportOf(objective.id, keyResult, own)];
      });
      return { ...objective, keyResults: await Promise.all(keyResults) };
    }),
  );
  return { ...model, weekAgo: isoTime(weekAgo), objectives: shown };
}

/** What moved the value from one check-in to another, as far as the items still give both of them. */
async function itemsBetween(
  { before, now }: ReturnType<typeof weekEnds>,
  keyResult: KeyResult,
  shared: Omit<RuleOptions, 'rule' | 'freshness' | 'moments'>,
  links: Pick<App['store'], 'links'>,
): Promise<MovedItems> {
  if (before === undefined || now === undefined) return NOTHING_MOVED;
  if (before.author !== 'auto' || now.author !== 'auto') {
    return { ...NOTHING_MOVED, reason: 'a person recorded the value' };
  }
  const { rule, freshness } = keyResult;
  const evaluation = await evaluateRule({ ...shared, rule, freshness, moments: [before.asOf, now.asOf] });
  const [then, later] = evaluation.values;
  if (!isSame(then?.value, before) || !isSame(later?.value, now)) {
    return { ...NOTHING_MOVED, reason: 'its items have changed since the value was recorded' };
  }
  const moves = evaluation.moves(0, 1, MOST_MOVERS);
  const { entered, left, changed, weighed } = moves;
  return {
    entered,
    left,
    changed,
    largest: await moverModels(moves.largest, later?.value ?? 0, keyResult, links),
    reason: weighed ? null : 'too many items came and went to weigh each of them',
  };
}

function isSame(value: number | null | undefined, { value: recorded }: CheckIn): boolean {
  if (value === null || value === undefined || recorded === null) return false;
  return Math.abs(value - recorded) <= 1e-9 * Math.max(1, Math.abs(recorded));
}

/** The items by the names and links that their tools gave them. */
async function moverModels(
  moves: readonly Move[],
  now: number,
  keyResult: KeyResult,
  store: Pick<App['store'], 'links'>,
): Promise<readonly MoverModel[]> {
  const stored = moves.filter(({ named }) => named === null).map(({ row }) => row.ref);
  const links = new Map<number, MoverModel['ref'] | undefined>();
  for (const [i, link] of (await store.links(stored)).entries()) links.set(stored[i] ?? -1, link);
  const steps = keyResult.kind === 'reach' ? (keyResult.milestones ?? []) : [];
  return moves.flatMap((move): MoverModel[] => {
    const { change, row, was, otherwise, named, terms } = move;
    const ref = named ?? links.get(row.ref);
    if (ref === undefined) return [];
    const rule = termRule(keyResult.rule, terms);
    return [
      {
        change,
        at: isoTime(row.at),
        value: row.value,
        of: row.of,
        was: was?.value ?? null,
        subject: row.subject,
        unit: rule === keyResult.rule ? keyResult.unit : unitOfRule(rule),
        aggregate: rule.aggregate,
        term: terms.length === 0 ? null : termWords(terms, steps),
        effect: otherwise === null ? null : now - otherwise,
        ref,
      },
    ];
  });
}

/** The rule of a term, or of a term of a term. */
function termRule(rule: Rule, terms: readonly string[]): Rule {
  let found = rule;
  for (const name of terms) found = found.terms?.[name] ?? found;
  return found;
}

/** A step by its title: its term has a name of ours. */
function termWords([first, ...rest]: readonly string[], steps: readonly Milestone[]): string {
  return [steps.find((step) => step.term === first)?.title ?? first, ...rest].join(', ');
}

function unitOfRule({ measure, options, aggregate }: Rule): MoverModel['unit'] {
  const metric = metricOf(measure);
  return unitOf(metric.unitUnder?.(options) ?? metric.unit, aggregate);
}
