import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { createProgram } from '../../src/cli/program.ts';
import { channels } from '../../src/notify/index.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { startJsonServer } from '../support/json-server.ts';
import { at } from '../support/records.ts';
import { serveIn } from '../support/serve.ts';
import { tempFolder } from '../support/temp.ts';
import { secretFields } from './fields.ts';
import { type Place, placesAt } from './kinds.ts';
import { canary, formsOf, tracesIn } from './secrets.ts';
import { FAILURES, type Failure, startOpponents } from './servers.ts';

const NOW = at('2026-11-24T06:00:00Z');
const MINUTE = 60_000;

const KINDS = [...Object.entries(connectors), ...Object.entries(channels)].map(
  ([kind, { settings }]) => [kind, secretFields(kind, settings)] as const,
);

/** What asks the servers, and what shows what came of it. The demo reads nobody's configuration. */
const ASKING = [
  ['update', '--log-level', 'debug'],
  ['doctor', '--json', '--log-level', 'debug'],
  ['notify', '--log-level', 'debug'],
];
const SHOWING = [
  ['validate', '--strict'],
  ['doctor', '--log-level', 'debug'],
  ['sync', '--json', '--log-level', 'debug'],
  ['plan'],
  ['plan', '--json'],
  ['status'],
  ['status', '--json'],
  ['explain', 'closed'],
  ['explain', 'closed', '--all', '--json'],
  ['history', 'closed', '--all'],
  ['history', 'closed', '--json'],
  ['backtest', '--json'],
  ['backfill'],
  ['backfill', '--json'],
  ['record', 'sent', '7', '--reason', 'counted by hand', '--author', 'ana'],
  ['ingest', '--source', 'ci', '--series', 'sent', '--value', '3', '--json'],
  ['report'],
  ['report', '--format', 'html'],
  ['report', '--format', 'json'],
  ['notify', '--dry-run'],
  ['notify', '--dry-run', '--json'],
  ['update', '--json', '--log-level', 'debug'],
  ['metrics', '--json'],
  ['schema'],
  ['init'],
];
/** Those whose answers say the most are looked at by every command. */
const SHOWN: readonly Failure[] = ['401', 'another shape'];
const PAGES = [
  '/',
  '/api/status',
  '/api/key-results/closed/explain',
  '/api/key-results/closed/history',
  '/healthz',
  '/readyz',
  '/metrics',
  '/nothing',
];

describe('a secret', () => {
  it.each(KINDS)(
    '%s: every field that looks like one is marked as one, or listed as none',
    (_, { undecided }) => {
      expect(undecided).toEqual([]);
    },
  );

  it('is found in every form in which a server repeats it, and in nothing else', () => {
    for (const form of formsOf(canary(7))) expect(tracesIn(`<${form}>`), form).not.toEqual([]);
    expect(tracesIn(JSON.stringify(formsOf('another-text-of-some-length')))).toEqual([]);
  });

  it('is put into every field that takes one, of every kind', () => {
    const { fields } = placesAt(() => ({ http: 'http://127.0.0.1:9', smtp: 9, postgres: 9 }));
    const missing = KINDS.flatMap(([, { secret }]) => secret).filter((field) => !fields.has(field));
    expect(missing, 'add it to a variant in kinds.ts').toEqual([]);
  });

  it('meets every command', () => {
    const program = createProgram({} as Parameters<typeof createProgram>[0], '0.0.0', () => undefined);
    const met = new Set([...ASKING, ...SHOWING].map(([name]) => name));
    const others = program.commands.map((one) => one.name()).filter((name) => !met.has(name));
    expect(others).toEqual(['serve', 'demo']);
  });

  it('appears nowhere, whatever those who are asked do', async () => {
    const hanging = new Set<string>();
    const { fetch } = globalThis;
    onTestFinished(() => {
      globalThis.fetch = fetch;
    });
    globalThis.fetch = async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : String(input));
      if (!hanging.has(url.port)) return fetch(input, init);
      const sent = JSON.stringify([url.href, init?.headers, init?.body]);
      throw new DOMException(`The operation timed out: ${sent}`, 'TimeoutError');
    };
    const { setTimeout } = globalThis;
    onTestFinished(() => {
      globalThis.setTimeout = setTimeout;
    });
    // Clients wait for seconds between attempts, which nothing here is about; bounds of time are longer.
    globalThis.setTimeout = Object.assign(
      (callback: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
        setTimeout(callback, ms >= 500 && ms < 15_000 ? ms / 20 : ms, ...given),
      setTimeout,
    );
    const leaks = await Promise.all(FAILURES.map((failure) => leaksUnder(failure, hanging)));
    expect(leaks.flat()).toEqual([]);
  }, 300_000);
});

