import { generateKeyPairSync } from 'node:crypto';
import type { ConnectorKind } from '../../connectors/index.ts';
import type { ChannelKind } from '../../src/notify/index.ts';
import { canary } from './secrets.ts';

/** Where a source or channel finds its servers. */
export interface Servers {
  /** Of this one source or channel. */
  readonly http: string;
  readonly smtp: number;
  readonly postgres: number;
}

/** Gives the secret that goes into a field of the kind. */
type Secret = (field: string) => string;
type Settings = Readonly<Record<string, unknown>>;
type Variant = (servers: Servers, secret: Secret) => Settings;

const TABLE = { series: 'signups', map: { time: 'day', value: 'n' } };
const app = (secret: Secret) => ({ id: 7, privateKey: secret('app.privateKey'), installationId: 9 });
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
/** Signs for real, so that the app is asked for a token. */
const realApp = { id: 7, privateKey, installationId: 9 };
/** What opens the door stands in the path, in the query, or in both. */
const opened = (http: string, secret: string) =>
  `${http}/hook/${encodeURIComponent(secret)}?sig=${encodeURIComponent(secret)}`;

/** Every way to sign in of every kind of source; a kind without a secret has none. */
export const SOURCES: Readonly<Record<ConnectorKind, readonly Variant[]>> = {
  codecov: [({ http: url }, s) => ({ url, token: s('token'), repositories: [{ repository: 'acme/web' }] })],
  coverage: [],
  crux: [({ http }, s) => ({ endpoint: http, key: s('key'), subjects: [{ origin: 'https://acme.dev' }] })],
  csv: [
    ({ http }, s) => ({
      token: s('token'),
      tables: [{ url: `${http}/t.csv?key=${encodeURIComponent(s('url'))}`, ...TABLE }],
    }),
    ({ http }, s) => ({
      user: 'ana',
      password: s('password'),
      headers: { 'X-Key': s('headers.X-Key') },
      tables: [{ url: `${http}/t.csv`, ...TABLE }],
    }),
  ],
  git: [({ http }, s) => ({ url: `${http}/web.git`, token: s('token') })],
  github: [
    ({ http: url }, s) => ({
      url,
      token: s('token'),
      repositories: ['acme/web', 'acme/*'],
      artifacts: [{ name: 'junit', kind: 'junit' }],
    }),
    ({ http: url }, s) => ({ url, app: app(s), repositories: ['acme/*'] }),
    ({ http: url }) => ({ url, app: realApp, repositories: ['acme/web'] }),
  ],
  gitlab: [
    ({ http: url }, s) => ({ url, token: s('token'), projects: ['acme/web', 'acme/**'] }),
    ({ http: url }, s) => ({ url, token: s('token'), tokenType: 'bearer', groups: ['acme'] }),
  ],
  jenkins: [({ http: url }, s) => ({ url, user: 'ana', token: s('token'), jobs: ['web', 'acme/*'] })],
  jira: [
    ({ http: url }, s) => ({
      url,
      deployment: 'cloud',
      email: 'ana@acme.dev',
      token: s('token'),
      projects: ['WEB'],
    }),
    ({ http: url }, s) => ({ url, deployment: 'server', token: s('token'), projects: ['WEB'] }),
    ({ http: url }, s) => ({ url, username: 'ana', password: s('password'), projects: ['WEB'] }),
  ],
  json: [
    ({ http }, s) => ({
      token: s('token'),
      tables: [{ url: `${http}/t.json?key=${encodeURIComponent(s('url'))}`, pages: 'link', ...TABLE }],
    }),
    ({ http }, s) => ({
      user: 'ana',
      password: s('password'),
      headers: { 'X-Key': s('headers.X-Key') },
      tables: [{ url: `${http}/t.json`, method: 'POST', body: {}, ...TABLE }],
    }),
  ],
  junit: [],
  lighthouse: [
    ({ http }, s) => ({
      server: { url: http, token: s('server.token'), password: s('server.password'), username: 'ana' },
    }),
    ({ http }, s) => ({
      pagespeed: [{ url: 'https://acme.dev/', endpoint: `${http}/run`, key: s('pagespeed.[].key') }],
    }),
  ],
  prometheus: [
    ({ http: url }, s) => ({ url, token: s('token'), queries: [{ series: 'p99', query: 'up', step: '1d' }] }),
    ({ http: url }, s) => ({
      url,
      user: 'ana',
      password: s('password'),
      headers: { 'X-Key': s('headers.X-Key') },
      queries: [{ series: 'p99', query: 'up', step: '1d' }],
    }),
  ],
  push: [],
  sonarqube: [
    ({ http: url }, s) => ({ url, token: s('token'), projects: [{ key: 'web' }] }),
    ({ http: url }, s) => ({ url, token: s('token'), scheme: 'basic', projects: [{ key: 'acme:*' }] }),
  ],
  sql: [
    ({ postgres }, s) => ({
      url: `postgres://127.0.0.1:${postgres}/crm`,
      user: 'ana',
      password: s('password'),
      queries: [{ query: 'SELECT day, n FROM t', ...TABLE }],
    }),
  ],
};

