import type * as z from 'zod';

/** A cursor of ours, or null for one that an older version wrote, which begins anew. */
export function readCursor<T>(schema: z.ZodType<T>, cursor: string | null): T | null {
  if (cursor === null) return null;
  try {
    return schema.safeParse(JSON.parse(cursor)).data ?? null;
  } catch {
    return null;
  }
}
