import type { KeyResult, Rule } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import { cycleSpan } from '../../domain/time.ts';
import { evaluateRule, type RuleEvaluation } from '../../metrics/engine/rule.ts';
import { metricOf } from '../../metrics/index.ts';
import { objectivesOf } from '../../okr/cycles.ts';
import type { Store } from '../../store/contract.ts';
import { type App, cycleFor } from '../context.ts';
import { incidentsOf } from '../explain-items.ts';
import { type Finding, joinRule, type World } from './join.ts';
import { leavesOf, type RulePart } from './rules.ts';
import type { ListedStream } from './streams.ts';
import { tallyRule } from './tally.ts';
import { judge } from './verdict.ts';

export { checkSources, type SourceCheck } from './check.ts';
export { type ListedStream, listStreams } from './streams.ts';

/** A key result of the running cycle, and why it would have no data. */
export interface KeyResultCheck {
  /** `objective/key-result` */
  readonly keyResult: string;
  readonly title: string;
  /** Of its rule, as of now; null where there is none, or nothing was pulled yet. */
  readonly value: number | null;
  /** Empty where all is well. */
  readonly problems: readonly KeyResultProblem[];
}

export interface KeyResultProblem extends Finding {
  /** The term or guard that it is about; null for the key result's own rule. */
  readonly part: string | null;
}

export interface KeyResultsOptions {
  readonly streams: readonly ListedStream[];
  /** Of the sources whose check found something, the streams that it blocks; null stands for all of them. */
  readonly failing: World['failing'];
  readonly asOf: Instant;
}

/**
 * Joins the sources with the rules of the running cycle. Before the first sync, without a store, it says which rules
 * find nothing that the sources would read; after it, which have no value, and why.
 */
export async function checkKeyResults(
  app: Omit<App, 'store'> & { readonly store: Store | null },
  { streams, failing, asOf }: KeyResultsOptions,
): Promise<readonly KeyResultCheck[]> {
  const { configuration, store } = app;
  const { cycles, objectives, timezone } = configuration;
  const cycle = cycleFor(configuration, asOf);
  const world: World = {
    streams,
    failing,
    members: (await store?.members()) ?? [],
    failures: (await store?.streamFailures()) ?? [],
  };
  const span = cycleSpan(cycle, timezone);
  const moment = Math.max(span.from, Math.min(asOf, span.to));
  const known = new Map<string, Promise<RuleEvaluation>>();
  const evaluated = (rule: Rule, freshness: number): Promise<RuleEvaluation> | null => {
    if (store === null) return null;
    const key = JSON.stringify([rule, freshness]);
    const found =
      known.get(key) ??
      evaluateRule({
        ...world,
        store,
        rule,
        metricOf,
        moments: [moment],
        span,
        zone: timezone,
        freshness,
        signal: app.signal,
        traced: rule.incidents !== undefined || rule.terms !== undefined,
      });
    known.set(key, found);
    return found;
  };

  async function problemsOf(leaf: RulePart, minSamples: number): Promise<readonly KeyResultProblem[]> {
    const { part, rule, evaluation } = leaf;
    const metric = metricOf(rule.measure);
    const broken = joinRule(rule, metric, world);
    const named = (findings: readonly Finding[]) => findings.map((one) => ({ part, ...one }));
    const value = evaluation?.values[0];
    // That nothing was pulled yet is said once for all of them.
    if (store === null || evaluation === null || value === undefined) {
      return named(broken.filter(({ code }) => code !== 'not-pulled'));
    }
    const tallies = value.sampleSize === 0 ? await tallyRule(store, rule, metric, app.signal) : [];
    const incidents = 'deployment' in metric.reads ? incidentsOf(rule, evaluation.trace, value.window) : null;
    return named(judge({ value, rejected: evaluation.rejected, broken, tallies, minSamples, incidents }));
  }

  async function checked(keyResult: KeyResult): Promise<Omit<KeyResultCheck, 'keyResult' | 'title'>> {
    const { rule, freshness, minSamples, guards = [] } = keyResult;
    const own = await evaluated(rule, freshness);
    const value = own?.values[0] ?? null;
    const problems: KeyResultProblem[] = [];
    for (const leaf of leavesOf(rule, own)) {
      problems.push(...(await problemsOf(leaf, leaf.part === null ? minSamples : 0)));
    }
    if (rule.terms !== undefined && value !== null && problems.length === 0) {
      const nothing = { rejected: [], broken: [], tallies: [], incidents: null };
      const findings = judge({ ...nothing, value, minSamples });
      problems.push(...findings.map((one) => ({ part: null, ...one })));
    }
    for (const guard of guards) {
      const evaluation = await evaluated(guard.rule, freshness);
      for (const leaf of leavesOf(guard.rule, evaluation, `guard ${guard.title}`)) {
        problems.push(...(await problemsOf(leaf, 0)));
      }
    }
    return { value: value?.value ?? null, problems: distinct(problems) };
  }

  const checks: KeyResultCheck[] = [];
  for (const objective of objectivesOf(cycle, objectives, cycles, asOf, timezone)) {
    for (const keyResult of objective.keyResults) {
      const { id, title } = keyResult;
      checks.push({ keyResult: `${objective.id}/${id}`, title, ...(await checked(keyResult)) });
    }
  }
  return checks;
}

function distinct(problems: readonly KeyResultProblem[]): readonly KeyResultProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify([one.part, one.message]), one])).values()];
}
