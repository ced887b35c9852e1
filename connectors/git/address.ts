/** What may be fetched by: git asks each name in GIT_ALLOW_PROTOCOL. Plain http serves this machine alone. */
const PROTOCOLS = ['https', 'ssh', 'git', 'file'] as const;

const LOCAL_HTTP = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\//i;
/** `git@host:owner/name.git`. Two colons would name a program that git runs. */
const SCP = /^(?:[\w.-]+@)?[\w][\w.-]+:(?!:|\/\/)[^\s]+$/;

/** Why an address may not be fetched from, in words that do not repeat it: it may hold a password. */
export function addressFault(address: string): string | null {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    return SCP.test(address) && !address.includes('::')
      ? null
      : 'an address begins with `https://`, `ssh://`, `git://` or `file://`, or reads `git@host:owner/name.git`; a folder is a `path`';
  }
  if (!URL.canParse(address)) return 'this is no address';
  if (scheme === 'http' && !LOCAL_HTTP.test(address))
    return '`http://` would show the token to all: use `https://`';
  if (scheme !== 'http' && !PROTOCOLS.some((protocol) => protocol === scheme)) {
    return `addresses by ${PROTOCOLS.join(', ')} are fetched from, not by ${scheme}`;
  }
  const { username, password } = new URL(address);
  if (password !== '')
    return 'leave the password out of the address: set `token`, and `user` where it matters';
  if (username !== '' && scheme.startsWith('http')) {
    return 'leave the user out of the address: set `token`, and `user` where it matters';
  }
  return null;
}

/** For GIT_ALLOW_PROTOCOL. */
export function allowedProtocols(address: string): string {
  return [...PROTOCOLS, ...(LOCAL_HTTP.test(address) ? ['http'] : [])].join(':');
}