/** Everything that gives a secret away while those who are asked fail in one way. */
async function leaksUnder(failure: Failure, hanging: Set<string>): Promise<string[]> {
  let places: readonly Place[] = [];
  const asked = new Set<string>();
  const opponents = await startOpponents(failure, (id) => {
    const known = places.filter((place) => place.id === id || place.kind === id);
    for (const place of known) asked.add(place.id);
    return known.flatMap(({ secrets }) => secrets);
  });
  onTestFinished(() => opponents.close());
  if (failure === 'no answer') hanging.add(String(opponents.http));
  const ops = await startJsonServer(() => ({ body: {} }));
  onTestFinished(() => ops.close());
  const scheme = failure === 'no TLS' ? 'https' : 'http';
  ({ places } = placesAt((id) => ({ ...opponents, http: `${scheme}://127.0.0.1:${opponents.http}/${id}` })));
  const { folder, env } = await project(places, ops.url);
  const leaks: string[] = [];
  const look = (where: string, text: string) => {
    leaks.push(...tracesIn(text).map((trace) => `${failure}, ${where}: ${trace}`));
  };
  const shown = SHOWN.includes(failure);
  const tests = places
    .filter(({ section }) => section === 'channels')
    .map(({ id }) => ['notify', '--test', id, '--log-level', 'debug']);
  let minute = 0;
  for (const args of [...ASKING, ...(shown ? [...tests, ...SHOWING] : [])]) {
    minute += 5;
    const cwd = args[0] === 'init' ? await tempFolder() : folder;
    const { stdout, stderr } = await krsync(cwd, args, { env, now: () => NOW + minute * MINUTE });
    look(`krsync ${args.join(' ')}`, stdout + stderr);
  }
  if (shown) {
    const served = await serveIn(folder, ['--log-level', 'debug'], { env });
    await served.logged(/next run at/);
    for (const path of PAGES) look(path, JSON.stringify(await served.get(path)));
    await served.stop();
    look('krsync serve', served.log());
  }
  for (const file of readdirSync(folder).filter((one) => one.startsWith('krsync.db'))) {
    look(file, readFileSync(join(folder, file), 'latin1'));
  }
  expect(ops.requests.length, `messages under ${failure}`).toBeGreaterThan(0);
  look('messages', JSON.stringify(ops.requests));
  if (failure === '401') {
    // An app whose key is none has nothing to ask with.
    const unasked = places
      .filter(({ id, settings }) => !asked.has(id) && !('app' in settings))
      .map(({ id, kind }) => `${id} ${kind}`);
    expect(unasked, 'whose servers were not asked').toEqual([]);
  }
  return leaks;
}

/** A project with every source and channel there is; every other secret comes from the environment. */
async function project(places: readonly Place[], ops: string) {
  const names = new Map(places.flatMap(({ secrets }) => secrets).map((secret, i) => [secret, `CANARY_${i}`]));
  const env = Object.fromEntries(Array.from(names, ([secret, name]) => [name, secret]));
  const hide = (_: string, value: unknown) => {
    const name = typeof value === 'string' ? names.get(value) : undefined;
    return name === undefined || name.endsWith('1') ? value : `\${${name}}`;
  };
  const section = (which: Place['section']) =>
    places
      .filter((place) => place.section === which)
      .map(({ id, kind, settings }) => {
        const rules =
          which === 'channels' ? { operator: true, digest: { schedule: '* * * * *', always: true } } : {};
        return { id, kind, ...rules, ...settings };
      });
  // As somebody pastes one where it does not belong.
  const [{ secrets: [pasted = ''] = [] } = {}] = places;
  const github = places.find(({ kind }) => kind === 'github')?.id;
  const csv = places.find(({ kind }) => kind === 'csv')?.id;
  const sample = (series: string, source: string | undefined) => ({
    measure: 'sample',
    source,
    options: { series },
    aggregate: 'last',
    window: '7d',
  });
  const folder = await tempFolder();
  const configuration = {
    cycles: [{ id: '2026-Q4', start: '2026-10-01', end: '2036-12-31' }],
    database: '../krsync.db',
    schedule: '15 6 * * *',
    sources: [...section('sources'), { id: 'ci', kind: 'push' }],
    channels: [...section('channels'), { id: 'ops', kind: 'webhook', url: `${ops}/hook`, operator: true }],
    objectives: [
      {
        id: 'o',
        title: `O ${pasted}`,
        owner: `ana@acme.dev ${pasted}`,
        keyResults: [
          {
            id: 'closed',
            title: `Closed ${pasted}`,
            start: 0,
            target: 40,
            metric: { measure: 'tickets-closed', source: github },
          },
          { id: 'signups', title: 'Signups', start: 0, target: 40, metric: sample('signups', csv) },
          { id: 'sent', title: 'Sent', start: 0, target: 40, metric: sample('sent', 'ci') },
        ],
      },
    ],
  };
  await writeProject(folder, { 'config/okrs.yaml': JSON.stringify(configuration, hide, 2) });
  return { folder, env };
}
