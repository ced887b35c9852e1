import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../src/app.ts';
import { StoreError } from '../../src/store/errors.ts';
import type { WebOptions } from '../../src/web/contract.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { startWeb } from '../../src/web/server.ts';

const SECRET = 'hunter2-secret';
const NOW = Date.UTC(2026, 10, 24, 12);

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function optionsWith(options: Partial<WebOptions>): WebOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    read: () => Promise.reject(new StoreError('missing', 'Nothing has been recorded yet.')),
    readiness: () => Promise.resolve({ ready: true }),
    metrics: createMetrics('1.2.3', { process: false }),
    state: () =>
      Promise.resolve({
        ready: true,
        configurationValid: true,
        lastRun: null,
        nextRun: null,
        runningSince: null,
      }),
    redact: (one) => one.replaceAll(SECRET, '[redacted]'),
    now: () => NOW,
    logger: pino({ enabled: false }),
    ...options,
  };
}

/** A reader that yields what it is told to, whatever is asked of it. */
function reading(work: () => Promise<unknown>): WebOptions['read'] {
  return work as WebOptions['read'];
}

async function serve(options: Partial<WebOptions> = {}): Promise<string> {
  const web = await startWeb(optionsWith(options));
  onTestFinished(() => web.close());
  return web.url;
}

function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...options }, (response) => {
      void text(response).then((body) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on('error', reject).end();
  });
}

/** A request as it is written, for what no client would send. */
function askRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    text(socket).then(resolve, reject);
  });
}

describe('who may ask', () => {
  it.each([
    ['127.0.0.1:8787', 200],
    ['localhost', 200],
    ['LOCALHOST.:80', 200],
    ['[::1]:8787', 200],
    ['10.0.3.7', 200],
    ['krsync.acme.dev', 200],
    ['evil.example', 421],
    ['localhost.evil.example', 421],
    ['evil.example:127.0.0.1', 421],
    ['127.0.0.1@evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['[evil.example]', 421],
  ])('%s is answered with %i', async (host, status) => {
    const url = await serve({ allowedHosts: ['krsync.acme.dev'] });
    const reply = await ask(`${url}/healthz`, { headers: { host } });
    expect(reply.status).toBe(status);
    expect(reply.body).not.toContain('evil');
  });

  it('every name, where that was wished', async () => {
    const url = await serve({ allowedHosts: ['*'] });
    expect((await ask(`${url}/healthz`, { headers: { host: 'anything.example' } })).status).toBe(200);
  });

  it('a request that names no host, and one that is no request, are refused', async () => {
    const url = await serve();
    expect(await askRaw(url, 'GET /healthz HTTP/1.1\r\n\r\n')).toContain('400 Bad Request');
    expect(await askRaw(url, 'GET /healthz HTTP/1.0\r\n\r\n')).toContain('421 ');
    expect(await askRaw(url, 'nonsense\r\n\r\n')).toContain('400 Bad Request');
  });
});

describe('what may be asked', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused', async (method) => {
    const reply = await ask(`${await serve()}/api/status`, { method });
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe('GET, HEAD');
  });

  it('HEAD is GET without the body', async () => {
    const url = await serve();
    const whole = await ask(`${url}/healthz`);
    const head = await ask(`${url}/healthz`, { method: 'HEAD' });
    expect(head.body).toBe('');
    expect(head.headers['content-length']).toBe(whole.headers['content-length']);
  });

  it.each([
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/package.json',
    '/config/okrs.yaml',
    '/krsync.db',
    '//evil.example/x',
    '/api/key-results/x',
    '/healthz/',
  ])('%s is not there', async (path) => {
    const reply = await askRaw(
      await serve(),
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(reply).toMatch(/^HTTP\/1\.1 404 /);
    expect(reply).not.toContain('root:');
  });

  it('an address that cannot be decoded, or is endless, is refused', async () => {
    const url = await serve();
    expect((await ask(`${url}/%zz`)).status).toBe(400);
    expect((await ask(`${url}/${'x'.repeat(3_000)}`)).status).toBe(414);
    expect(
      await askRaw(url, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
    ).toContain('431 ');
  });

  it('every answer forbids framing, sniffing, keeping, and loading from elsewhere', async () => {
    const url = await serve();
    for (const path of ['/', '/healthz', '/metrics', '/nothing']) {
      const { headers } = await ask(url + path);
      expect(headers['content-security-policy'], path).toContain("default-src 'none'");
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['cache-control'], path).toBe('no-store');
      expect(headers['access-control-allow-origin'], path).toBeUndefined();
      expect(headers['x-powered-by'], path).toBeUndefined();
    }
  });
});

describe('what goes wrong', () => {
  it('a database that is not there yet is said, and may be asked for again', async () => {
    const reply = await ask(`${await serve()}/api/status`);
    expect(reply.status).toBe(503);
    expect(reply.headers['retry-after']).toBe('30');
    expect(JSON.parse(reply.body)).toEqual({ error: 'Nothing has been recorded yet.' });
  });

  it('a key result that there is not is not found', async () => {
    const url = await serve({ read: () => Promise.reject(new UsageError("there is no key result 'x'")) });
    const reply = await ask(`${url}/api/key-results/o/x/explain`);
    expect(reply.status).toBe(404);
    expect(reply.body).toContain("there is no key result 'x'");
  });

  it('a fault of the program is told to the log and not to who asks', async () => {
    const lines: string[] = [];
    const url = await serve({
      read: () => Promise.reject(new TypeError(`undefined is no function of ${SECRET}`)),
      logger: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    });
    const reply = await ask(`${url}/api/key-results/x/history`);
    expect(reply.status).toBe(500);
    expect(reply.body).toBe('{\n  "error": "this failed; the log says why"\n}\n');
    expect(lines.join('')).toContain('undefined is no function');
  });

  it('a secret in whatever is shown is not shown', async () => {
    const url = await serve({
      readiness: () => Promise.resolve({ ready: false, reasons: [`sources[0].token: ${SECRET}`] }),
    });
    const reply = await ask(`${url}/readyz`);
    expect(reply.status).toBe(503);
    expect(reply.body).toContain('[redacted]');
    expect(reply.body).not.toContain(SECRET);
  });

  it('when too many ask at once some are told to come again, and the others are served', async () => {
    let open: (() => void) | undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const url = await serve({ read: reading(() => opened.then(() => ({}))) });
    let refused = 0;
    const replies = Array.from({ length: 40 }, async () => {
      const { status } = await ask(`${url}/api/key-results/x/history`);
      // Nothing is served before all that are too many were refused.
      if (status === 503 && ++refused === 22) open?.();
      return status;
    });
    const statuses = await Promise.all(replies);
    expect(statuses.filter((status) => status === 200)).toHaveLength(18);
    expect(statuses.filter((status) => status === 503)).toHaveLength(22);
  });

  it('one look at the database serves all who ask for the status at once', async () => {
    let looks = 0;
    const url = await serve({
      read: reading(async () => {
        looks += 1;
        return {};
      }),
    });
    await Promise.all(Array.from({ length: 20 }, () => ask(`${url}/api/status`)));
    expect(looks).toBe(1);
  });

  it('closing ends even a client that never finishes its request', async () => {
    const web = await startWeb(optionsWith({}));
    const { hostname, port } = new URL(web.url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve) =>
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n', () => resolve()),
    );
    const closed = new Promise<void>((resolve) =>
      socket.on('close', () => resolve()).on('error', () => undefined),
    );
    await web.close();
    await closed;
  });
});
