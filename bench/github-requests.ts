import type { Connector, Stream } from '../connectors/contract.ts';

/** A request as a sync made it. */
export interface SeenRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The requests of one stream, in their order, with the most that were under way at once. */
export interface Lane {
  readonly stream: string;
  readonly requests: SeenRequest[];
  width: number;
}

/** The same connector, writing down what each of its streams asks for. */
export function recording(connector: Connector): { readonly connector: Connector; readonly lanes: Lane[] } {
  const lanes: Lane[] = [];
  const streams = Object.entries(connector.streams).map(([name, stream]) => {
    const lane: Lane = { stream: name, requests: [], width: 0 };
    lanes.push(lane);
    return [name, recordingStream(stream, lane)] as const;
  });
  return { connector: { ...connector, streams: Object.fromEntries(streams) }, lanes };
}

function recordingStream(stream: Stream, lane: Lane): Stream {
  return {
    ...stream,
    pull: (context, member, cursor) =>
      stream.pull({ ...context, fetch: recordingFetch(context.fetch, lane) }, member, cursor),
  };
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
export async function replay(lanes: readonly Lane[]): Promise<{ readonly requests: number }> {
  let answered = 0;
  async function replayLane({ requests, width }: Lane): Promise<void> {
    const waiting = requests.values();
    const workers = Array.from({ length: width }, async () => {
      for (const { url, method, headers, body } of waiting) {
        const response = await fetch(url, { method, headers, body });
        if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}`);
        await response.arrayBuffer();
        answered += 1;
      }
    });
    await Promise.all(workers);
  }
  await Promise.all(lanes.map(replayLane));
  return { requests: answered };
}
