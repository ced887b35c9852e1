import { createHash } from 'node:crypto';

/** Settings that open the door and do not change what is behind it. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'token',
  'password',
  'privateKey',
  'email',
  'secret',
  'app',
]);
/** Settings that say which members and streams there are, and when and how they are read: another must not pull the rest again. */
const NOT_BEARING: ReadonlySet<string> = new Set([
  'repositories',
  'projects',
  'queries',
  'tables',
  'reports',
  'artifacts',
  'streams',
  'onLimit',
  'reconcileEvery',
  'overlap',
  'timeLimit',
]);

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name, inner]) => !CREDENTIALS.has(name) && inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, canonical(inner)]));
}

function bearing(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null) return settings;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !NOT_BEARING.has(name)));
}

/**
 * Of everything that decides what a full pull of a member brings. Another one begins a new full pull; credentials
 * and the list of members leave it as it is, but for what that list says of this member (`definition`).
 */
export function fingerprintOf(definition: {
  readonly kind: string;
  readonly version: number;
  readonly settings: unknown;
  /** What the stream says is this member's own; undefined where nothing is. */
  readonly own?: unknown;
}): string {
  const { kind, version, settings, own } = definition;
  const parts = [kind, version, canonical(bearing(settings)), ...(own === undefined ? [] : [canonical(own)])];
  const text = JSON.stringify(parts);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
