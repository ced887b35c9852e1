import type { Answer } from './contract.ts';

export function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json; charset=utf-8', body: `${JSON.stringify(value, null, 2)}\n` };
}

/** What a client did wrong, or what is not there: `message` says what to do. */
export function refusal(status: number, message: string, headers: Answer['headers'] = {}): Answer {
  return { ...json(status, { error: message }), headers };
}

/** What an error of the program means for who asked. Null where it means nothing to them. */
export function answerTo(error: unknown): Answer | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'UsageError') return refusal(404, error.message);
  if (error.name === 'StoreError') return refusal(503, error.message, { 'retry-after': '30' });
  return null;
}
