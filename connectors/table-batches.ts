import type { Sample } from '../src/domain/records.ts';
import type { Batch, PullContext } from './contract.ts';

const PER_BATCH = 500;

/**
 * The samples of a table as it is now, and what is stored of it and no longer there as removed. Only the last batch
 * moves the cursor: a pull that is cut off reads the table again.
 */
export async function* wholeTable(
  context: Pick<PullContext, 'storedIds'>,
  samples: readonly Sample[],
  cursor: string,
): AsyncGenerator<Batch> {
  const there = new Set(samples.map(({ id }) => id));
  const gone = (await context.storedIds('sample')).filter((id) => !there.has(id));
  yield* inBatches(samples, cursor, gone);
}

function* inBatches(
  samples: readonly Sample[],
  cursor: string,
  gone: readonly string[] = [],
): Generator<Batch> {
  let from = 0;
  for (; samples.length - from > PER_BATCH; from += PER_BATCH) {
    yield { records: samples.slice(from, from + PER_BATCH), cursor: null, total: samples.length };
  }
  yield {
    records: samples.slice(from),
    ...(gone.length > 0 ? { removed: gone.map((id) => ({ recordType: 'sample', id }) as const) } : {}),
    cursor,
    total: samples.length,
  };
}
