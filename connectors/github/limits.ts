import { LONGEST_WAIT_MS, retryAfterAt, sleep } from '../http.ts';

/** What a failed request of Octokit's tells about waiting. */
interface Failure {
  readonly status?: number;
  readonly response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

type FailedHandler = (error: unknown, info: { readonly args: readonly unknown[] }) => Promise<unknown>;
type Task = (...args: never[]) => Promise<unknown>;

const MOST_WAITS = 3;

/**
 * Stands in for the Bottleneck in which plugin-throttling repeats a rate-limited request. The plugin still tells
 * which answers are a rate limit and how long to wait; this waits in a way that Ctrl-C ends at once, survives the
 * plugin's handler when it trips over a failure without a response, and also waits for a short `Retry-After` on a
 * 429 that the plugin does not know.
 */
export function abortableRetries(signal: AbortSignal, endpoint: string) {
  const handlers: FailedHandler[] = [];
  return {
    on(event: string, handler: FailedHandler): void {
      if (event === 'failed') handlers.push(handler);
    },
    async schedule(task: Task, ...args: never[]): Promise<unknown> {
      for (let waits = 0; ; waits += 1) {
        try {
          return await task(...args);
        } catch (error) {
          const wait = (await askedWait(handlers, error, args)) ?? shortRetryAfter(error);
          if (wait === null || waits >= MOST_WAITS) throw error;
          await sleep(wait, signal, endpoint);
        }
      }
    },
  };
}

/**
 * Stands in for the plugin's queue of writes, one a second, in which it also puts every GraphQL query: reading is
 * bounded by the sync's own concurrency and by the plugin's ten requests at once.
 */
export const unqueued = {
  key: () => ({
    schedule: (_options: unknown, task: Task, ...args: never[]): Promise<unknown> => task(...args),
  }),
};

/** The plugin's own answer: milliseconds, or nothing when it sees no limit or does not want to wait. */
async function askedWait(
  handlers: readonly FailedHandler[],
  error: unknown,
  args: readonly unknown[],
): Promise<number | null> {
  for (const handler of handlers) {
    // The plugin's handler reads `error.response.headers`, which a failed connection does not have.
    const wait = await handler(error, { args }).catch(() => undefined);
    if (typeof wait === 'number') return wait;
  }
  return null;
}

function shortRetryAfter(error: unknown): number | null {
  const { status, response } = error as Failure;
  if (status !== 429) return null;
  const now = Date.now();
  const at = retryAfterAt(response?.headers?.['retry-after'], now);
  return at !== null && at - now <= LONGEST_WAIT_MS ? at - now : null;
}
