import { isIP } from 'node:net';

/**
 * Whether a request may have been meant for this server. A page elsewhere can point its own name at this machine and
 * read what it serves (DNS rebinding), but the browser then sends that name: an address cannot be rebound, a name is
 * taken only where it was given.
 *
 * @param names further names; `*` takes every one.
 */
export function isAllowedHost(header: string | undefined, names: readonly string[]): boolean {
  if (header === undefined) return false;
  const host = hostOf(header);
  if (host === null) return false;
  return host === 'localhost' || isIP(host) !== 0 || names.includes('*') || names.includes(host);
}

/** Without its port and the brackets of an IPv6 address, in lower case. */
function hostOf(header: string): string | null {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\]|([^\s:/@[\]]+))(?::\d{1,5})?$/i.exec(header) ?? [];
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/, '') ?? null;
}
