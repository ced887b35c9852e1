import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerTo, refusal } from './answers.ts';
import type { Answer, WebOptions } from './contract.ts';
import { COMMON_HEADERS } from './headers.ts';
import { isAllowedHost } from './hosts.ts';
import { createRoutes, type Route } from './routes.ts';

export interface Web {
  /** Where it listens, such as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Ends once the answers under way are sent, or after a second. */
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 128;
const LONGEST_ADDRESS = 2_000;
const CLOSING_GRACE = 1_000;

/** Serves the dashboard and the API: only to read, and never a file. Rejects when it cannot listen. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { host, port } = options;
  const routes = createRoutes(options);
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 },
    (request, response) => {
      // What a request brings along is never looked at.
      request.resume();
      void respond(request, options, routes).then((answer) => send(request, response, answer, options));
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Else an error of the socket would end the process.
  server.on('error', (error) => options.logger.warn(`the web server: ${error.message}`));
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), CLOSING_GRACE);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function respond(request: IncomingMessage, options: WebOptions, routes: Route): Promise<Answer> {
  const { method, url = '/', headers } = request;
  if (!isAllowedHost(headers.host, options.allowedHosts)) {
    return refusal(421, 'this server is not known by that name: start it with --allowed-host NAME');
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return refusal(405, 'this server is only read from: GET and HEAD', { allow: 'GET, HEAD' });
  }
  if (url.length > LONGEST_ADDRESS) return refusal(414, 'the address is too long');
  const asked = pathOf(url);
  if (asked === null) return refusal(400, 'the address cannot be read');
  try {
    return await routes(asked.path, asked.query);
  } catch (error) {
    const known = answerTo(error);
    if (known !== null) return known;
    options.logger.error({ path: asked.path.join('/') }, `a page failed: ${messageOf(error)}`);
    return refusal(500, 'this failed; the log says why');
  }
}

interface Asked {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** The parts of a path, decoded; null when it cannot be. */
function pathOf(url: string): Asked | null {
  const [path = '', query = ''] = url.split('?', 2);
  if (!path.startsWith('/')) return null;
  try {
    const parts = path.slice(1).split('/').map(decodeURIComponent);
    return { path: parts.length === 1 && parts[0] === '' ? [] : parts, query: new URLSearchParams(query) };
  } catch {
    return null;
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  { redact }: WebOptions,
): void {
  const body = Buffer.from(redact(answer.body), 'utf8');
  response.writeHead(answer.status, {
    ...COMMON_HEADERS,
    'content-type': answer.type,
    'content-length': body.length,
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
