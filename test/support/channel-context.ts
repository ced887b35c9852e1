import pino from 'pino';
import { expect } from 'vitest';
import { ConnectorError } from '../../connectors/errors.ts';
import type { ChannelContext } from '../../src/notify/contract.ts';

export interface TestChannelContext<Settings> extends ChannelContext<Settings> {
  /** What was logged as a warning, one JSON per line. */
  readonly warnings: readonly string[];
}

/** A context with the real fetch whose warnings can be read. */
export function channelContext<Settings>(
  settings: Settings,
  over: Partial<ChannelContext<Settings>> = {},
): TestChannelContext<Settings> {
  const warnings: string[] = [];
  return {
    settings,
    signal: new AbortController().signal,
    fetch: globalThis.fetch,
    now: () => Date.parse('2026-11-24T12:00:00Z'),
    logger: pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) }),
    ...over,
    warnings,
  };
}

/** The ConnectorError that the work ends with. */
export async function failure(work: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConnectorError);
  return error as ConnectorError;
}
