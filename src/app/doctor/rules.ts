import type { Rule } from '../../domain/okr.ts';
import type { RuleEvaluation } from '../../metrics/engine/rule.ts';

/** A rule that reads records, and which part of its key result it is. */
export interface RulePart {
  /** `term cost`, `guard Coverage stays`; null for the key result's own rule. */
  readonly part: string | null;
  readonly rule: Rule;
  /** Null before anything was pulled. */
  readonly evaluation: RuleEvaluation | null;
}

/** The rule itself, or the terms that its value is computed from. */
export function leavesOf(
  rule: Rule,
  evaluation: RuleEvaluation | null,
  part: string | null = null,
): readonly RulePart[] {
  if (rule.terms === undefined) return [{ part, rule, evaluation }];
  return Object.entries(rule.terms).flatMap(([name, term]) => {
    const own = evaluation?.terms.find((one) => one.name === name)?.evaluation ?? null;
    return leavesOf(term, own, part === null ? `term ${name}` : `${part}, term ${name}`);
  });
}
