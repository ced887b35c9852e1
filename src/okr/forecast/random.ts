/** Seeded numbers, the same on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** From 0 to `below`, exclusive. */
  int(below: number): number;
  /** Standard normal. */
  normal(): number;
}

/** mulberry32: 32 bits of state are plenty for a few thousand paths. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  let spare: number | null = null;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  // Box and Muller give two at a time; `1 - next()` keeps the logarithm away from zero.
  function normal(): number {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  return { next, int: (below) => Math.floor(next() * below), normal };
}

/** A seed from the name of what is forecast (FNV-1a), so that each key result has its own and keeps it. */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
