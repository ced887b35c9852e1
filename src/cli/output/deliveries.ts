import { type Delivery, deliveryFailed } from '../../app.ts';
import type { Configuration } from '../../config/types.ts';
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

export function deliveryCode(deliveries: readonly Delivery[]): ExitCode {
  return deliveries.some(deliveryFailed) ? EXIT.failed : EXIT.ok;
}
