import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { endpointOf, policyFetch, retryAfterAt } from '../http.ts';
import type { GitHubClient } from './client.ts';
import type { GitHubSettings } from './settings.ts';

/** A report is a few megabytes packed; with screenshots and an HTML page some tens. */
export const LARGEST_ARCHIVE = 128 * 2 ** 20;
/** A large one over a slow line. */
const TIMEOUT_MS = 120_000;

/**
 * The bytes of an artifact. GitHub redirects to a store of its own, at an address that is signed and good for a minute:
 * https://docs.github.com/rest/actions/artifacts#download-an-artifact. The token stays behind, and the signature in the
 * query is told to nobody.
 */
export async function downloadArtifact(
  context: PullContext<GitHubSettings>,
  client: GitHubClient,
  path: string,
): Promise<Buffer> {
  const location = await client.locationOf(path);
  const endpoint = endpointOf('GET', location);
  if (new URL(context.settings.url).protocol === 'https:' && new URL(location).protocol !== 'https:') {
    throw new ConnectorError({
      code: 'shape',
      message: 'The artifact lies at an address that is not encrypted',
      endpoint,
      remedy: 'Check the url of the source, and that no proxy answers in its place',
    });
  }
  const fetch = policyFetch(context.fetch, {
    signal: context.signal,
    timeoutMs: TIMEOUT_MS,
    maxBytes: LARGEST_ARCHIVE,
  });
  const answer = await fetch(location, { headers: { 'user-agent': 'krsync' } });
  if (answer.ok) return Buffer.from(await answer.arrayBuffer());
  const retryAt = retryAfterAt(answer.headers.get('retry-after'), context.now());
  throw new ConnectorError({
    code: codeOf(answer.status),
    message: `The store of artifacts answers ${answer.status}`,
    endpoint,
    status: answer.status,
    ...(retryAt === null ? {} : { retryAt }),
    remedy:
      answer.status === 401 || answer.status === 403
        ? 'Let krsync reach this host: a firewall or a proxy may be in its way; then run it again'
        : 'Run krsync again; it goes on from here',
  });
}

function codeOf(status: number): ConnectorError['code'] {
  if (status === 401) return 'auth';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not_found';
  if (status === 429) return 'rate_limit';
  return status >= 500 ? 'server' : 'shape';
}
