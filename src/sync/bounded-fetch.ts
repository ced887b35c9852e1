type Fetch = typeof globalThis.fetch;

export interface BoundedFetch {
  readonly fetch: Fetch;
  /** Requests begun so far. */
  readonly count: () => number;
}

/**
 * A fetch that counts, that ends with the user's stop, and whose every request, its body included, ends after
 * `timeout` milliseconds with a `TimeoutError`.
 */
export function boundFetch(fetch: Fetch, signal: AbortSignal, timeout: number): BoundedFetch {
  let requests = 0;
  // One listener for all requests: AbortSignal.any() on a signal that outlives them never lets go of them.
  const running = new Set<AbortController>();
  signal.addEventListener('abort', () => {
    for (const controller of running) controller.abort(signal.reason);
  });

  return {
    count: () => requests,
    async fetch(input, init) {
      signal.throwIfAborted();
      requests += 1;
      const controller = new AbortController();
      running.add(controller);
      const timer = setTimeout(() => {
        running.delete(controller);
        controller.abort(new DOMException(`No answer within ${timeout / 1000} s`, 'TimeoutError'));
      }, timeout);
      timer.unref();
      const own = init?.signal ?? (input instanceof Request ? input.signal : null);
      const combined = own ? AbortSignal.any([own, controller.signal]) : controller.signal;
      try {
        return await fetch(input, { ...init, signal: combined });
      } catch (error) {
        clearTimeout(timer);
        running.delete(controller);
        throw error;
      }
    },
  };
}
