import { createHash } from 'node:crypto';
import type { KeyResult, Milestone, Rule } from '../domain/okr.ts';

/** Of the rule alone: what is measured and how. */
export function ruleHash(rule: Rule): string {
  return hash(withoutProgress(rule));
}

/** That a person ticks off a step, or puts it into other words, is no other definition. */
function withoutProgress(rule: Rule): Rule {
  const { milestones } = rule.options as { readonly milestones?: readonly Milestone[] };
  if (milestones === undefined) return rule;
  const steps = milestones.map(({ share, term, range }) => ({ share, term, range }));
  return { ...rule, options: { ...rule.options, milestones: steps } };
}

const known = new WeakMap<KeyResult, string>();

/** Of all that decides a check-in's number and progress; a title or a weight does not. */
export function definitionHash(keyResult: KeyResult): string {
  const before = known.get(keyResult);
  if (before !== undefined) return before;
  const value = hashOf(keyResult);
  known.set(keyResult, value);
  return value;
}

function hashOf(keyResult: KeyResult): string {
  const { kind } = keyResult;
  const rule = withoutProgress(keyResult.rule);
  return hash(
    kind === 'reach'
      ? { rule, kind, start: keyResult.start, target: keyResult.target }
      : { rule, kind, keep: keyResult.keep },
  );
}

function hash(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(value)))
    .digest('hex')
    .slice(0, 16);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sortKeys(one)]),
  );
}
