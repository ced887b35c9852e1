import { setImmediate } from 'node:timers/promises';
import type { RecordQuery, StoredRecord } from '../../store/contract.ts';
import type { RuleStore } from './evaluate.ts';

type Chunk = readonly StoredRecord[];
type Result = IteratorResult<Chunk, undefined>;
const END: Result = { done: true, value: undefined };

/**
 * A store whose reads that begin together are one pass over the records, where they are of the same type and sources
 * and bounded by the same column: fifty rules over a million tickets read them a few times, not fifty. A record may then
 * have more fields than a rule asked for, and a rule see older records than it needs; neither changes a value.
 */
export function sharedReads(store: RuleStore): RuleStore {
  const gathering = new Map<string, Pass>();
  return {
    ...('select' in store ? { select: store.select?.bind(store) } : {}),
    records(query: RecordQuery) {
      return {
        [Symbol.asyncIterator]() {
          const { recordType, sources, latest, earliest, thereAt } = query;
          const key = JSON.stringify([recordType, sources, latest?.column, earliest, thereAt === undefined]);
          let pass = gathering.get(key);
          if (pass === undefined) {
            pass = new Pass(store, () => gathering.delete(key));
            gathering.set(key, pass);
          }
          return pass.join(query);
        },
      };
    },
  } as RuleStore;
}

class Pass {
  readonly #queries: RecordQuery[] = [];
  readonly #listeners: Listener[] = [];

  /** `begins` is called when no further read can join. */
  constructor(store: RuleStore, begins: () => void) {
    void this.#run(store, begins);
  }

  join(query: RecordQuery): Listener {
    const listener = new Listener();
    this.#queries.push(query);
    this.#listeners.push(listener);
    return listener;
  }

  async #run(store: RuleStore, begins: () => void): Promise<void> {
    // Whatever was started together has asked by then.
    await setImmediate();
    begins();
    try {
      for await (const value of store.records(merged(this.#queries))) {
        await Promise.all(this.#listeners.map((listener) => listener.give({ done: false, value })));
        if (this.#listeners.every((listener) => listener.left)) return;
      }
      await Promise.all(this.#listeners.map((listener) => listener.give(END)));
    } catch (error) {
      await Promise.all(this.#listeners.map((listener) => listener.fail(error)));
    }
  }
}

/** The fields that any of them needs, from where the earliest begins. */
function merged(queries: readonly RecordQuery[]): RecordQuery {
  const [first] = queries;
  if (first === undefined) throw new RangeError('a pass has a reader');
  const fields = [...new Set(queries.flatMap((query) => query.fields))];
  const thereAt = Math.min(...queries.map((query) => query.thereAt ?? Number.POSITIVE_INFINITY));
  const there = first.thereAt === undefined ? {} : { thereAt };
  if (first.latest === undefined) return { ...first, fields, ...there };
  const notBefore = Math.min(...queries.map((query) => query.latest?.notBefore ?? Number.NEGATIVE_INFINITY));
  return { ...first, fields, ...there, latest: { ...first.latest, notBefore } };
}

/** One reader of a pass. It is given a chunk only when it asks, so that the slowest sets the pace. */
class Listener implements AsyncIterator<Chunk, undefined> {
  left = false;
  #asking: { readonly resolve: (result: Result) => void; readonly reject: (error: unknown) => void } | null =
    null;
  #asks: (() => void) | null = null;

  next(): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#asking = { resolve, reject };
      this.#asks?.();
    });
  }

  async return(): Promise<Result> {
    this.left = true;
    this.#asks?.();
    return END;
  }

  async give(result: Result): Promise<void> {
    await this.#asked();
    this.#answer()?.resolve(result);
  }

  async fail(error: unknown): Promise<void> {
    await this.#asked();
    this.#answer()?.reject(error);
  }

  async #asked(): Promise<void> {
    if (this.left || this.#asking !== null) return;
    await new Promise<void>((resolve) => {
      this.#asks = resolve;
    });
    this.#asks = null;
  }

  #answer() {
    const asking = this.#asking;
    this.#asking = null;
    return asking;
  }
}
