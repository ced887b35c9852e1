import type { Configuration } from '../../config/types.ts';
import type { Delivery } from '../../notify/deliver.ts';
import { localClock } from '../../report/format.ts';
import { renderDeliveries } from '../../report/terminal/delivery.ts';
import { EXIT, type ExitCode, type Io, printError } from '../io.ts';
import { detectTerminal } from './terminal.ts';

/** False where there is nothing to say. */
export function printDeliveries(
  io: Io,
  { timezone }: Pick<Configuration, 'timezone'>,
  deliveries: readonly Delivery[],
): boolean {
  const text = renderDeliveries(deliveries, detectTerminal(io.stderr, io.env), localClock(timezone));
  if (text !== '') printError(io, text);
  return text !== '';
}

/** A channel that failed, or a message that was given up, is a failure of the run. */
export function deliveryCode(deliveries: readonly Delivery[]): ExitCode {
  const failed = deliveries.some(({ error, givenUp }) => error !== null || givenUp > 0);
  return failed ? EXIT.failed : EXIT.ok;
}
