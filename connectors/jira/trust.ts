import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { ConnectorError } from '../errors.ts';

/** Where Node's own fetch keeps what opens its connections; it is there once fetch was called or touched. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

type Fetch = typeof globalThis.fetch;
type Agent = new (options: { readonly connect: { readonly ca: readonly string[] } }) => object;

/**
 * A fetch that trusts the certificates of a file beside the usual ones. Node's fetch takes a connection pool only of
 * its own kind, which it does not export; the pool that it made for itself tells the class.
 */
export function trustingFetch(fetch: Fetch, path: string): Fetch {
  let agent: Promise<object> | null = null;
  return async (input, init) => {
    agent ??= agentFor(path);
    return fetch(input, { ...init, dispatcher: await agent } as RequestInit);
  };
}

async function agentFor(path: string): Promise<object> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null || !text.includes('BEGIN CERTIFICATE')) {
    throw new ConnectorError({
      code: 'input',
      message:
        text === null ? 'The file of `ca` cannot be read' : 'The file of `ca` holds no certificate in PEM',
      endpoint: path,
      remedy: 'Name the PEM file of the authority that signed the certificate of the server',
    });
  }
  // Its first use loads what makes the pool.
  new Response();
  const known = (globalThis as { readonly [name: symbol]: unknown })[DISPATCHER];
  const Pool = typeof known === 'object' && known !== null ? known.constructor : null;
  if (typeof Pool !== 'function') {
    throw new ConnectorError({
      code: 'input',
      message: 'This version of Node takes no certificates while it runs',
      endpoint: path,
      remedy: 'Set NODE_EXTRA_CA_CERTS to the file before krsync starts, and leave out `ca`',
    });
  }
  return new (Pool as Agent)({ connect: { ca: [...rootCertificates, text] } });
}
