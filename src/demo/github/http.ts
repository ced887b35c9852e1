import type { IncomingMessage } from 'node:http';

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Waits, but no longer than somebody waits for the answer. */
export function delay(milliseconds: number, gone: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    gone.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Whether an `If-None-Match` names the tag. Weak and strong compare alike, as RFC 9110 has it for this header. */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => {
    const candidate = one.trim();
    return candidate === '*' || candidate.replace(/^W\//, '') === `"${tag}"`;
  });
}
