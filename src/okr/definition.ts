import { createHash } from 'node:crypto';
import type { KeyResult, Rule } from '../domain/okr.ts';

/** Of the rule alone: what is measured and how. */
export function ruleHash(rule: Rule): string {
  return hash(rule);
}

/** Of all that decides a check-in's number and progress; a title or a weight does not. */
export function definitionHash(keyResult: KeyResult): string {
  const { rule, kind } = keyResult;
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
