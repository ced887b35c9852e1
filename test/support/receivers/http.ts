import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text as it is, else as JSON; nothing for an empty body. */
  readonly body?: unknown;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Answers what comes next, once, in place of what it would say. */
  next(...replies: readonly Reply[]): void;
  close(): Promise<void>;
}

/** A server on loopback that answers each request with what `reply` makes of it. */
export async function startReceiver(
  reply: (request: Received, url: string) => Reply | Promise<Reply>,
): Promise<Receiver> {
  const received: Received[] = [];
  const planned: Reply[] = [];
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const request: Received = {
      method: incoming.method ?? 'GET',
      url: new URL(incoming.url ?? '/', `http://${incoming.headers.host}`),
      headers: incoming.headers,
      body: Buffer.concat(parts),
    };
    received.push(request);
    const { status = 200, headers = {}, body } = planned.shift() ?? (await reply(request, url));
    const text = typeof body === 'string' || body === undefined;
    response.writeHead(status, {
      'content-type': text ? 'text/plain' : 'application/json; charset=utf-8',
      ...headers,
    });
    response.end(text ? (body ?? '') : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    received,
    next: (...replies) => void planned.push(...replies),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
