import { ConnectorError } from '../../connectors/errors.ts';
import type { SourceFailure } from './contract.ts';

/** Where in the configuration something failed. */
export interface Place {
  readonly source: string;
  readonly kind: string;
  readonly stream: string | null;
  readonly member: string | null;
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
    return {
      ...place,
      message: redact(error.message),
      endpoint: redact(error.endpoint),
      remedy: redact(error.remedy),
      retryAt: error.retryAt ?? null,
    };
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
export function describeFailure({ message, endpoint, remedy }: SourceFailure): string {
  const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
  return `${sentence(message)} (${endpoint}) ${sentence(remedy)}`;
}
