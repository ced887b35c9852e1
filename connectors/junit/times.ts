import type { Instant } from '../../src/domain/records.ts';

const SECONDS = /^(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)?(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Seconds, in milliseconds; null for none and for what is no such number. Java tools grouped thousands (`1,234.5`):
 * https://github.com/junit-team/junit-framework/issues/1381, https://github.com/apache/maven-surefire/issues/2707
 */
export function durationOf(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  if (!/\d/.test(trimmed) || !SECONDS.test(trimmed)) return null;
  // Whole microseconds: the sum of many must not drift.
  const seconds = Number(trimmed.replaceAll(',', ''));
  return Number.isFinite(seconds) ? Math.round(seconds * 1e6) / 1e3 : null;
}

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const RFC_1123 = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** A time without a zone is taken for UTC, which most tools write so. Null where there is none. */
export function timestampOf(text: string | undefined): Instant | null {
  const trimmed = text?.trim() ?? '';
  const [, day, clock, fraction = '', zone = 'Z'] = ISO.exec(trimmed) ?? [];
  const at = RFC_1123.test(trimmed)
    ? Date.parse(trimmed)
    : Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${zone.replace(/^(.\d{2}):?(\d{2})$/, '$1:$2')}`);
  return Number.isNaN(at) || at <= 0 ? null : at;
}
