import * as z from 'zod';
import { defineMetric } from './contract.ts';

export const metric = defineMetric({
  id: 'test-coverage',
  title: 'Test coverage',
  unit: 'share',
  better: 'up',
  kind: 'sample',
  aggregate: 'last',
  aggregates: ['last', 'mean', 'median'],
  definition:
    'Share of the lines (or branches, or functions) that the tests ran, as the report of each subject says.',
  source: 'https://istanbul.js.org/',
  reads: { sample: ['series', 'subject', 'measuredAt', 'value', 'of'] },
  latest: { sample: 'measuredAt' },
  series: ['coverage-lines', 'coverage-branches', 'coverage-functions'],
  scope: 'record',
  options: z.strictObject({
    of: z.enum(['lines', 'branches', 'functions']).default('lines').describe('What is covered.'),
  }),
  *observe(samples, options) {
    const wanted = `coverage-${options.of}`;
    for (const { ref, series, subject, measuredAt, value, of } of samples) {
      if (series === wanted) yield { at: measuredAt, value, ref, subject, ...(of === null ? {} : { of }) };
    }
  },
});
