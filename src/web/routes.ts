import pLimit from 'p-limit';
import { type App, explain, history, report, status } from '../app.ts';
import { json, refusal } from './answers.ts';
import type { Answer, WebOptions } from './contract.ts';
import { dashboard } from './page.ts';
import { shared } from './shared.ts';

/** For so long one look at the database serves all who ask, in milliseconds. */
const FRESH = 5_000;
/** Looks at single key results side by side, and those that may wait for them. */
const AT_ONCE = 2;
const WAITING = 16;

export type Route = (path: readonly string[], query: URLSearchParams) => Promise<Answer>;

/** Every address there is, over the same functions as the command line. */
export function createRoutes(options: WebOptions): Route {
  const { read, now, metrics } = options;
  const current = shared(FRESH, now, () => read((app) => status(app, now())));
  const page = shared(FRESH, now, async () => dashboard(await read((app) => report(app, now()))));
  const ready = shared(1_000, now, options.readiness);
  const state = shared(1_000, now, options.state);
  const limit = pLimit(AT_ONCE);

  function looked(work: (app: App) => Promise<unknown>): Promise<Answer> {
    if (limit.pendingCount >= WAITING) {
      return Promise.resolve(refusal(503, 'too many ask at once: ask again', { 'retry-after': '5' }));
    }
    return limit(async () => json(200, await read(work)));
  }

  async function render(): Promise<Answer> {
    const [known, model] = await Promise.all([state(), current().catch(() => null)]);
    const body = await metrics.render({ ...known, now: now(), status: model });
    return { status: 200, type: metrics.contentType, body };
  }

  return async (path, query) => {
    const [first, ...rest] = path;
    const cycle = query.get('cycle') ?? undefined;
    if (rest.length === 0) {
      if (first === undefined) return page();
      if (first === 'healthz') return json(200, { alive: true });
      if (first === 'readyz') return readyAnswer(await ready());
      if (first === 'metrics') return render();
    }
    if (first === 'api' && rest.length === 1 && rest[0] === 'status') {
      if (cycle === undefined) return json(200, await current());
      return looked((app) => status(app, now(), cycle));
    }
    if (first === 'api' && rest[0] === 'key-results' && (rest.length === 3 || rest.length === 4)) {
      // An id as it is, or with its objective before it: cycle-time, small-and-often/cycle-time.
      const name = rest.slice(1, -1).join('/');
      const what = rest.at(-1);
      if (what === 'explain') return looked((app) => explain(app, name, null));
      if (what === 'history') return looked((app) => history(app, name, now(), cycle));
    }
    return refusal(404, 'there is nothing here: see /, /api/status, /healthz, /readyz and /metrics');
  };
}

function readyAnswer(readiness: { readonly ready: boolean }): Answer {
  return json(readiness.ready ? 200 : 503, readiness);
}
