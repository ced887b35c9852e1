import * as z from 'zod';
import type { Milestone } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import { defineMetric } from '../contract.ts';

/**
 * The share of listed steps that are done: what a key result of milestones is measured by. It is no measure of the
 * catalogue, for the steps stand with the key result.
 */
export const milestones = defineMetric({
  id: 'milestones',
  title: 'Milestones',
  unit: 'share',
  better: 'up',
  kind: 'sample',
  aggregate: 'last',
  aggregates: ['last'],
  definition: 'The shares of the listed steps that are done, added up.',
  source: 'https://www.whatmatters.com/faqs/how-to-grade-okrs',
  reads: {},
  scope: 'set',
  options: z.strictObject({ milestones: z.custom<readonly Milestone[]>(Array.isArray) }),
  compute:
    async ({ milestones: steps }) =>
    (terms, moment) => {
      let done = 0;
      for (const step of steps) if (isDone(step, terms, moment)) done += step.share;
      // Ten tenths are one.
      return Number(done.toPrecision(12));
    },
  observe: () => [],
});

/** Whether a step is done as of a moment: its number is where it should be, or a person said so by then. */
export function isDone(
  { term, range, doneAt }: Milestone,
  terms: Readonly<Record<string, number>>,
  moment: Instant,
): boolean {
  if (term === null) return doneAt !== null && doneAt <= moment;
  const value = terms[term];
  if (value === undefined) return false;
  return (
    (range.gte === undefined || value >= range.gte) &&
    (range.gt === undefined || value > range.gt) &&
    (range.lte === undefined || value <= range.lte) &&
    (range.lt === undefined || value < range.lt)
  );
}
