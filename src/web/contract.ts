import type { Logger } from 'pino';
import type { App } from '../app.ts';
import type { Instant } from '../domain/records.ts';
import type { Metrics, MetricsState } from './metrics.ts';

export interface WebOptions {
  readonly host: string;
  readonly port: number;
  /** Names beside addresses and localhost under which it may be asked for. */
  readonly allowedHosts: readonly string[];
  /** Runs `work` over the database, opened to be read for it alone. */
  readonly read: <T>(work: (app: App) => Promise<T>) => Promise<T>;
  /** What `/readyz` answers. */
  readonly readiness: () => Promise<{ readonly ready: boolean }>;
  readonly metrics: Metrics;
  /** What the process knows of itself, for the metrics. */
  readonly state: () => Promise<Omit<MetricsState, 'now' | 'status'>>;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly now: () => Instant;
  readonly logger: Logger;
}

/** What goes back over the wire. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}
