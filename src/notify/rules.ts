import type { CronFields } from '../domain/cron.ts';

/** What a channel is sent, and when: the keys that every kind of channel shares, with every default filled in. */
export interface ChannelRules {
  /** Which objectives: any of each list, and all lists that are given. Null for no such condition. */
  readonly only: {
    readonly teams: readonly string[] | null;
    readonly owners: readonly string[] | null;
    readonly focusAreas: readonly string[] | null;
    readonly objectives: readonly string[] | null;
  };
  /** Null for none. */
  readonly digest: {
    /** As it was written, for messages. */
    readonly schedule: string;
    readonly times: CronFields;
    /** Also when nothing changed since the last one. */
    readonly always: boolean;
  } | null;
  /** A status that changed is told at once. */
  readonly changes: boolean;
  /** It belongs to whoever runs krsync: held values, stale data, failing sources and channels. */
  readonly operator: boolean;
  readonly quietHours: QuietHours | null;
  /** The most messages beside digests in a week that begins on Monday; null for no limit. */
  readonly mostPerWeek: number | null;
}

/** When nothing is sent, in the configuration's zone: it goes out when they end. */
export interface QuietHours {
  /** `20:00`; after `to` where they last over midnight. */
  readonly from: string;
  readonly to: string;
  /** Saturdays and Sundays as a whole, too. */
  readonly weekends: boolean;
}
