import * as z from 'zod';
import type { PullContext } from './contract.ts';
import { ConnectorError, type ConnectorErrorCode } from './errors.ts';
import { endpointOf, policyFetch, retryAfterAt } from './http.ts';
import { basicAuth, quotaOf } from './rest.ts';
import { retrying } from './retry.ts';

const MAX_REDIRECTS = 5;

/** What fetch takes as the value of a header; what it does not, it would repeat in its own error. */
const headerText = () =>
  z.string().regex(/^[\t -~\u0080-\u00ff]*$/, {
    error: 'holds a line break or a sign that no HTTP header can hold',
  });

/** How a server of tables or numbers is signed in to. */
export const accessShape = {
  token: headerText().min(1).optional().describe('Sent as `Authorization: Bearer …`.'),
  user: z
    .string()
    .regex(/^[^:]+$/, { error: 'is empty, or holds a colon, which ends the name in HTTP' })
    .optional()
    .describe('With `password`, HTTP basic authentication.'),
  password: z.string().optional(),
  headers: z
    .record(
      z.string().regex(/^[\w-]+$/, { error: 'is not the name of an HTTP header' }),
      headerText().meta({ secret: true }),
    )
    .optional()
    .describe('Sent with every request, such as `X-Api-Key`.'),
};

/** An address of HTTP. fetch refuses one that holds a password, and repeats it in its error. */
export const tableUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((url) => new URL(url).username + new URL(url).password === '', {
    error: 'holds a user or password: give them as `user` and `password`',
  });

export type Access = z.infer<z.ZodObject<typeof accessShape>>;

/** For `z.check()`: one way to sign in, whole. */
export function checkAccess(context: z.core.ParsePayload<Access>): void {
  const { token, user, password } = context.value;
  const message =
    (user === undefined) !== (password === undefined)
      ? '`user` and `password` go together'
      : token !== undefined && user !== undefined
        ? 'give `token`, or `user` and `password`, not both'
        : null;
  if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
}

type Place = { readonly path: string } | { readonly url: string };

/** For `z.check()`: what a source signs in with is for one server. */
export function checkOneServer(
  context: z.core.ParsePayload<Access & { readonly tables: readonly Place[] }>,
): void {
  const { token, user, headers = {}, tables } = context.value;
  if (token === undefined && user === undefined && Object.keys(headers).length === 0) return;
  const origins = new Set(tables.flatMap((table) => ('url' in table ? [new URL(table.url).origin] : [])));
  if (origins.size < 2) return;
  context.issues.push({
    code: 'custom',
    path: ['tables'],
    message: `they are on ${origins.size} servers (${[...origins].join(', ')}), which would all be sent what the source signs in with: give each server a source of its own`,
    input: context.value,
  });
}

export interface TableRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  /** Sent as it is with its content type. */
  readonly body?: { readonly text: string; readonly type: string };
  readonly accept: string;
  /**
   * What a refusal says of itself that helps, without a secret, and what to do about it; null for what its status says
   * already. By default nothing of it is told: it may repeat what it was sent.
   */
  readonly explain?: (text: string) => { readonly said: string; readonly remedy: string } | null;
  /** Of the last answer: the server may say that nothing changed. Sent with a GET alone. */
  readonly validators?: Validators | null;
}

export interface Validators {
  readonly etag: string | null;
  readonly modified: string | null;
}

export interface TableAnswer {
  readonly text: () => string;
  readonly bytes: Uint8Array;
  readonly headers: Headers;
  readonly validators: Validators;
  readonly endpoint: string;
  readonly url: string;
}

/**
 * One answer with its whole body, bounded in time and size; null when the server says that it has not changed since
 * `validators`. What the source signs in with is sent to the origin of the address and to no other, whatever the
 * server redirects to. What may pass by itself is tried again. Throws a ConnectorError for any other status than 200.
 */
export function askForTable(
  context: Pick<PullContext, 'fetch' | 'signal' | 'now'>,
  access: Access,
  request: TableRequest,
): Promise<TableAnswer | null> {
  const endpoint = endpointOf(request.method ?? 'GET', request.url);
  return retrying(() => askOnce(context, access, request, endpoint), {
    signal: context.signal,
    now: context.now,
    endpoint,
  });
}

