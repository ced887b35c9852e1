import { peakMemoryMb } from './peak.ts';

/** Prints what a child measured, with what its process took as a whole, as the JSON that its parent waits for. */
export function report(measured: { readonly ms: number } & Readonly<Record<string, unknown>>): void {
  process.stdout.write(JSON.stringify({ ...measured, ...taken() }));
}

/** What this process took since its start: processor time of all its threads, and the peak of its memory. */
export function taken(): { readonly cpuMs: number; readonly peakMb: number } {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, peakMb: peakMemoryMb() };
}

/** Milliseconds that the work took, and what it gave. */
export async function timed<T>(
  work: () => Promise<T> | T,
): Promise<{ readonly ms: number; readonly value: T }> {
  const began = performance.now();
  const value = await work();
  return { ms: performance.now() - began, value };
}
