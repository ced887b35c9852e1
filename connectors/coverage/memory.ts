import * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';

/** Contents without a time of their own that are remembered; the oldest are forgotten first. */
const REMEMBERED = 5000;

const saved = z.object({
  files: z.record(z.string(), z.tuple([z.string(), z.string()])),
  seen: z.record(z.string(), z.tuple([z.number(), z.number()])),
});

/** When content was first seen, and how often it came back to a file that had held other content since. */
export interface Sighting {
  readonly at: Instant;
  readonly returns: number;
}

/** What a cursor remembers between pulls: what each file held, and when undated content was first seen. */
export interface Memory {
  isUnchanged(file: string, stamp: string): boolean;
  /** The hash of what the file held last; null for a file that is new. */
  contentOf(file: string): string | null;
  put(file: string, stamp: string, hash: string): void;
  sight(content: string, now: Instant, replacesOther: boolean): Sighting;
  changed(): boolean;
  save(): string;
}

/** A cursor that cannot be read counts as none. */
export function openMemory(cursor: string | null): Memory {
  const parsed = parse(cursor);
  const files = new Map(Object.entries(parsed?.files ?? {}));
  const seen = new Map(Object.entries(parsed?.seen ?? {}));
  let changed = false;
  return {
    isUnchanged: (file, stamp) => files.get(file)?.[0] === stamp,
    contentOf: (file) => files.get(file)?.[1] ?? null,
    put(file, stamp, hash) {
      files.set(file, [stamp, hash]);
      changed = true;
    },
    sight(content, now, replacesOther) {
      const known = seen.get(content);
      const [at, returns] = known ? (replacesOther ? [now, known[1] + 1] : known) : [now, 0];
      seen.delete(content);
      seen.set(content, [at, returns]);
      return { at, returns };
    },
    changed: () => changed,
    save: () =>
      JSON.stringify({
        files: Object.fromEntries(files),
        seen: Object.fromEntries([...seen].slice(-REMEMBERED)),
      } satisfies z.infer<typeof saved>),
  };
}

function parse(cursor: string | null): z.infer<typeof saved> | null {
  if (cursor === null) return null;
  try {
    return saved.parse(JSON.parse(cursor));
  } catch {
    return null;
  }
}