async function askOnce(
  context: Pick<PullContext, 'fetch' | 'signal' | 'now'>,
  access: Access,
  request: TableRequest,
  endpoint: string,
): Promise<TableAnswer | null> {
  const fetch = policyFetch(context.fetch, { signal: context.signal });
  const { method = 'GET', body, explain } = request;
  // With any other method they are a condition of doing it at all: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
  const validators = method === 'GET' ? request.validators : null;
  const origin = new URL(request.url).origin;
  let url = request.url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: request.accept,
        ...(body === undefined ? {} : { 'content-type': body.type }),
        ...(new URL(url).origin === origin ? signedIn(access) : {}),
        ...(validators?.etag ? { 'if-none-match': validators.etag } : {}),
        ...(validators?.modified ? { 'if-modified-since': validators.modified } : {}),
      },
      ...(body === undefined ? {} : { body: body.text }),
    });
    const target = response.headers.get('location');
    if ([301, 302, 303, 307, 308].includes(response.status) && target !== null) {
      if (method !== 'GET' || !URL.canParse(target, url)) throw refused(response, endpoint, context.now());
      url = new URL(target, url).href;
      if (!/^https?:/.test(url)) throw refused(response, endpoint, context.now());
      continue;
    }
    if (response.status === 304 && validators) return null;
    if (response.status !== 200) {
      const own = explain?.(await response.text()) ?? null;
      throw refused(response, endpoint, context.now(), own);
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    return {
      bytes,
      text: () => new TextDecoder().decode(bytes),
      headers: response.headers,
      validators: { etag: response.headers.get('etag'), modified: response.headers.get('last-modified') },
      endpoint,
      url,
    };
  }
  throw new ConnectorError({
    code: 'shape',
    message: `The server redirects more than ${MAX_REDIRECTS} times`,
    endpoint,
    remedy: 'Give the address that it ends at as `url`',
  });
}

function signedIn({ token, user, password, headers = {} }: Access): Record<string, string> {
  if (token !== undefined) return { ...headers, authorization: `Bearer ${token}` };
  if (user === undefined) return headers;
  return { ...headers, authorization: basicAuth(user, password ?? '') };
}

function refused(
  response: Response,
  endpoint: string,
  now: number,
  own: { readonly said: string; readonly remedy: string } | null = null,
): ConnectorError {
  const { status, headers } = response;
  const retryAt = retryAfterAt(headers.get('retry-after'), now) ?? quotaOf(headers);
  const limited = status === 429 || (status === 403 && headers.get('x-ratelimit-remaining') === '0');
  const { code, message, remedy } = limited ? LIMITED : told(status);
  const waits = limited || code === 'server';
  return new ConnectorError({
    code,
    message: own === null ? message : `${message}: ${own.said}`,
    endpoint,
    remedy: code === 'input' && own !== null ? own.remedy : remedy,
    status,
    ...(waits && retryAt !== null ? { retryAt } : {}),
  });
}

interface Told {
  readonly code: ConnectorErrorCode;
  readonly message: string;
  readonly remedy: string;
}

const LIMITED: Told = {
  code: 'rate_limit',
  message: 'The server allows no more requests for now',
  remedy: 'The next run tries again; run it less often if this repeats',
};

function told(status: number): Told {
  if (status === 401) {
    return {
      code: 'auth',
      message: 'The server does not accept the credentials',
      remedy: 'Give the source a valid `token`, `user` and `password`, or `headers`',
    };
  }
  if (status === 403) {
    return {
      code: 'forbidden',
      message: 'The server does not let this user read it',
      remedy: 'Give the credentials of the source permission to read this address',
    };
  }
  if (status === 404 || status === 410) {
    return {
      code: 'not_found',
      message: 'The server has nothing at this address',
      remedy: 'Check the `url`; what the credentials may not see is often not found either',
    };
  }
  if (status >= 500) {
    return {
      code: 'server',
      message: `The server failed with ${status}`,
      remedy: 'The next run tries again',
    };
  }
  return {
    code: 'input',
    message: `The server answered ${status}`,
    remedy: 'Check the `url` and what else the source sends',
  };
}
