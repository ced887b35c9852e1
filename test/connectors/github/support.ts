import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import type { Batch, PullContext, Stream } from '../../../connectors/contract.ts';
import { type GitHubSettings, settingsSchema } from '../../../connectors/github/settings.ts';
import type { EngineeringRecord, RecordRef, RecordType } from '../../../src/domain/records.ts';

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
/** A JSON answer, or whatever the handler does with the raw response. */
export type Reply =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly json: unknown }
  | ((response: ServerResponse) => void);

export interface Loopback {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `GET /path?query`, in the order they came. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** A server on loopback that answers as `handle` says; JSON answers to GET carry an ETag and meet `If-None-Match`. */
export async function serve(handle: (request: Request) => Reply): Promise<Loopback> {
  const requests: string[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host}`);
    const method = incoming.method ?? 'GET';
    requests.push(`${method} ${url.pathname}${url.search}`);
    const reply = handle({ method, url, headers: incoming.headers, body: Buffer.concat(chunks).toString() });
    if (typeof reply === 'function') return reply(response);
    send(response, method, reply, incoming.headers['if-none-match']);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, close: () => closed(server) };
}

/** After all that the tests tell of, whatever the clock of the machine says. */
const SERVED_AT = new Date('2026-11-30T12:00:00Z').toUTCString();

/** As a handler answers at a moment by the server's own clock. */
export function servedAt(at: string, reply: Reply): Reply {
  if (typeof reply === 'function') return reply;
  return { ...reply, headers: { ...reply.headers, date: new Date(at).toUTCString() } };
}

function send(
  response: ServerResponse,
  method: string,
  reply: Exclude<Reply, (response: ServerResponse) => void>,
  known: string | undefined,
): void {
  const body = JSON.stringify(reply.json);
  const status = reply.status ?? 200;
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
  const guarded = method === 'GET' && status === 200;
  const headers = { date: SERVED_AT, ...(guarded ? { etag } : {}), ...reply.headers };
  if (guarded && known === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(body);
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

export interface ContextOptions {
  readonly url: string;
  readonly settings?: Partial<GitHubSettings>;
  readonly start?: string;
  readonly signal?: AbortSignal;
  readonly now?: string;
  /** Ids of what is stored, by record type. */
  readonly stored?: Readonly<Partial<Record<RecordType, readonly string[]>>>;
  /** Receives what is logged as information or worse. */
  readonly log?: (line: string) => void;
}

export function contextFor(options: ContextOptions): PullContext<GitHubSettings> {
  const now = options.now ? Date.parse(options.now) : null;
  return {
    settings: settingsSchema.parse({ url: options.url, repositories: ['acme/web'], ...options.settings }),
    start: Date.parse(options.start ?? '2026-10-01T00:00:00Z'),
    signal: options.signal ?? new AbortController().signal,
    fetch: globalThis.fetch,
    now: () => now ?? Date.now(),
    logger: pino({ level: options.log ? 'info' : 'silent' }, { write: options.log ?? (() => undefined) }),
    storedIds: (recordType) => Promise.resolve(options.stored?.[recordType] ?? []),
    directory: '/',
  };
}

export interface Pulled {
  readonly batches: readonly Batch[];
  readonly records: readonly EngineeringRecord[];
  readonly removed: readonly RecordRef[];
  /** The last cursor that is not null. */
  readonly cursor: string | null;
}

/** Pulls to the end, or until `most` batches came. */
export async function pullAll(
  stream: Stream<GitHubSettings>,
  context: PullContext<GitHubSettings>,
  cursor: string | null = null,
  most = Number.POSITIVE_INFINITY,
): Promise<Pulled> {
  const batches: Batch[] = [];
  let last = cursor;
  for await (const batch of stream.pull(context, 'acme/web', cursor)) {
    batches.push(batch);
    last = batch.cursor ?? last;
    if (batches.length >= most) break;
  }
  return {
    batches,
    records: batches.flatMap((batch) => batch.records),
    removed: batches.flatMap((batch) => batch.removed ?? []),
    cursor: last,
  };
}

/** What `promise` rejects with; fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error,
  );
}

/** One page of `items` with GitHub's own Link header. */
export function paged(request: Request, items: readonly unknown[], link = request.url.pathname): Reply {
  const size = Number(request.url.searchParams.get('per_page') ?? 30);
  const page = Number(request.url.searchParams.get('page') ?? 1);
  const headers: Record<string, string> = {};
  if (page * size < items.length) {
    const next = new URL(link, request.url);
    for (const [name, value] of request.url.searchParams) next.searchParams.set(name, value);
    next.searchParams.set('page', String(page + 1));
    headers.link = `<${next.href}>; rel="next"`;
  }
  return { json: items.slice((page - 1) * size, page * size), headers };
}
