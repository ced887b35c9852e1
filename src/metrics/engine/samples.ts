import * as z from 'zod';
import type { Aggregate, Unit } from '../../domain/okr.ts';
import { defineMetric, type Metric } from '../contract.ts';

export const noOptions = z.strictObject({});

/** The fields that metrics of samples read. */
export const SAMPLE_READS = { sample: ['series', 'subject', 'measuredAt', 'value', 'of'] } as const;

interface SeriesDefinition {
  /** Also the name of its series. */
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: 'up' | 'down' | null;
  readonly aggregate?: Aggregate;
  readonly aggregates?: readonly Aggregate[];
  readonly definition: string;
  readonly source: string;
}

/** A metric whose observations are the samples of one series, each of a subject that is judged apart. */
export function sampleMetric(definition: SeriesDefinition): Metric {
  return defineMetric({
    kind: 'sample',
    aggregate: 'last',
    aggregates: ['last', 'mean', 'median', 'p75', 'p90', 'p95'],
    scope: 'record',
    reads: SAMPLE_READS,
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

/** A sample's side of an observation, or why it is none. */
export type Reading = { readonly value: number; readonly of?: number } | { readonly reason: string };

/** A metric of events that come as samples of one series (answers, sales): those of all subjects count together. */
export function eventMetric(
  definition: SeriesDefinition & {
    readonly aggregate: Aggregate;
    readonly aggregates: readonly Aggregate[];
    read?(sample: { readonly value: number; readonly of: number | null }): Reading;
  },
): Metric {
  const { read = ({ value }) => ({ value }), ...rest } = definition;
  return defineMetric({
    kind: 'flow',
    scope: 'record',
    reads: SAMPLE_READS,
    latest: { sample: 'measuredAt' },
    options: noOptions,
    series: [definition.id],
    ...rest,
    *observe(samples, _options, reject) {
      for (const sample of samples) {
        if (sample.series !== definition.id) continue;
        const reading = read(sample);
        if ('reason' in reading) reject(reading.reason, sample.measuredAt);
        else yield { at: sample.measuredAt, ref: sample.ref, ...reading };
      }
    },
  });
}

/** An answer on a scale; one outside it is none. */
export function answer(value: number, low: number, high: number): Reading {
  return value >= low && value <= high
    ? { value }
    : { reason: `the answer is not between ${low} and ${high}` };
}
