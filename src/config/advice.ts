import type { Accepted, KeyResult, Objective } from '../domain/okr.ts';
import { DAY } from '../domain/time.ts';
import { betterOf, kindOf } from '../metrics/contract.ts';
import { COUNTS } from '../metrics/engine/spans.ts';
import type { AdviceName } from './advice-names.ts';
import type { CatalogueMetric } from './registry.ts';
import type { Configuration } from './types.ts';

/** What is allowed and yet unwise. */
export interface Advice {
  /** What `accept` silences it with. */
  readonly name: AdviceName;
  /** `objective-id` or `objective-id/key-result-id`. */
  readonly where: string;
  readonly message: string;
  readonly reason: string;
  /** Why it is not wanted, as a person said; null where nobody did. */
  readonly accepted: string | null;
}

type Told = Omit<Advice, 'accepted'>;

type Metrics = ReadonlyMap<string, CatalogueMetric>;

/** Measures that can be pushed at the cost of another, with those that would show it. */
const GUARDRAILS: Readonly<Record<string, readonly string[]>> = {
  'deployment-frequency': ['change-fail-rate', 'deployment-rework-rate'],
  'story-points-completed': ['ticket-reopen-rate'],
  'test-coverage': ['tests', 'test-pass-rate'],
  'tickets-closed': ['ticket-reopen-rate'],
};

/** Kinds of source without which a guardrail cannot be measured, where what it guards does not bring its records. */
const BROUGHT_BY: Readonly<Record<string, string>> = { tests: 'junit', 'test-pass-rate': 'junit' };

/** Kinds of source whose rows stop when a person stops writing them. */
const TABLES: ReadonlySet<string> = new Set(['csv', 'json', 'sql']);
/** Kinds that know of a query that ends, and not of one of its subjects. */
const QUERIES: ReadonlySet<string> = new Set(['prometheus']);

/** What good practice would change in a valid configuration. */
export function advise(configuration: Configuration, metrics: Metrics): readonly Advice[] {
  const kinds = new Set(configuration.sources.map((source) => source.kind));
  const measurable = (measure: string) =>
    metrics.has(measure) && (BROUGHT_BY[measure] === undefined || kinds.has(BROUGHT_BY[measure]));
  const idsOf = (some: ReadonlySet<string>) =>
    new Set(configuration.sources.filter(({ kind }) => some.has(kind)).map((source) => source.id));
  const [tables, queries] = [idsOf(TABLES), idsOf(QUERIES)];
  return configuration.objectives.flatMap((objective) => [
    ...judged(aboutObjective(objective), objective.accept),
    ...judged(aboutMeasures(objective, metrics, measurable), objective.accept),
    ...objective.keyResults.flatMap((keyResult) =>
      judged(
        [
          ...aboutTable(objective, keyResult, metrics, tables, queries),
          ...aboutKeyResult(objective, keyResult, metrics),
        ],
        { ...objective.accept, ...keyResult.accept },
      ),
    ),
  ]);
}

function judged(told: Iterable<Told>, accept: Accepted = {}): readonly Advice[] {
  return Array.from(told, (one) => ({ ...one, accepted: accept[one.name] ?? null }));
}

function* aboutObjective({ id, owner, keyResults }: Objective): Generator<Told> {
  if (owner === null) {
    yield {
      name: 'owner',
      where: id,
      message: 'name an owner',
      reason: 'an objective that nobody owns is followed up by nobody',
    };
  }
  if (keyResults.length < 2) {
    yield {
      name: 'few-key-results',
      where: id,
      message: 'add a second key result',
      reason: 'a single number rarely shows that an objective was met; two to four do',
    };
  }
  if (keyResults.length > 4) {
    yield {
      name: 'many-key-results',
      where: id,
      message: `keep the four that matter most of its ${keyResults.length} key results`,
      reason: 'more than four divide the attention that an objective is meant to gather',
    };
  }
  if (keyResults.every((keyResult) => keyResult.weight === 0)) {
    yield {
      name: 'no-weight',
      where: id,
      message: 'give a key result a weight above 0',
      reason: 'with no weight at all the objective has no progress',
    };
  }
  if (keyResults.every((keyResult) => keyResult.kind === 'reach' && keyResult.milestones !== undefined)) {
    yield {
      name: 'task-list',
      where: id,
      message: 'put an outcome beside its milestones',
      reason: 'steps say what was done, and not whether anything got better',
    };
  }
}

