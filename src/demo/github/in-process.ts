import { EventEmitter, once } from 'node:events';
import type { Handler } from './handler.ts';
import { parseJson } from './http.ts';

/** A fetch that hands its requests to the stand-in at `url` without a socket. */
export function inProcessFetch(url: string, handler: Handler): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { method, signal } = request;
    if (!request.url.startsWith(url)) throw new TypeError(`${request.url} is not at ${url}`);
    const body = method === 'POST' ? parseJson(await request.text()) : null;
    signal.throwIfAborted();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    // Whoever waits for the outcome is told of it; a late abort concerns nobody.
    aborted.catch(() => undefined);
    const path = request.url.slice(url.length);
    const left = new EventEmitter();
    const gone = once(left, 'left');
    try {
      const headers = Object.fromEntries(request.headers);
      const outcome = await Promise.race([handler({ method, path, headers, body }, gone), aborted]);
      if (outcome === 'hang') return await aborted;
      if (outcome === 'reset') throw brokenConnection();
      const { status, headers: answered, body: bytes } = outcome.answer;
      if (outcome.breaksMidway) return new Response(halfOf(bytes), { status, headers: answered });
      const empty = status === 304 || method === 'HEAD';
      return new Response(empty ? null : new Uint8Array(bytes), { status, headers: answered });
    } finally {
      left.emit('left');
    }
  };
}

/** As the platform's own fetch tells it. */
function brokenConnection(): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  return new TypeError('fetch failed', { cause });
}

function halfOf(bytes: Buffer): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new TypeError('terminated', { cause: brokenConnection().cause }));
      sent = true;
      controller.enqueue(new Uint8Array(bytes.subarray(0, Math.floor(bytes.length / 2))));
    },
  });
}
