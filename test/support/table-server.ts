import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedTable {
  readonly type: string;
  readonly text: string;
  /** Default 200. */
  readonly status?: number;
  /** Without one every request is answered in full. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TableServer {
  readonly url: string;
  /** Method, path with query, and headers of every request so far. */
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  close(): Promise<void>;
}

/** A server on loopback that serves texts by their path with its query, to who knows the token. */
export async function tableServer(options: {
  readonly token?: string;
  /** By `/path?query`, else by `/path`. A function may answer what it likes. */
  readonly answers: Readonly<Record<string, ServedTable | ((url: URL, body: string) => ServedTable | null)>>;
}): Promise<TableServer> {
  const requests: TableServer['requests'] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const path = request.url ?? '/';
    requests.push({ method: request.method ?? '', url: path, headers: request.headers, body });
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
      response.writeHead(401).end('who are you?');
      return;
    }
    const url = new URL(path, 'http://localhost');
    const found = options.answers[path] ?? options.answers[url.pathname];
    const served = typeof found === 'function' ? found(url, body) : found;
    if (!served) {
      response.writeHead(404).end('nothing here');
      return;
    }
    const headers = { ...served.headers, ...(served.etag ? { etag: served.etag } : {}) };
    if (served.etag && request.headers['if-none-match'] === served.etag)
      response.writeHead(304, headers).end();
    else
      response.writeHead(served.status ?? 200, { 'content-type': served.type, ...headers }).end(served.text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
