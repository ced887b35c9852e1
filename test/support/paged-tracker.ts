import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { Connector, PullContext } from '../../connectors/contract.ts';
import { ConnectorError, type ConnectorErrorCode } from '../../connectors/errors.ts';
import {
  endpointOf,
  parseAnswer,
  parseJson,
  policyFetch,
  quotaResetAt,
  retryAfterAt,
} from '../../connectors/http.ts';
import { ticket } from './scripted-stream.ts';

const PER_PAGE = 4;

interface Settings {
  readonly url: string;
  readonly token: string;
  /** Fetches past the policy and repeats what the server said: what a careless connector does. */
  readonly careless: boolean;
}

/** A server of made-up tickets on loopback: pages, ETags, basic authentication. */
export async function startTracker(
  token: string,
  projects: Readonly<Record<string, number>>,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => answer(request, response, token, projects));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  projects: Readonly<Record<string, number>>,
): void {
  const expected = `Basic ${Buffer.from(`ana@example.com:${token}`).toString('base64')}`;
  if (request.headers.authorization !== expected) {
    response.writeHead(401).end();
    return;
  }
  const url = new URL(request.url ?? '/', 'http://tracker');
  const body = JSON.stringify(url.pathname === '/projects' ? Object.keys(projects) : page(url, projects));
  const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
  const unchanged = request.headers['if-none-match'] === etag;
  response.writeHead(unchanged ? 304 : 200, { 'content-type': 'application/json', etag });
  response.end(unchanged ? undefined : body);
}

function page(url: URL, projects: Readonly<Record<string, number>>) {
  const project = url.searchParams.get('project') ?? '';
  const total = projects[project] ?? 0;
  const number = Number(url.searchParams.get('page'));
  const first = number * PER_PAGE;
  const numbers = Array.from({ length: Math.max(0, Math.min(PER_PAGE, total - first)) }, (_, i) => first + i);
  return {
    issues: numbers.map((issue) => ({ id: `${project}-${issue}`, number: issue })),
    next: first + PER_PAGE < total ? number + 1 : null,
  };
}

const PROJECTS = z.array(z.string());
const PAGE = z.object({
  issues: z.array(z.object({ id: z.string(), number: z.int() })),
  next: z.int().nullable(),
});
const CODES: Readonly<Record<number, ConnectorErrorCode>> = {
  401: 'auth',
  403: 'forbidden',
  404: 'not_found',
  429: 'rate_limit',
};

async function get(context: PullContext<Settings>, path: string, etag: string | null) {
  const { settings, signal, now } = context;
  const fetch = settings.careless ? context.fetch : policyFetch(context.fetch, { signal });
  const basic = Buffer.from(`ana@example.com:${settings.token}`).toString('base64');
  const url = settings.url + path;
  const endpoint = endpointOf('GET', url);
  const response = await fetch(url, {
    headers: { authorization: `Basic ${basic}`, ...(etag === null ? {} : { 'if-none-match': etag }) },
  });
  if (response.status === 304) return { endpoint, etag, body: null };
  if (response.status !== 200) {
    const headers = Object.fromEntries(response.headers);
    const retryAt = retryAfterAt(headers['retry-after'], now()) ?? quotaResetAt(headers);
    const limited = response.status === 403 && retryAt !== null;
    const said = settings.careless ? `: ${await response.text()}` : '';
    throw new ConnectorError({
      code: limited ? 'rate_limit' : (CODES[response.status] ?? 'server'),
      message: `The tracker answered ${response.status}${said}`,
      endpoint,
      remedy: 'Check the token.',
      status: response.status,
      ...(retryAt === null ? {} : { retryAt }),
    });
  }
  return { endpoint, etag: response.headers.get('etag'), body: parseJson(await response.text(), endpoint) };
}

/** Reads the tracker: what a well-behaved connector does, in little. */
export const tracker: Connector<Settings> = {
  kind: 'tracker',
  title: 'Tickets of a made-up tracker',
  settings: z.strictObject({ url: z.string(), token: z.string(), careless: z.boolean() }),
  async check(context) {
    await get(context, '/projects', null);
  },
  streams: {
    tickets: {
      yields: ['ticket'],
      version: 1,
      memberField: 'project',
      async *members(context) {
        const { endpoint, body } = await get(context, '/projects', null);
        for (const id of parseAnswer(PROJECTS, body, endpoint)) yield { id, title: id };
      },
      async *pull(context, project, cursor) {
        const resume = cursor === null ? null : (JSON.parse(cursor) as { page: number; etag: string | null });
        let validator = resume?.page === 0 ? resume.etag : null;
        let firstTag: string | null = resume?.etag ?? null;
        for (let next: number | null = resume?.page ?? 0; next !== null; validator = null) {
          const { endpoint, etag, body } = await get(
            context,
            `/tickets?project=${project}&page=${next}`,
            validator,
          );
          if (body === null) return;
          if (next === 0) firstTag = etag;
          const answered = parseAnswer(PAGE, body, endpoint);
          next = answered.next;
          const records = answered.issues.map(({ id, number }) => ticket(number, { id, key: id, project }));
          // Back at the first page once all are read: its validator tells whether anything changed.
          yield { records, cursor: JSON.stringify({ page: next ?? 0, etag: firstTag }) };
        }
      },
    },
  },
};
