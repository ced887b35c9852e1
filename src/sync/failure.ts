import { ConnectorError } from '../../connectors/errors.ts';
import type { SourceFailure } from './contract.ts';

/** Where in the configuration something failed. */
export interface Place {
  readonly source: string;
  readonly kind: string;
  readonly stream: string | null;
  readonly member: string | null;
}

/** What an error tells a reader. */
export interface Told {
  readonly message: string;
  readonly endpoint: string;
  readonly remedy: string;
}

/** What it tells without a secret, which is all that may be stored or shown of it. */
export function toldOf({ message, endpoint, remedy }: Told, redact: (text: string) => string): Told {
  return { message: redact(message), endpoint: redact(endpoint), remedy: redact(remedy) };
}

function nameOf({ source, stream, member }: Place): string {
  const parts = [`source ${source}`];
  if (stream !== null) parts.push(`stream ${stream}`);
  if (member !== null) parts.push(`member ${member}`);
  return parts.join(', ');
}

/** An error as the run reports it, without a secret; what is not a ConnectorError is a fault of the program. */
export function toFailure(place: Place, error: unknown, redact: (text: string) => string): SourceFailure {
  if (error instanceof ConnectorError) {
    return { ...place, ...toldOf(error, redact), retryAt: error.retryAt ?? null };
  }
  const what = error instanceof Error ? error.message : String(error);
  return {
    ...place,
    message: redact(`Internal failure in ${nameOf(place)}: ${what}`),
    endpoint: `${place.kind} connector`,
    remedy: 'This is a fault of krsync: run again with --log-level debug and report what it prints.',
    retryAt: null,
  };
}

/** What is stored and shown in one line: what went wrong, where, what to do. */
export function describeFailure({ message, endpoint, remedy }: Told): string {
  const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
  return `${sentence(message)} (${endpoint}) ${sentence(remedy)}`;
}
