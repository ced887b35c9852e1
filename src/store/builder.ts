import type { Generated } from 'kysely';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { RecordType } from '../domain/records.ts';
import type { MessageState } from './contract.ts';
import type { ChildTable, RecordTable } from './tables.ts';
import type { SqlValue } from './values.ts';

/** Columns that every record table has, and by name those that its description adds. */
interface RecordRow {
  id: Generated<number>;
  source_id: number;
  member_id: number;
  removed_at: number | null;
  ext_id: string;
  key: string;
  title: string | null;
  url: string | null;
  [column: string]: SqlValue | Generated<number>;
}

interface ChildRow {
  record_id: number;
  seq: number;
  [column: string]: SqlValue;
}

type DescribedTables = { [T in RecordTable]: RecordRow } & { [T in ChildTable]: ChildRow };

export interface Tables extends DescribedTables, OutboxTables, KeptTables {
  sources: { id: Generated<number>; name: string; kind: string };
  streams: {
    id: Generated<number>;
    source_id: number;
    name: string;
    yields: string;
    member_field: string | null;
    error: string | null;
    error_at: number | null;
  };
  members: {
    id: Generated<number>;
    stream_id: number;
    name: string;
    title: string;
    active: number;
    fingerprint: string;
    since: number | null;
    cursor: string | null;
    covered_from: number | null;
    covered_until: number | null;
    restarted_at: number | null;
    complete_at: number | null;
    error: string | null;
    error_at: number | null;
  };
  runs: {
    id: Generated<number>;
    command: string;
    started_at: number;
    finished_at: number | null;
    as_of: number;
    outcome: 'ok' | 'failed' | 'interrupted' | null;
  };
  check_ins: {
    id: Generated<number>;
    run_id: number;
    cycle_id: string;
    objective_id: string;
    key_result_id: string;
    as_of: number;
    value: number | null;
    sample_size: number;
    window_from: number;
    window_to: number;
    newest_at: number | null;
    start: number | null;
    target: number | null;
    progress: number | null;
    expected_progress: number | null;
    computed: string;
    shown: string;
    outcome: string | null;
    definition_hash: string;
    author: string;
    note: string | null;
    corrects_id: number | null;
    forecast_p10: number | null;
    forecast_p50: number | null;
    forecast_p90: number | null;
    forecast_probability: number | null;
    confidence: number | null;
    expires_at: number | null;
    details: string | null;
    recorded_at: number;
  };
  frozen_starts: {
    id: Generated<number>;
    run_id: number;
    cycle_id: string;
    objective_id: string;
    key_result_id: string;
    definition_hash: string;
    value: number;
    at: number;
    reason: string;
  };
  definitions: {
    cycle_id: string;
    objective_id: string;
    key_result_id: string;
    hash: string;
    definition: string;
  };
}

interface OutboxTables {
  messages: {
    id: string;
    channel: string;
    kind: string;
    body: string;
    state: MessageState;
    attempts: number;
    created_at: number;
    next_attempt_at: number;
    sent_at: number | null;
    reference: string | null;
    error: string | null;
    folded_into: string | null;
  };
  channel_topics: { channel: string; topic: string; value: string };
  message_topics: { message: string; topic: string; before: string | null; value: string | null };
  disabled_channels: { channel: string; settings_hash: string; disabled_at: number; error: string };
}

interface KeptTables {
  record_revisions: { record_type: RecordType; revision: number; watched: number };
  kept_rules: { name: string; revisions: string; facts: string; observations: Uint8Array };
}

/**
 * Builds and types the queries and never runs one: better-sqlite3 does, synchronously. A transaction of Kysely's own
 * that spans an `await` lets other statements slip into it.
 */
export const sqlite = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});
