import type { Instant } from '../../src/domain/records.ts';
import type { PullContext } from '../contract.ts';
import { endpointOf, parseJson, policyFetch } from '../http.ts';
import { retrying } from '../retry.ts';
import { deniedLogin, jiraError, loginError } from './failures.ts';
import { baseUrl, type JiraSettings } from './settings.ts';
import { trustingFetch } from './trust.ts';
import { type JiraApi, jiraApi, type VendorRequest } from './vendor.ts';

export interface Answer {
  /**
   * The parsed body, its shape not yet checked. It is parsed when it is read, and each time anew: an answer that came
   * early weighs no more than its bytes. Throws a ConnectorError when it is no JSON.
   */
  readonly data: unknown;
  /** For messages. */
  readonly endpoint: string;
  /** The server's own clock when it had the question, as far as its `Date` header tells; null when it does not. */
  readonly askedAt: Instant | null;
}

/** The parts of Jira's REST API, each with its own versions. */
export type Api = '/rest/api/2' | '/rest/api/3' | '/rest/agile/1.0';
type Query = Readonly<Record<string, string | number>>;

/** Reads Jira. Every failure is a ConnectorError. */
export interface JiraClient {
  /** For values of a query that are plain: jira-client leaves them as they are. */
  get(api: Api, path: string, query?: Query): Promise<Answer>;
  post(api: Api, path: string, body: Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** Changes issues as well. */
export interface JiraWriter extends JiraClient {
  /** Its answer has no data. */
  put(api: Api, path: string, body: Readonly<Record<string, unknown>>): Promise<Answer>;
}

export interface ClientOptions {
  /** How often one request is sent at most, whatever goes wrong. @default 3, and 5 where Jira asks to wait */
  readonly attempts?: number;
}

/** How often one request is sent at most: broken connections and servers, and limits without a time. */
const ATTEMPTS = 3;
const LIMITED_ATTEMPTS = 5;
const PLAIN = /^[\w.,:-]*$/;

/** Carries what really happened past jira-client, which keeps of an error only its JSON. */
interface Call {
  answer?: Answer;
  error?: unknown;
}

/** jira-client for what is Jira's, over the project's fetch for what is everyone's. */
export function openClient(context: PullContext<JiraSettings>, { attempts }: ClientOptions = {}): JiraWriter {
  const { settings, signal } = context;
  const base = new URL(baseUrl(settings));
  const trusting = settings.ca === undefined ? context.fetch : trustingFetch(context.fetch, settings.ca);
  const fetch = policyFetch(trusting, { signal });
  const secrets = secretsOf(settings);
  const calls = new WeakMap<object, Call>();

  async function sendOnce(request: VendorRequest, endpoint: string): Promise<Answer> {
    const began = performance.now();
    const authorization = authorizationOf(request);
    const response = await fetch(request.uri, {
      method: request.method,
      headers: {
        accept: 'application/json',
        'user-agent': 'krsync',
        ...(authorization === null ? {} : { authorization }),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    const { status, headers } = response;
    const body = await response.arrayBuffer();
    const text = () => new TextDecoder().decode(body);
    if (!response.ok)
      throw jiraError({ endpoint, status, headers, text: text(), now: context.now(), secrets });
    const denied = authorization === null ? null : deniedLogin(headers);
    if (denied !== null) throw loginError({ endpoint, status, headers }, denied);
    const date = Date.parse(headers.get('date') ?? '');
    const askedAt = Number.isNaN(date) ? null : Math.floor(date - (performance.now() - began));
    return {
      get data() {
        return parseJson(text(), endpoint);
      },
      endpoint,
      askedAt,
    };
  }

  function send(request: VendorRequest): Promise<Answer> {
    const endpoint = endpointOf(request.method, request.uri);
    const limits = { attempts: attempts ?? ATTEMPTS, limitedAttempts: attempts ?? LIMITED_ATTEMPTS };
    return retrying(() => sendOnce(request, endpoint), { ...limits, signal, now: context.now, endpoint });
  }

  const JiraApiClass = jiraApi();
  const jira: JiraApi = new JiraApiClass({
    protocol: base.protocol.replace(':', ''),
    host: base.hostname,
    ...(base.port === '' ? {} : { port: base.port }),
    base: base.pathname === '/' ? '' : base.pathname,
    ...credentialsOf(settings),
    request: async (request) => {
      const call = calls.get(request.call as object);
      if (!call) throw new Error('unreachable: every request is one of `ask`');
      try {
        call.answer = await send(request);
      } catch (error) {
        call.error = error;
      }
      // Not the body: jira-client takes some of them for errors.
      return null;
    },
  });

  async function ask(api: Api, pathname: string, options: { method: string; query?: Query; body?: unknown }) {
    const { method, query, body } = options;
    for (const value of Object.values(query ?? {})) {
      if (!PLAIN.test(String(value)))
        throw new Error(`unreachable: ${String(value)} would not survive in a query`);
    }
    const uri = jira.makeUri({ pathname, intermediatePath: api, ...(query === undefined ? {} : { query }) });
    const key = {};
    const call: Call = {};
    calls.set(key, call);
    await jira.doRequest(
      jira.makeRequestHeader(uri, { method, call: key, ...(body === undefined ? {} : { body }) }),
    );
    if (call.answer) return call.answer;
    throw call.error;
  }

  return {
    get: (api, path, query) => ask(api, path, { method: 'GET', ...(query === undefined ? {} : { query }) }),
    post: (api, path, body) => ask(api, path, { method: 'POST', body }),
    put: (api, path, body) => ask(api, path, { method: 'PUT', body }),
  };
}

function credentialsOf(
  settings: JiraSettings,
): { username: string; password: string } | { bearer: string } | object {
  const { email, token, username, password } = settings;
  if (email !== undefined && token !== undefined) return { username: email, password: token };
  if (token !== undefined) return { bearer: token };
  return username !== undefined && password !== undefined ? { username, password } : {};
}

function authorizationOf({ auth }: VendorRequest): string | null {
  if (auth === undefined) return null;
  return auth.bearer === undefined
    ? `Basic ${basic(auth.user ?? '', auth.pass ?? '')}`
    : `Bearer ${auth.bearer}`;
}

function basic(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}

function secretsOf({ email, token, username, password }: JiraSettings): string[] {
  const secret = token ?? password;
  return secret === undefined ? [] : [secret, basic(email ?? username ?? '', secret)];
}
