import { unitOf } from '../config/quantity.ts';
import type { CheckIn, Cycle, KeyResult, Milestone, Rule } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { createRedactor, withoutSecrets } from '../domain/redact.ts';
import { cycleSpan, daysBefore, isoTime } from '../domain/time.ts';
import type { Move } from '../metrics/engine/movers.ts';
import { evaluateRule, type RuleOptions } from '../metrics/engine/rule.ts';
import { sharedReads } from '../metrics/engine/shared.ts';
import { metricOf } from '../metrics/index.ts';
import {
  isComparable,
  type MovedItems,
  type MoverModel,
  NOTHING_MOVED,
  type WeekModel,
  weekEnds,
  weekModel,
} from '../report/detail.ts';
import type { App } from './context.ts';

/** How many of the items that moved a key result are named. */
const MOST_MOVERS = 5;

/** What the last week did to key results of a cycle. */
export interface WeekReader {
  /** What is compared with: the as-of moment less seven local days; of a closed cycle its end less seven. */
  readonly weekAgo: Instant;
  /** `checkIns`: of the cycle, oldest as-of first. Those asked for together share passes over the records. */
  readonly weekOf: (keyResult: KeyResult, checkIns: readonly CheckIn[]) => Promise<WeekModel>;
}

export async function weekReader(app: App, asOf: Instant, cycle: Cycle): Promise<WeekReader> {
  const { configuration, store, signal } = app;
  const { timezone: zone, secrets } = configuration;
  // Here, because the lines that are made of an item cut its title.
  const safe = createRedactor(secrets);
  const span = cycleSpan(cycle, zone);
  const weekAgo = daysBefore(Math.min(asOf, span.to), 7, zone);
  const shared = {
    store: sharedReads(store),
    metricOf,
    span,
    zone,
    members: await store.members(),
    failures: await store.streamFailures(),
    signal,
  };
  const weekOf: WeekReader['weekOf'] = async (keyResult, checkIns) => {
    const { objectiveId, id } = keyResult;
    const ends = weekEnds(
      checkIns.filter((one) => one.asOf <= asOf && one.objectiveId === objectiveId && one.keyResultId === id),
      weekAgo,
    );
    const items = isComparable(ends) ? await itemsBetween(ends, keyResult, shared, store) : NOTHING_MOVED;
    return weekModel(ends, zone, withoutSecrets(items, safe));
  };
  return { weekAgo, weekOf };
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
