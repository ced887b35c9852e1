import type { Batch, Stream } from '../../connectors/contract.ts';
import type { Ticket } from '../../src/domain/records.ts';

const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 6, 1);

/** A ticket of a made-up tracker: every third is resolved, every second has a history. */
export function ticket(number: number, overrides: Partial<Ticket> = {}): Ticket {
  const createdAt = FIRST + number * 60_000;
  const resolvedAt = number % 3 === 0 ? createdAt + DAY : null;
  const move = { field: 'statusCategory', from: 'new', to: 'done' } as const;
  const opened = { field: 'labels', at: createdAt, from: [], to: ['bug'] } as const;
  return {
    recordType: 'ticket',
    id: `T${number}`,
    key: `WEB-${number}`,
    title: `Ticket ${number}`,
    url: `https://tracker.example/WEB-${number}`,
    repository: null,
    project: 'WEB',
    type: 'bug',
    status: resolvedAt === null ? 'open' : 'closed',
    statusCategory: resolvedAt === null ? 'new' : 'done',
    resolution: null,
    subtask: false,
    labels: ['bug'],
    milestone: null,
    versions: [],
    components: [],
    sprint: null,
    estimate: number % 5,
    parent: null,
    author: 'ana',
    authorIsBot: false,
    assignee: null,
    firstResponseAt: null,
    responsesRead: false,
    closedBy: [],
    createdAt,
    updatedAt: resolvedAt ?? createdAt,
    resolvedAt,
    history:
      number % 2 === 0 ? [opened, ...(resolvedAt === null ? [] : [{ ...move, at: resolvedAt }])] : null,
    ...overrides,
  };
}

export interface ScriptedSettings {
  readonly projects: readonly string[];
  /** Batches of each project's first pull. */
  readonly batches: number;
  readonly perBatch: number;
}

/**
 * Tickets of a tracker without a network. Its batches overlap, so that storing a record twice is common, and one
 * ticket of each batch is deleted by the next.
 */
export const scriptedTickets: Stream<ScriptedSettings> = {
  yields: ['ticket'],
  version: 1,
  memberField: 'project',
  async *members({ settings }) {
    for (const id of settings.projects) yield { id, title: id };
  },
  async *pull({ settings, signal }, member, cursor) {
    const { batches, perBatch } = settings;
    for (let index = Number(cursor ?? 0); index < batches; index++) {
      signal.throwIfAborted();
      yield batchOf(member, index, perBatch);
      // A turn of the event loop, as a network would take.
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
};

function batchOf(project: string, index: number, perBatch: number): Batch {
  const numbers = Array.from({ length: perBatch + 2 }, (_, offset) => index * perBatch + offset);
  const idOf = (number: number) => `${project}-${number}`;
  const records = numbers.map((number) => ticket(number, { project, id: idOf(number), key: idOf(number) }));
  // The third of the batch before: no batch overlaps so far.
  const removed =
    index === 0 ? [] : [{ recordType: 'ticket', id: idOf((index - 1) * perBatch + 2) } as const];
  return { records, removed, cursor: String(index + 1) };
}
