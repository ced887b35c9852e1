import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { connectors } from '../../connectors/index.ts';
import { loadConfiguration } from '../../src/config/index.ts';
import { metrics } from '../../src/metrics/index.ts';
import { channels } from '../../src/notify/index.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { type JsonReply, startJsonServer } from '../support/json-server.ts';
import { at } from '../support/records.ts';
import { leaksOf } from '../support/secrets.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24T06:00:00Z');
const CANARY = 'canary/+&"of-the-test';

/** As the loader tells a secret by its name. */
const NAMED = /token|password|passwd|passphrase|secret|private_?key|api_?key|authorization/i;

type Schema = Readonly<Record<string, unknown>>;

/** The paths of the fields of a kind's settings that hold a secret: by their mark, or by their name. */
function secretFields(kind: string, settings: z.ZodType): readonly (readonly [string, readonly string[]])[] {
  const found = new Map<string, readonly string[]>();
  const walk = (schema: unknown, path: readonly string[], within: boolean): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const {
      properties,
      items,
      additionalProperties,
      anyOf = [],
      allOf = [],
      secret,
      type,
    } = schema as Schema;
    if (type === 'string' && (within || secret === true)) found.set(path.join('.'), path);
    for (const [key, one] of Object.entries((properties ?? {}) as Schema)) {
      walk(one, [...path, key], within || NAMED.test(key));
    }
    walk(items, [...path, '[]'], within);
    walk(additionalProperties, [...path, 'X-Key'], within);
    for (const form of [...(anyOf as unknown[]), ...(allOf as unknown[])]) walk(form, path, within);
  };
  walk(z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any', reused: 'inline' }), [], false);
  return Array.from(found.values(), (path) => [`${kind}: ${path.join('.')}`, path] as const);
}

const FIELDS = [...Object.entries(connectors), ...Object.entries(channels)].flatMap(([kind, { settings }]) =>
  secretFields(kind, settings),
);

const OKRS = `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
objectives:
  - id: o
    title: O
    keyResults: [{ id: closed, title: Closed, start: 0, target: 40, metric: { measure: tickets-closed, source: gh } }]
`;

describe('a secret', () => {
  it('has fields in every kind that signs in, and the marks are found', () => {
    const names = FIELDS.map(([name]) => name);
    for (const name of [
      'github: token',
      'jira: token',
      'webhook: url',
      'webhook: secret',
      'webhook: headers.X-Key',
    ]) {
      expect(names).toContain(name);
    }
  });

  it.each(FIELDS)('in %s is known to the loader, and no fault repeats it', async (name, path) => {
    const [kind = ''] = name.split(': ');
    const value = nested(path, `https://acme.dev/${encodeURIComponent(CANARY)}`);
    const section = Object.hasOwn(channels, kind) ? 'channels' : 'sources';
    const folder = await tempFolder();
    const yaml = `${OKRS}${section}: [${JSON.stringify({ id: 'one', kind, ...value })}]\n`;
    await writeProject(folder, { 'config/okrs.yaml': yaml });
    const options = { cwd: folder, env: {}, now: NOW, connectors, metrics, channels };
    const said = await loadConfiguration({ ...options, path: 'config' }).then(String, String);
    expect(leaksOf(said, [encodeURIComponent(CANARY)])).toEqual([]);
  });

  it.each([
    ['well', () => ({ body: [] })],
    ['refusing', ({ echo }: { echo: string }) => ({ status: 401, body: { message: `Refused ${echo}` } })],
    ['failing', ({ echo }: { echo: string }) => ({ status: 500, body: { message: echo } })],
    ['of another shape', ({ echo }: { echo: string }) => ({ body: { [echo]: echo } })],
  ] as const)('appears nowhere when what is asked is %s', async (_, answer) => {
    const server = await startJsonServer(
      ({ headers, url, body }): JsonReply =>
        // First of all, for messages of others are cut before they are shown.
        answer({ echo: `${CANARY} ${JSON.stringify([headers, url, body])}` }),
    );
    onTestFinished(() => server.close());
    const folder = await tempFolder();
    const hidden = JSON.stringify(CANARY);
    const hook = JSON.stringify(`${server.url}/hook-${encodeURIComponent(CANARY)}`);
    await writeProject(folder, {
      'config/okrs.yaml': `${OKRS}
database: ../krsync.db
sources:
  - { id: gh, kind: github, url: "${server.url}", token: ${hidden}, repositories: [acme/web] }
  - { id: jira, kind: jira, url: "${server.url}", email: a@acme.dev, token: ${hidden}, projects: [WEB] }
channels:
  - { id: hook, kind: webhook, url: ${hook}, secret: ${hidden}, headers: { X-Key: ${hidden} }, operator: true, digest: { schedule: "* * * * *", always: true } }
`,
    });
    const commands = [
      ['validate'],
      ['doctor'],
      ['doctor', '--json'],
      ['plan'],
      ['update', '--log-level', 'debug'],
      ['update', '--json'],
      ['status'],
      ['status', '--json'],
      ['explain', 'closed'],
      ['history', 'closed'],
      ['report'],
      ['report', '--format', 'html'],
      ['notify', '--dry-run'],
      ['notify', '--test', 'hook'],
      ['notify', '--json'],
    ];
    let minute = 0;
    for (const args of commands) {
      minute += 1;
      const { stdout, stderr } = await krsync(folder, args, { now: () => NOW + minute * 60_000 });
      expect(leaksOf(stdout + stderr, [CANARY]), `krsync ${args.join(' ')}: ${stderr}`).toEqual([]);
    }
    for (const file of readdirSync(folder).filter((one) => one.startsWith('krsync.db'))) {
      expect(leaksOf(readFileSync(join(folder, file), 'latin1'), [CANARY]), file).toEqual([]);
    }
    const messages = server.requests.filter(
      ({ url }) => url.pathname.startsWith('/hook-') && url.pathname !== '',
    );
    expect(messages.length).toBeGreaterThan(0);
    for (const { body } of messages) expect(leaksOf(JSON.stringify(body), [CANARY])).toEqual([]);
  });
});

function nested(path: readonly string[], value: unknown): Readonly<Record<string, unknown>> {
  const build = (rest: readonly string[]): unknown => {
    const [key, ...more] = rest;
    if (key === undefined) return value;
    return key === '[]' ? [build(more)] : { [key]: build(more) };
  };
  return build(path) as Readonly<Record<string, unknown>>;
}
