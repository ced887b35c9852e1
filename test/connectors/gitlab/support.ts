import { onTestFinished } from 'vitest';
import { gitlab } from '../../../connectors/gitlab/index.ts';
import { type GitLabSettings, type StreamName, settingsSchema } from '../../../connectors/gitlab/settings.ts';
import type { EngineeringRecord, RecordOf, RecordType } from '../../../src/domain/records.ts';
import { drain, type Pulled, pullContext } from '../../support/pull-context.ts';
import { type StandIn, type StandInProject, startGitLab } from './standin.ts';

export const NOW = Date.parse('2026-11-24T12:00:00Z');
export const DAY = 86_400_000;
export const HOUR = 3_600_000;
export const TOKEN = 'glpat-Nobody0gave1this2to3anyone';

export interface Bench {
  readonly server: StandIn;
  readonly warnings: readonly string[];
  now: number;
  /** Pulls a stream of a project; what it brought counts as stored. */
  pull(stream: StreamName, member?: string, cursor?: string | null): Promise<Pulled>;
  members(stream?: StreamName): Promise<string[]>;
  check(): Promise<void>;
}

export async function bench(
  projects: StandInProject[],
  given: Partial<GitLabSettings> = {},
  server?: StandIn,
): Promise<Bench> {
  const standIn = server ?? (await startGitLab({ token: TOKEN, projects }));
  onTestFinished(() => standIn.close());
  const settings = settingsSchema.parse({ url: standIn.url, token: TOKEN, projects: ['acme/web'], ...given });
  const stored = new Map<string, Set<string>>();
  let now = NOW;
  const context = pullContext(settings, {
    fetch: globalThis.fetch,
    start: NOW - 30 * DAY,
    now: () => now,
    storedIds: async (type) => [...(stored.get(type) ?? [])],
  });
  return {
    server: standIn,
    warnings: context.warnings,
    set now(at: number) {
      now = at;
    },
    async pull(stream, member = 'acme/web', cursor = null) {
      const pulled = await drain(gitlab.streams[stream], context, member, cursor);
      for (const { recordType, id } of pulled.records)
        stored.set(recordType, (stored.get(recordType) ?? new Set()).add(id));
      for (const { recordType, id } of pulled.removed) stored.get(recordType)?.delete(id);
      return pulled;
    },
    async members(stream = 'issues') {
      const found: string[] = [];
      for await (const { id } of gitlab.streams[stream]?.members(context) ?? []) found.push(id);
      return found;
    },
    check: () => gitlab.check(context),
  };
}

export function only<T extends RecordType>(pulled: Pulled, type: T): RecordOf<T>[] {
  if (pulled.error) throw pulled.error;
  return pulled.records.filter(
    (record: EngineeringRecord): record is RecordOf<T> => record.recordType === type,
  );
}
