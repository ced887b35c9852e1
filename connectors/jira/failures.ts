import * as z from 'zod';
import { inShort } from '../../src/domain/redact.ts';
import { ConnectorError, type ConnectorErrorCode } from '../errors.ts';
import { quotaResetAt, retryAfterAt } from '../http.ts';

/** An answer that is no success. */
export interface Refusal {
  /** `GET https://…`, without query. */
  readonly endpoint: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly now: number;
  /** What no message may repeat. */
  readonly secrets: readonly string[];
}

const LONGEST_TEXT = 300;

const bodySchema = z.object({
  errorMessages: z.array(z.string()).nullish(),
  errors: z.record(z.string(), z.unknown()).nullish(),
});

/** Types an answer of Jira's that is no success. */
export function jiraError(refusal: Refusal): ConnectorError {
  const { endpoint, status, headers, now } = refusal;
  const denied = deniedLogin(headers);
  if (denied !== null && status < 500 && status !== 429) return loginError(refusal, denied);
  const retryAt = retryAfterAt(headers.get('retry-after'), now) ?? quotaResetOf(headers);
  if (status === 429 || (status === 403 && headers.get('x-ratelimit-remaining') === '0')) {
    return new ConnectorError({
      code: 'rate_limit',
      message: `Jira allows no more requests for now${reasonOf(headers)}`,
      endpoint,
      status,
      remedy: 'The next run goes on from here; run it less often or read fewer projects if this repeats',
      ...(retryAt === null ? {} : { retryAt }),
    });
  }
  const { code, message, remedy } = told(refusal);
  return new ConnectorError({
    code,
    message,
    endpoint,
    status,
    remedy,
    ...(status >= 500 && retryAt !== null ? { retryAt } : {}),
  });
}

/**
 * Jira answers 200 to a wrong password, as to a stranger, where strangers may read; then everything hidden from
 * strangers would be missing. This header tells.
 * https://confluence.atlassian.com/jirakb/how-to-interpret-the-x-seraph-loginreason-header-in-jira-server-1063555715.html
 */
export function deniedLogin(headers: Headers): 'captcha' | 'failed' | null {
  const reason = headers.get('x-seraph-loginreason') ?? '';
  const denied = headers.get('x-authentication-denied-reason') ?? '';
  if (/CAPTCHA/i.test(denied) || /AUTHENTICATION_DENIED/i.test(reason)) return 'captcha';
  return /AUTHENTICATED_FAILED/i.test(reason) ? 'failed' : null;
}

export function loginError(
  { endpoint, status, headers }: Pick<Refusal, 'endpoint' | 'status' | 'headers'>,
  denied: 'captcha' | 'failed',
): ConnectorError {
  const page = /login-url=(\S+)/.exec(headers.get('x-authentication-denied-reason') ?? '')?.[1];
  const captcha = denied === 'captcha';
  return new ConnectorError({
    code: 'auth',
    message: captcha
      ? 'Jira asks this user for a CAPTCHA, after too many failed sign-ins'
      : 'Jira does not accept the credentials',
    endpoint,
    status,
    remedy: captcha
      ? `Sign in once in a browser${page ? ` at ${page}` : ''}, and correct the credentials of the source`
      : CREDENTIALS,
  });
}

const CREDENTIALS =
  'Give the source valid credentials: `email` and `token` on Cloud, `token` or `username` and `password` elsewhere';

function told(refusal: Refusal): { code: ConnectorErrorCode; message: string; remedy: string } {
  const { status } = refusal;
  const said = saidBy(refusal);
  const because = said === null ? '' : `: ${said}`;
  if (status === 401) {
    return { code: 'auth', message: `Jira does not accept the credentials${because}`, remedy: CREDENTIALS };
  }
  if (status === 403) {
    return {
      code: 'forbidden',
      message: `Jira does not let this user read it${because}`,
      remedy: 'Give the user of the source permission to browse the project, or leave it out',
    };
  }
  if (status === 404) {
    return {
      code: 'not_found',
      message: `Jira finds nothing there${because}`,
      remedy: 'Check the url and the project keys; what the user may not see is not found either',
    };
  }
  if (status === 410) {
    return {
      code: 'not_found',
      message: `Jira has removed this address for good${because}`,
      remedy: 'Leave out `deployment`, so that the site itself says which search it has',
    };
  }
  if (status === 400) {
    return {
      code: 'input',
      message: said ?? 'Jira refuses the request',
      remedy: 'Correct the settings of the source',
    };
  }
  if (status >= 500) {
    return {
      code: 'server',
      message: `Jira failed with ${status}${because}`,
      remedy: 'The next run tries again',
    };
  }
  return {
    code: 'shape',
    message: `Jira answered ${status}${because}`,
    remedy: 'Check the url of the source',
  };
}

/** What Jira itself says, without a secret; null for a page of HTML or anything else that is not its own. */
function saidBy({ text, secrets }: Refusal): string | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return null;
  const { errorMessages, errors } = parsed.data;
  const faults = Object.entries(errors ?? {}).map(([field, fault]) => `${field}: ${String(fault)}`);
  const said = inShort([...(errorMessages ?? []), ...faults].join(' '), secrets, LONGEST_TEXT);
  return said === '' ? null : said;
}

/** Cloud writes the time of the reset as ISO text: https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ */
function quotaResetOf(headers: Headers): number | null {
  const remaining = headers.get('x-ratelimit-remaining') ?? undefined;
  const reset = headers.get('x-ratelimit-reset') ?? undefined;
  const written = reset !== undefined && /[T:-]/.test(reset) ? Date.parse(reset) : Number.NaN;
  if (remaining === '0' && !Number.isNaN(written)) return written;
  return quotaResetAt({ 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset });
}

function reasonOf(headers: Headers): string {
  const reason = headers.get('ratelimit-reason') ?? '';
  return /^[\w-]{1,60}$/.test(reason) ? ` (${reason})` : '';
}
