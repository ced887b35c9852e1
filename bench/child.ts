import { peakMemoryMb } from './peak.ts';

/** Prints what a child measured, with the peak of its memory, as the JSON that its parent waits for. */
export function report(measured: { readonly ms: number } & Readonly<Record<string, unknown>>): void {
  process.stdout.write(JSON.stringify({ ...measured, peakMb: peakMemoryMb() }));
}

/** Milliseconds that the work took, and what it gave. */
export async function timed<T>(
  work: () => Promise<T> | T,
): Promise<{ readonly ms: number; readonly value: T }> {
  const began = performance.now();
  const value = await work();
  return { ms: performance.now() - began, value };
}
