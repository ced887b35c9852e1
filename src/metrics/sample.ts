import * as z from 'zod';
import { AGGREGATES, UNITS } from '../domain/okr.ts';
import { defineMetric } from './contract.ts';
import { SAMPLE_READS } from './engine/samples.ts';

export const metric = defineMetric({
  id: 'sample',
  title: 'Sample',
  unit: 'none',
  better: null,
  kind: 'sample',
  aggregate: 'last',
  aggregates: AGGREGATES,
  definition:
    'The samples of the series that the option names, in the unit that it says: for numbers that have no measure of their own.',
  source: 'https://opentelemetry.io/docs/specs/otel/metrics/data-model/',
  reads: SAMPLE_READS,
  latest: { sample: 'measuredAt' },
  scope: 'record',
  options: z.strictObject({
    series: z.string().min(1).describe('Name of the series.'),
    unit: z.enum(UNITS).default('none').describe('What its values are in.'),
  }),
  unitUnder: ({ unit }) => unit,
  *observe(samples, options) {
    for (const { ref, series, subject, measuredAt, value, of } of samples) {
      if (series !== options.series) continue;
      yield { at: measuredAt, value, ref, subject, ...(of === null ? {} : { of }) };
    }
  },
});
