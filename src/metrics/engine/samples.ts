import * as z from 'zod';
import type { Aggregate, Unit } from '../../domain/okr.ts';
import { defineMetric, type Metric } from '../contract.ts';

export const noOptions = z.strictObject({});

/** A metric whose observations are the samples of one series. */
export function sampleMetric(definition: {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: 'up' | 'down' | null;
  readonly aggregate?: Aggregate;
  readonly definition: string;
  readonly source: string;
}): Metric {
  return defineMetric({
    kind: 'sample',
    aggregate: 'last',
    aggregates: ['last', 'mean', 'median', 'p75', 'p90', 'p95'],
    scope: 'record',
    reads: { sample: ['series', 'subject', 'measuredAt', 'value', 'of'] },
    latest: { sample: 'measuredAt' },
    options: noOptions,
    series: [definition.id],
    ...definition,
    *observe(samples) {
      for (const { ref, series, subject, measuredAt, value, of } of samples) {
        if (series !== definition.id) continue;
        yield { at: measuredAt, value, ref, subject, ...(of === null ? {} : { of }) };
      }
    },
  });
}