function* aboutMeasures(
  { id, keyResults }: Objective,
  metrics: Metrics,
  measurable: (measure: string) => boolean,
): Iterable<Told> {
  const guards = keyResults.flatMap((keyResult) => keyResult.guards ?? []);
  const measures = new Set(keyResults.map((keyResult) => keyResult.rule.measure));
  const guarding = new Set([...measures, ...guards.map((guard) => guard.rule.measure)]);
  if ([...measures].every((measure) => metrics.get(measure)?.activity === true)) {
    yield {
      name: 'activity',
      where: id,
      message: `put an outcome beside ${[...measures].join(', ')}`,
      reason: 'it counts activity, which can rise while nothing gets better',
    };
  }
  for (const measure of measures) {
    const known = (GUARDRAILS[measure] ?? []).filter(measurable);
    if (known.length === 0 || known.some((guard) => guarding.has(guard))) continue;
    yield {
      name: 'guardrail',
      where: id,
      message: `pair ${measure} with ${known.join(' or ')}`,
      reason: 'it can be pushed at the cost of what the other one shows',
    };
  }
}

/** Rows of a table that stop are no zeros, and only their age tells. */
function* aboutTable(
  { id }: Objective,
  { id: keyResult, rule, maxAge }: KeyResult,
  metrics: Metrics,
  tables: ReadonlySet<string>,
  queries: ReadonlySet<string>,
): Iterable<Told> {
  const metric = metrics.get(rule.measure);
  const isTable = rule.sources.some((source) => tables.has(source));
  const isSubject = rule.where.subject !== undefined && rule.sources.some((source) => queries.has(source));
  if (metric === undefined || !(isTable || isSubject)) return;
  if (!COUNTS.some((aggregate) => aggregate === rule.aggregate)) return;
  const samplesAlone = Object.keys(metric.reads).every((type) => type === 'sample');
  if (!samplesAlone || metric.query !== undefined || kindOf(metric, rule.options) !== 'flow') return;
  const where = `${id}/${keyResult}`;
  const { window } = rule;
  if (maxAge !== null) {
    if (window.kind !== 'days' || maxAge <= window.days * DAY) return;
    yield {
      name: 'max-age',
      where,
      message: `make \`maxAge\` no longer than the window of ${window.days} days`,
      reason:
        'what left the window is not seen, so that a table that stopped would count 0 and never be too old',
    };
    return;
  }
  yield {
    name: 'max-age',
    where,
    message: `say with \`maxAge\` how old the newest ${isTable ? 'row' : 'sample'} may be`,
    reason: isTable
      ? 'a table that nobody fills in any more counts 0, as if nothing had happened'
      : 'a subject that ended counts 0 while others of its query go on, as if nothing had happened',
  };
}

function* aboutKeyResult({ id }: Objective, keyResult: KeyResult, metrics: Metrics): Iterable<Told> {
  if (keyResult.kind !== 'reach') return;
  const where = `${id}/${keyResult.id}`;
  const { start, target, unit, rule } = keyResult;
  const metric = metrics.get(rule.measure);
  const better = metric === undefined ? null : betterOf(metric, rule.options);
  if (start !== 'auto' && better !== null && better !== (target > start ? 'up' : 'down')) {
    const way = better === 'up' ? 'higher' : 'lower';
    yield {
      name: 'direction',
      where,
      message: `check start and target: ${rule.measure} is better when it is ${way}`,
      reason: 'the target is worse than the start',
    };
  }
  if (unit === 'ratio' && Math.abs(target) > 10) {
    yield {
      name: 'percent',
      where,
      message: `write \`${target}%\` if percent is meant`,
      reason: `as it is, the target is ${target * 100} %`,
    };
  }
}
