import type * as z from 'zod';
import type { RecordType } from '../domain/records.ts';
import type { Metric } from '../metrics/contract.ts';

/** What the configuration needs of a connector. */
export interface SourceKind {
  readonly settings: z.ZodType;
  readonly streams: Readonly<
    Record<
      string,
      {
        readonly yields: readonly RecordType[];
        readonly series?: readonly string[];
        /** The setting without which the stream reads nothing. */
        readonly needs?: string;
      }
    >
  >;
}

/** What the configuration needs of a channel. */
export interface ChannelKind {
  readonly settings: z.ZodType;
}

export type CatalogueMetric = Metric;
