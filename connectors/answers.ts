import * as z from 'zod';
import type { Instant } from '../src/domain/records.ts';

/** Parts that the answers of several tools are made of. */

/** An ISO time as milliseconds. */
export const instant = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)))
  .transform((text): Instant => Date.parse(text));

export const optionalInstant = instant.nullish().transform((at) => at ?? null);

export const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? null);

/** A number that names something, as records keep it. */
export const numericId = z.number().int().transform(String);

/** The title of a milestone; null for none. */
export const milestoneTitle = z
  .object({ title: z.string() })
  .nullish()
  .transform((found) => found?.title ?? null);
