import type { Status } from '../domain/okr.ts';
import type { KeyResultModel } from './model.ts';

/**
 * What goes out, free of any service: made once from the read model, stored in the outbox as JSON, and only put into
 * the service's own form by its channel. All text is plain, as people and tools wrote it, but clean (`cleanText`): on one
 * line, without control and direction characters. Each channel escapes it for where it goes. Times are ISO strings in UTC.
 */
export interface Message {
  /** The same for every attempt to deliver it: receivers tell a repeat by it. */
  readonly id: string;
  /** `change`: a status changed; `operator`: for whoever runs krsync (holds, stale sources, failures); `test`: a sample. */
  readonly kind: 'digest' | 'change' | 'operator' | 'test';
  readonly asOf: string;
  readonly timezone: string;
  readonly cycle: { readonly id: string; readonly elapsed: number };
  /** One line: an email's subject, a notification's text. */
  readonly subject: string;
  /** One or two plain sentences: what matters most. */
  readonly summary: string;
  readonly objectives: readonly MessageObjective[];
  /** What whoever runs it should look at, a line each: a stale source, a held value. */
  readonly notices: readonly string[];
}

export interface MessageObjective {
  readonly id: string;
  readonly title: string;
  readonly owner: string | null;
  readonly team: string | null;
  readonly status: Status;
  /** `off track`: as every surface says it. */
  readonly statusText: string;
  /** 0..1, clamped; null without data. */
  readonly progress: number | null;
  /** `41 %, 2 of 3 have data`. */
  readonly progressText: string;
  readonly keyResults: readonly MessageKeyResult[];
}

export interface MessageKeyResult {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly statusText: string;
  /** Raw value in `unit` and its time, for machines; null without data. */
  readonly value: number | null;
  readonly unit: string;
  readonly measuredAt: string | null;
  readonly start: number | null;
  readonly target: number | null;
  readonly stretch: KeyResultModel['stretch'];
  readonly keep: KeyResultModel['keep'];
  readonly forecast: KeyResultModel['forecast'];
  readonly progress: number | null;
  readonly progressText: string;
  /** `52 h → 40.5 h of 24 h`, or the band: as `status` prints it. */
  readonly valueText: string;
  /** What moved since the last message or week: `was at risk`, `3.2 h better than a week ago`; null when nothing did. */
  readonly changeText: string | null;
  /** Forecast, guard, note: a line each. */
  readonly details: readonly string[];
  /** The cycle's daily values so far, oldest first, for a chart. */
  readonly trend: readonly (number | null)[];
  /** The items that moved it most, with links; at most five. */
  readonly items: readonly { readonly text: string; readonly url: string | null }[];
  readonly checkInId: number | null;
}
