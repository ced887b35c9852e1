import { createHash } from 'node:crypto';

/**
 * The part of `longest` milliseconds by which one installation's runs begin later than its schedule says: the same for
 * the same `seed` every time, so that many installations spread out and each stays predictable.
 */
export function jitterOf(seed: string, longest: number): number {
  const share = createHash('sha256').update(seed).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(share * longest);
}
