import type { SyncEvent } from '../../sync/contract.ts';

interface MemberTally {
  readonly name: string;
  readonly records: number;
  readonly total: number | null;
  readonly state: 'running' | 'complete' | 'failed';
}

/** What has been heard of one source so far. */
export interface SourceTally {
  readonly source: string;
  readonly startedAt: number;
  /** When it was last heard of. */
  readonly lastAt: number;
  readonly records: number;
  readonly complete: number;
  readonly failed: number;
  /** The member that last said something and is still being pulled. */
  readonly current: MemberTally | null;
  readonly lastError: string | null;
}

export interface Tally {
  /** Takes in an event; the source's first one starts its clock. */
  add(event: SyncEvent, now: number): void;
  /** In the order in which they began. */
  sources(): readonly SourceTally[];
}

interface SourceState {
  readonly startedAt: number;
  readonly members: Map<string, MemberTally>;
  lastAt: number;
  lastError: string | null;
}

/** Adds up sync events per source. */
export function createTally(): Tally {
  const states = new Map<string, SourceState>();

  function add(event: SyncEvent, now: number): void {
    const { source, stream, member } = event.key;
    const state = states.get(source) ?? { startedAt: now, members: new Map(), lastAt: now, lastError: null };
    states.set(source, state);
    state.lastAt = now;
    const id = JSON.stringify([stream, member]);
    const before = state.members.get(id) ?? {
      name: `${stream} ${member}`,
      records: 0,
      total: null,
      state: 'running',
    };
    // Set anew, so that the map's last running member is the one that last said something.
    state.members.delete(id);
    state.members.set(id, next(before, event));
    if (event.type === 'member-failed') state.lastError = `${before.name}: ${event.error}`;
  }

  function sources(): readonly SourceTally[] {
    return Array.from(states, ([source, { startedAt, lastAt, members, lastError }]) => {
      const all = Array.from(members.values());
      let records = 0;
      for (const member of all) records += member.records;
      return {
        source,
        startedAt,
        lastAt,
        records,
        complete: all.filter(({ state }) => state === 'complete').length,
        failed: all.filter(({ state }) => state === 'failed').length,
        current: all.findLast(({ state }) => state === 'running') ?? null,
        lastError,
      };
    });
  }

  return { add, sources };
}

function next(before: MemberTally, event: SyncEvent): MemberTally {
  switch (event.type) {
    case 'member-started':
      return { ...before, name: `${event.key.stream} ${event.title}`, state: 'running' };
    case 'batch':
      return { ...before, records: event.records, total: event.total ?? before.total };
    case 'member-completed':
      return { ...before, records: event.records, state: 'complete' };
    case 'member-failed':
      return { ...before, state: 'failed' };
  }
}
