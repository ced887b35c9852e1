import * as z from 'zod';
import { readCursor } from '../cursors.ts';

const progress = z.object({
  /** Everything that is reachable from here is stored; null before the first pull has ended. */
  head: z.string().nullable(),
  /** Names where a shallow clone breaks off, empty for a whole one: a clone that was deepened is read anew. */
  cut: z.string(),
  /** From when on everything is stored; null where that is all there is. */
  coveredFrom: z.number().nullable(),
  /** Names the .mailmap and .gitattributes that the stored commits were read by: other ones read them anew. */
  rules: z.string(),
  /** The commit a pull under way reads up to, how many of its list were read, and the last of them. */
  target: z.string().optional(),
  read: z.number().optional(),
  last: z.string().optional(),
});

/** How far a pull has come. Git lists newest first, so one that was cut short remembers its place in the list. */
export type Progress = Readonly<z.infer<typeof progress>>;

/** Null for a cursor that is none of this version. */
export function parseProgress(cursor: string | null): Progress | null {
  return readCursor(progress, cursor);
}

export function cursorOf(of: Progress): string {
  return JSON.stringify(of);
}
