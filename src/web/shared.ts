import type { Instant } from '../domain/records.ts';

/** Does `work` once for all who ask while it is under way, or within `milliseconds` after it was begun. */
export function shared<T>(
  milliseconds: number,
  now: () => Instant,
  work: () => Promise<T>,
): () => Promise<T> {
  let known: { readonly at: Instant; readonly result: Promise<T>; pending: boolean } | null = null;
  return () => {
    if (known !== null && (known.pending || Math.abs(now() - known.at) < milliseconds)) return known.result;
    const begun = { at: now(), result: work(), pending: true };
    known = begun;
    const settled = (): void => {
      begun.pending = false;
    };
    // A failure is told to those who waited for it, and tried anew by the next.
    begun.result.then(settled, () => {
      settled();
      if (known === begun) known = null;
    });
    return begun.result;
  };
}
