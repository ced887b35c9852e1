import type { Connector, Stream } from '../connectors/contract.ts';

/** A request as a sync made it. */
export interface SeenRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The requests of one member of a stream, in their order, with the most that were under way at once. */
export interface Lane {
  readonly stream: string;
  readonly member: string;
  readonly requests: SeenRequest[];
  width: number;
}

/** What a sync asked for: lanes in the order in which they began, with the most that were open at once. */
export interface Recording {
  readonly lanes: Lane[];
  atOnce: number;
}

/** The same connector, writing down what each member of its streams asks for. */
export function recording(connector: Connector): {
  readonly connector: Connector;
  readonly recording: Recording;
} {
  const written: Recording = { lanes: [], atOnce: 0 };
  let open = 0;

  function recordingStream(name: string, stream: Stream): Stream {
    return {
      ...stream,
      async *pull(context, member, cursor) {
        const lane: Lane = { stream: name, member, requests: [], width: 0 };
        written.lanes.push(lane);
        open += 1;
        written.atOnce = Math.max(written.atOnce, open);
        try {
          yield* stream.pull({ ...context, fetch: recordingFetch(context.fetch, lane) }, member, cursor);
        } finally {
          open -= 1;
        }
      },
    };
  }

  const streams = Object.entries(connector.streams).map(
    ([name, stream]) => [name, recordingStream(name, stream)] as const,
  );
  return { connector: { ...connector, streams: Object.fromEntries(streams) }, recording: written };
}

function recordingFetch(fetch: typeof globalThis.fetch, lane: Lane): typeof globalThis.fetch {
  let underWay = 0;
  return async (input, init) => {
    const request = new Request(input, init);
    const body = request.body === null ? null : await request.clone().text();
    const { url, method, headers } = request;
    lane.requests.push({ url, method, headers: Object.fromEntries(headers), body });
    underWay += 1;
    lane.width = Math.max(lane.width, underWay);
    try {
      return await fetch(input, init);
    } finally {
      underWay -= 1;
    }
  };
}

/** Asks for the same again, as many at once as the sync had under way, and only reads what comes. */
export async function replay({ lanes, atOnce }: Recording): Promise<{ readonly requests: number }> {
  let answered = 0;
  async function replayLane({ requests, width }: Lane): Promise<void> {
    await sideBySide(requests, width, async ({ url, method, headers, body }) => {
      const response = await fetch(url, { method, headers, body });
      // A sync asks again for what it was told before, and so does this.
      if (!response.ok && response.status !== 304)
        throw new Error(`${method} ${url} answered ${response.status}`);
      await response.arrayBuffer();
      answered += 1;
    });
  }
  await sideBySide(lanes, atOnce, replayLane);
  return { requests: answered };
}

async function sideBySide<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const workers = Array.from({ length: atOnce }, async () => {
    for (const item of waiting) await run(item);
  });
  await Promise.all(workers);
}
