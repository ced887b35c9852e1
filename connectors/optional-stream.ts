import { NEVER } from '../src/domain/time.ts';
import type { Batch, PullContext } from './contract.ts';
import { ConnectorError } from './errors.ts';

export interface OptionalPull {
  readonly context: Pick<PullContext, 'start' | 'logger'>;
  readonly stream: string;
  readonly member: string;
  readonly cursor: string | null;
  /** Whether a refusal may be passed over where nobody asked for the stream by name. */
  readonly optional: boolean;
  /** Whether the settings list it, so that a refusal is an error. */
  readonly required: boolean;
}

/** Passes over, with a warning, a stream that nobody asked for by name and that the server refuses. */
export async function* passingOverRefusal(
  batches: AsyncIterable<Batch>,
  { context, stream, member, cursor, optional, required }: OptionalPull,
): AsyncGenerator<Batch> {
  try {
    for await (const batch of batches) {
      // Takes back what a refusal of an earlier run said.
      yield optional ? { coveredFrom: context.start, ...batch } : batch;
    }
  } catch (error) {
    if (cursor !== null || required || !isRefusal(error)) throw error;
    // No moment is covered, so that no zero is made of it.
    context.logger.warn(
      `${member}: \`${stream}\` is not read: ${error.message}. ${error.remedy}, or list the \`streams\` that you want`,
    );
    yield { records: [], cursor: null, coveredFrom: NEVER };
  }
}

function isRefusal(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && (error.code === 'forbidden' || error.code === 'not_found');
}