/** And of every kind of channel. */
export const CHANNELS: Readonly<Record<ChannelKind, readonly Variant[]>> = {
  slack: [
    ({ http }, s) => ({ webhook: opened(http, s('webhook')) }),
    ({ http: url }, s) => ({ url, token: s('token'), channel: 'C0123456789' }),
  ],
  email: [
    ({ smtp: port }, s) => ({
      host: '127.0.0.1',
      port,
      security: 'none',
      user: 'ana',
      password: s('password'),
      from: 'okrs@acme.dev',
      to: 'ana@acme.dev',
    }),
  ],
  github: [
    ({ http: url }, s) => ({ url, token: s('token'), repository: 'acme/web', issue: 7, as: 'body' }),
    ({ http: url }, s) => ({ url, app: app(s), repository: 'acme/web', issue: 7 }),
    ({ http: url }) => ({ url, app: realApp, repository: 'acme/web', issue: 7, as: 'comment' }),
  ],
  teams: [({ http }, s) => ({ url: opened(http, s('url')) })],
  http: [
    ({ http }, s) => ({
      url: opened(http, s('url')),
      token: s('token'),
      headers: { 'X-Key': s('headers.X-Key') },
      body: '{ "text": {{ message.summary | json }} }',
    }),
    ({ http }, s) => ({ url: http, user: 'ana', password: s('password'), body: '{}' }),
  ],
  jira: [
    ({ http: url }, s) => ({
      url,
      deployment: 'cloud',
      email: 'ana@acme.dev',
      token: s('token'),
      issue: 'OKR-1',
    }),
    ({ http: url }, s) => ({
      url,
      deployment: 'server',
      username: 'ana',
      password: s('password'),
      issue: 'OKR-1',
    }),
  ],
  webhook: [
    ({ http }, s) => ({
      url: opened(http, s('url')),
      secret: s('secret'),
      headers: { 'X-Key': s('headers.X-Key') },
    }),
  ],
};

export interface Place {
  /** Its id in the configuration; what is asked below `/ID` of the servers is asked by it. */
  readonly id: string;
  readonly kind: string;
  readonly section: 'sources' | 'channels';
  readonly settings: Settings;
  readonly secrets: readonly string[];
}

/** A source or channel for every variant, each field with a secret of its own; and the fields that have one. */
export function placesAt(servers: (id: string) => Servers): {
  readonly places: readonly Place[];
  readonly fields: ReadonlySet<string>;
} {
  const fields = new Set<string>();
  const places: Place[] = [];
  let number = 0;
  for (const [section, kinds] of Object.entries({ sources: SOURCES, channels: CHANNELS } as const)) {
    for (const [kind, variants] of Object.entries(kinds)) {
      for (const variant of variants) {
        const id = `${section === 'sources' ? 's' : 'c'}${places.length}`;
        const secrets: string[] = [];
        const settings = variant(servers(id), (field) => {
          number += 1;
          fields.add(`${kind}: ${field}`);
          secrets.push(canary(number));
          return canary(number);
        });
        places.push({ id, kind, section: section as Place['section'], settings, secrets });
      }
    }
  }
  return { places, fields };
}
