import { createAppAuth } from '@octokit/auth-app';
import { retry } from '@octokit/plugin-retry';
import { type ThrottlingOptions, throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { LONGEST_WAIT_MS, policyFetch } from '../http.ts';
import { appError } from './failures.ts';
import { abortableRetries, unqueued } from './limits.ts';
import type { Credential } from './session.ts';
import type { GitHubSettings } from './settings.ts';

/** Twice, after 0.4 s and 1.6 s: its timer cannot be stopped, so that this bounds how long Ctrl-C takes. */
export const RETRIES = 2;
const RETRY_BASE_MS = 400;
const PERMANENT_STATUSES = [400, 401, 403, 404, 408, 410, 422, 429, 451];

/** GitHub's own client, which knows its rate limits. */
export const KrsyncOctokit = Octokit.plugin(retry, throttling);

/** Without a slash at its end. */
export function baseUrlOf(settings: GitHubSettings): string {
  return settings.url.replace(/\/+$/, '');
}

export function octokitOptions(context: PullContext<GitHubSettings>, retries = RETRIES) {
  const { settings, signal, logger } = context;
  const baseUrl = baseUrlOf(settings);
  const note = (text: string) => logger.debug(text);
  const mayWait = (seconds: number) => seconds * 1000 <= LONGEST_WAIT_MS;
  const limits = {
    id: baseUrl,
    onRateLimit: mayWait,
    onSecondaryRateLimit: mayWait,
    write: unqueued,
    retryLimiter: abortableRetries(signal, `GET ${baseUrl}`),
  };
  return {
    baseUrl,
    userAgent: 'krsync',
    log: { debug: note, info: note, warn: note, error: note },
    request: { fetch: passingThrough(policyFetch(context.fetch, { signal })) },
    retry: {
      enabled: retries > 0,
      retries,
      retryAfterBaseValue: RETRY_BASE_MS,
      doNotRetry: PERMANENT_STATUSES,
    },
    // The stand-ins are the few methods of Bottleneck's that the plugin calls.
    throttle: limits as unknown as ThrottlingOptions,
  };
}

/** A token as it is, or the tokens of an app's installation, each good for an hour and renewed before its end. */
export function credentialOf(context: PullContext<GitHubSettings>): Credential {
  const { app, token } = context.settings;
  if (!app) return { current: async () => token ?? null, renew: async () => false };
  const auth = createAppAuth({
    appId: app.id,
    privateKey: app.privateKey,
    installationId: app.installationId,
    request: new KrsyncOctokit(octokitOptions(context)).request,
  });
  const endpoint = `POST ${baseUrlOf(context.settings)}/app/installations/${app.installationId}/access_tokens`;
  const ask = async (refresh: boolean): Promise<string> => {
    try {
      return (await auth({ type: 'installation', refresh })).token;
    } catch (thrown) {
      throw appError(thrown, { endpoint, token: app.privateKey, signedIn: true, now: context.now() });
    }
  };
  return {
    current: () => ask(false),
    async renew() {
      await ask(true);
      return true;
    },
  };
}

/**
 * Octokit takes every error of fetch for a failure of the server and tries again, except those of this name. Only a
 * broken connection is worth that: a timeout has already cost its half minute, and the next run goes on from here.
 * So the others are sent through under that name, and unwrapped as its cause.
 */
function passingThrough(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.code === 'network') throw error;
      const passed = new Error(error.message, { cause: error });
      passed.name = 'AbortError';
      throw passed;
    }
  };
}
