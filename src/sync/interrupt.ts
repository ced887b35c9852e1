/** The user stopped the run. What was stored so far stays, and the next run goes on from there. */
export function interruption(signal: AbortSignal): DOMException {
  const error = new DOMException('The run was interrupted.', 'AbortError');
  return Object.assign(error, { cause: signal.reason });
}

/** The promise, or an interruption as soon as the signal asks for it, whatever the promise still waits for. */
async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    throw interruption(signal);
  }
  let onAbort = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(interruption(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Iterates until the signal stops it: a source that hangs is left behind. */
export async function* untilAborted<T>(signal: AbortSignal, source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await unlessAborted(signal, iterator.next());
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    // Not awaited: a generator that waits for a silent server returns only when that ends.
    if (!ended) void iterator.return?.().then(undefined, () => undefined);
  }
}
