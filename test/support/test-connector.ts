import { join } from 'node:path';
import { inspect } from 'node:util';
import pino, { type Logger } from 'pino';
import { describe, expect, test } from 'vitest';
import type { Batch, Connector, PullContext, Stream } from '../../connectors/contract.ts';
import { ConnectorError } from '../../connectors/errors.ts';
import type { EngineeringRecord, Instant } from '../../src/domain/records.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/index.ts';
import { tableOf } from '../../src/store/tables.ts';
import { recordFaults } from '../../src/store/values.ts';
import { boundFetch } from '../../src/sync/bounded-fetch.ts';
import type { SyncResult, SyncStore } from '../../src/sync/contract.ts';
import { runSync } from '../../src/sync/index.ts';
import { FAULTS, type Fault, faultyFetch, fieldNames, RESET, UNAUTHORIZED } from './faults.ts';
import { countRecords, type Rows, readRows } from './rows.ts';
import { leaksOf } from './secrets.ts';
import { makeTempFolder } from './temp.ts';

/** A source that a connector can pull from again and again, with the same outcome. */
export interface Prepared {
  /** As the connector's own schema gives them. */
  readonly settings: unknown;
  readonly start: Instant;
  readonly directory?: string;
  dispose(): Promise<void>;
}

export interface ConnectorCase {
  /** Tells several cases of one connector apart. */
  readonly name?: string;
  /** Speaks HTTP: the laws about requests and broken servers hold too. */
  readonly network: boolean;
  /** The secrets inside the settings. */
  readonly secrets: readonly string[];
  /** A new, unchanging source that yields records in several batches. Called once per test, several at a time. */
  prepare(): Promise<Prepared>;
}

type Fetch = typeof globalThis.fetch;
type AnyConnector = Connector<never>;

const SOURCE = 'source-under-test';
/** A server that never answers is waited for this long; one that does may be slow on a busy machine. */
const SILENCE = 400;
const PATIENCE = 20_000;
/** A law that repeats a pull does so at this many places, spread over it. */
const PLACES = 8;

interface SyncOverrides {
  readonly connector?: AnyConnector;
  readonly fetch?: Fetch;
  readonly store?: (store: Store) => SyncStore;
  readonly signal?: AbortSignal;
  readonly requestTimeout?: number;
}

/** One prepared source with a database of its own. */
interface Bench {
  readonly prepared: Prepared;
  readonly logs: () => string;
  readonly logger: Logger;
  sync(overrides?: SyncOverrides, database?: string): Promise<SyncResult>;
  rows(database?: string): Rows;
  errors(database?: string): Promise<string[]>;
}

/**
 * Registers the laws that every connector keeps: see "Add a connector" in CONTRIBUTING.md. They run the
 * real sync into the real store.
 */
export function testConnector<Settings>(typed: Connector<Settings>, testCase: ConnectorCase): void {
  const connector = typed as unknown as AnyConnector;

  async function withBench(work: (bench: Bench) => Promise<void>): Promise<void> {
    const folder = await makeTempFolder();
    const prepared = await testCase.prepare();
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const pathOf = (database = 'krsync') => join(folder.path, `${database}.db`);

    async function sync(overrides: SyncOverrides = {}, database?: string): Promise<SyncResult> {
      const store = await openStore({ path: pathOf(database), now: Date.now });
      try {
        return await runSync({
          sources: [
            {
              id: SOURCE,
              kind: connector.kind,
              settings: prepared.settings,
              directory: prepared.directory ?? folder.path,
            },
          ],
          connectorOf: () => (overrides.connector ?? connector) as unknown as Connector,
          store: overrides.store?.(store) ?? store,
          since: prepared.start,
          signal: overrides.signal ?? new AbortController().signal,
          now: Date.now,
          logger,
          fetch: overrides.fetch ?? globalThis.fetch,
          secrets: testCase.secrets,
          requestTimeout: overrides.requestTimeout ?? 10_000,
        });
      } finally {
        await store.close();
      }
    }

    async function errors(database?: string): Promise<string[]> {
      const store = await openStore({ path: pathOf(database), readonly: true, now: Date.now });
      try {
        const texts = [...(await store.members()), ...(await store.streamFailures())].map((one) => one.error);
        return texts.filter((text) => text !== null);
      } finally {
        await store.close();
      }
    }

    try {
      const rows = (database?: string) => readRows(pathOf(database));
      await work({ prepared, logger, logs: () => lines.join(''), sync, rows, errors });
    } finally {
      await prepared.dispose();
      await folder.dispose();
    }
  }

  /** A first pull that nothing disturbs. */
  async function undisturbed(bench: Bench): Promise<Rows> {
    const result = await bench.sync({}, 'undisturbed');
    expect(result.failures).toEqual([]);
    const rows = bench.rows('undisturbed');
    expect(countRecords(rows), 'the prepared source yields records').toBeGreaterThan(0);
    return rows;
  }

  function expectNoLeak(what: string, text: string): void {
    expect(leaksOf(text, testCase.secrets), `${what} gives a secret away: ${text.slice(0, 2000)}`).toEqual(
      [],
    );
  }

  const title = testCase.name ? `${connector.kind} (${testCase.name})` : connector.kind;
  describe(`the contract of a connector: ${title}`, () => {
    test('unknown settings are refused', async () => {
      await withBench(async ({ prepared }) => {
        const settings = { ...(prepared.settings as object), 'no-such-setting': 1 };
        const issues = connector.settings.safeParse(settings).error?.issues ?? [];
        expect(JSON.stringify(issues)).toContain('no-such-setting');
      });
    });

    test('check resolves', async () => {
      await withBench(async ({ prepared, logger }) => {
        await connector.check(contextOf(prepared, logger, globalThis.fetch) as PullContext<never>);
      });
    });

    test('records are whole, of the types that the stream yields, with times in whole UTC milliseconds', async () => {
      await withBench(async (bench) => {
        const faults: string[] = [];
        const owners = new Map<string, string>();
        let records = 0;
        const onBatch = (name: string, stream: AnyStream, member: string, batch: Batch) => {
          for (const record of batch.records) {
            records += 1;
            const natural = `${record.recordType} ${record.id}`;
            const found = faultsOf(record, stream, member);
            // The same record may come twice; two records must not share an id, nor two members a record.
            const content = JSON.stringify([name, member, record]);
            const before = owners.get(natural);
            if (before !== undefined && before !== content) found.push('shares its id with another record');
            owners.set(natural, content);
            faults.push(...found.map((fault) => `${name}: ${natural} ${fault}`));
          }
        };
        const result = await bench.sync({ connector: observed(connector, onBatch) });
        expect(result.failures).toEqual([]);
        expect(records).toBeGreaterThan(0);
        expect(faults).toEqual([]);
        expect(bench.rows().members.every((member) => member.complete === 1)).toBe(true);
      });
    });

    test('a second pull from an unchanged source changes no row', async () => {
      await withBench(async (bench) => {
        const first = await undisturbed(bench);
        const again = await bench.sync({}, 'undisturbed');
        expect(again.failures).toEqual([]);
        expect(again.changed).toBe(0);
        expect(bench.rows('undisturbed')).toEqual(first);
      });
    });

    test('storing a batch twice changes nothing the second time', async () => {
      await withBench(async (bench) => {
        const expected = await undisturbed(bench);
        const changes: number[] = [];
        const result = await bench.sync({
          store: (store) => ({
            ...store,
            async commitBatch(key, batch) {
              const first = await store.commitBatch(key, batch);
              changes.push((await store.commitBatch(key, batch)).changed);
              return first;
            },
          }),
        });
        expect(result.failures).toEqual([]);
        expect(changes.every((changed) => changed === 0)).toBe(true);
        expect(bench.rows()).toEqual(expected);
      });
    });

    test('failing before or after any batch and resuming loses nothing and doubles nothing', async () => {
      await withBench(async (bench) => {
        let batches = 0;
        const result = await bench.sync(
          { connector: observed(connector, () => void batches++) },
          'undisturbed',
        );
        expect(result.failures).toEqual([]);
        const expected = bench.rows('undisturbed');
        for (const moment of ['before', 'after'] as const) {
          for (const place of spread(batches)) {
            const database = `${moment}-${place}`;
            const failed = await bench.sync({ connector: failing(connector, place, moment) }, database);
            expect(failed.failures.length, `failed ${moment} batch ${place}`).toBeGreaterThan(0);
            const resumed = await bench.sync({}, database);
            expect(resumed.failures).toEqual([]);
            expect(bench.rows(database), `failed ${moment} batch ${place}`).toEqual(expected);
          }
        }
      });
    });

    test('a pull that is stopped ends at once as interrupted, and resumes', async () => {
      await withBench(async (bench) => {
        const expected = await undisturbed(bench);
        const stop = new AbortController();
        let stoppedAt = 0;
        const onBatch = () => {
          stoppedAt ||= performance.now();
          stop.abort();
        };
        const run = bench.sync({ connector: observed(connector, onBatch), signal: stop.signal });
        await expect(run).rejects.toMatchObject({ name: 'AbortError' });
        expect(performance.now() - stoppedAt).toBeLessThan(1500);
        expect(bench.rows().members.some((member) => member.complete === 0)).toBe(true);
        expect((await bench.sync()).failures).toEqual([]);
        expect(bench.rows()).toEqual(expected);
      });
    });

    test('no log line contains a secret', async () => {
      await withBench(async (bench) => {
        await bench.sync();
        await bench.sync();
        expectNoLeak('a log line', bench.logs());
      });
    });

    if (testCase.network) testNetwork();
  });

  function testNetwork(): void {
    test('a second pull costs at most one request per member and stream', async () => {
      await withBench(async (bench) => {
        const first = await bench.sync();
        expect(first.failures).toEqual([]);
        expect(first.requests, 'requests go through context.fetch').toBeGreaterThan(0);
        const listing = faultyFetch(UNAUTHORIZED, () => false);
        const context = contextOf(bench.prepared, bench.logger, listing.fetch);
        for (const stream of streamsOf(connector)) {
          for await (const _ of stream.members(context));
        }
        const again = await bench.sync();
        expect(again.failures).toEqual([]);
        expect(again.requests).toBeLessThanOrEqual(bench.rows().members.length + listing.urls.length);
      });
    });

    for (const fault of FAULTS) {
      test.concurrent(`${fault.name} is ${fault.transient ? 'transient' : 'permanent'}, and the error says where and what to do`, async () => {
        await withBench((bench) => expectTold(bench, fault));
      }, 60_000);
    }

    test.concurrent('a refusal in the middle of a pull fails, keeps what was stored, and resumes', async () => {
      await withBench(async (bench) => {
        const expected = await undisturbed(bench);
        const total = (await bench.sync({}, 'counted')).requests;
        for (const place of spread(total)) {
          const database = `refused-${place}`;
          const { fetch } = faultyFetch(UNAUTHORIZED, (request) => request >= place);
          const refused = await bench.sync({ fetch }, database);
          expect(refused.failures.length, `refused from request ${place} on`).toBeGreaterThan(0);
          for (const text of await bench.errors(database)) expectNoLeak('a stored error', text);
          expectNoLeak('a failure', JSON.stringify(refused.failures));
          expect((await bench.sync({}, database)).failures).toEqual([]);
          expect(bench.rows(database), `refused from request ${place} on`).toEqual(expected);
        }
        expectNoLeak('a log line', bench.logs());
      });
    }, 120_000);

    test.concurrent('one reset connection anywhere loses nothing and doubles nothing', async () => {
      await withBench(async (bench) => {
        const expected = await undisturbed(bench);
        const total = (await bench.sync({}, 'counted')).requests;
        for (const place of spread(total)) {
          const database = `reset-${place}`;
          const { fetch } = faultyFetch(RESET, (request) => request === place);
          await bench.sync({ fetch }, database);
          expect((await bench.sync({}, database)).failures).toEqual([]);
          expect(bench.rows(database), `request ${place} was reset`).toEqual(expected);
        }
      });
    }, 120_000);
  }

  /** The error of a first pull whose requests meet the fault where `when` says so. */
  async function tell(bench: Bench, fault: Fault, when: (request: number) => boolean): Promise<void> {
    const answers: string[] = [];
    const faulty = faultyFetch(
      (request, real) =>
        fault.behaviour(request, async () => {
          const response = await real();
          answers.push(await response.clone().text());
          return response;
        }),
      when,
    );
    const began = Date.now();
    const timeout = fault.codes.includes('timeout') ? SILENCE : PATIENCE;
    const bounded = boundFetch(faulty.fetch, new AbortController().signal, timeout);
    const error = await firstError(connector, contextOf(bench.prepared, bench.logger, bounded.fetch));
    if (!(error instanceof ConnectorError)) {
      throw new Error(`a ConnectorError was expected after ${faulty.urls.at(-1)}`, { cause: error });
    }
    expect(fault.codes, error.message).toContain(error.code);
    expect(error.transient).toBe(fault.transient);
    expect(error.remedy).not.toBe('');
    const asked = faulty.urls.some((url) => error.endpoint.includes(new URL(url).pathname));
    expect(asked, `${error.endpoint} is what was asked`).toBe(true);
    if (fault.retryAfter !== undefined) {
      expect(error.retryAt).toBeGreaterThan(began + (fault.retryAfter - 60) * 1000);
      expect(error.retryAt).toBeLessThan(Date.now() + (fault.retryAfter + 60) * 1000);
    }
    if (fault.namesField) {
      const names = [...fieldNames(answers.join('\n'))];
      const named = names.some((name) => error.message.includes(name)) || /\[\d+\]/.test(error.message);
      expect(named, `${error.message} names a field`).toBe(true);
    }
    expectNoLeak('the error', inspect(error, { depth: 12 }));
    expectNoLeak('a log line', bench.logs());
  }

  async function expectTold(bench: Bench, fault: Fault): Promise<void> {
    await tell(bench, fault, () => true);
    if (!fault.everywhere) return;
    // Each endpoint has a shape of its own.
    const shaped: number[] = [];
    const counted = faultyFetch(
      async (_, real) => {
        const request = counted.urls.length;
        const response = await real();
        // An answer without a body, such as a 304, has no shape, and an archive none of JSON.
        const isArchive = response.headers.get('content-type') === 'application/zip';
        if (response.status === 200 && !isArchive) shaped.push(request);
        return response;
      },
      () => true,
    );
    await firstError(connector, contextOf(bench.prepared, bench.logger, counted.fetch));
    for (const place of spread(shaped.length)) {
      await tell(bench, fault, (request) => request === shaped[place - 1]);
    }
  }
}

type AnyStream = Stream<never>;

function streamsOf(connector: AnyConnector): Stream[] {
  return Object.values(connector.streams) as unknown as Stream[];
}

function contextOf(prepared: Prepared, logger: Logger, fetch: Fetch): PullContext {
  return {
    settings: prepared.settings,
    start: prepared.start,
    signal: new AbortController().signal,
    fetch,
    now: Date.now,
    storedIds: () => Promise.resolve([]),
    logger,
    directory: prepared.directory ?? '/',
  };
}

/** Up to PLACES of the numbers 1..total, the first and the last among them. */
function spread(total: number): number[] {
  if (total <= PLACES) return Array.from({ length: total }, (_, index) => index + 1);
  const step = (total - 1) / (PLACES - 1);
  return Array.from({ length: PLACES }, (_, index) => 1 + Math.round(index * step));
}

function wrapStreams(
  connector: AnyConnector,
  wrap: (name: string, stream: AnyStream) => AnyStream['pull'],
): AnyConnector {
  const streams = Object.entries(connector.streams).map(([name, stream]) => {
    const members: AnyStream['members'] = (context) => stream.members(context);
    return [name, { ...stream, members, pull: wrap(name, stream) }] as const;
  });
  return {
    kind: connector.kind,
    title: connector.title,
    settings: connector.settings,
    check: (context) => connector.check(context),
    streams: Object.fromEntries(streams),
  };
}

/** The connector, with every batch shown before it is handed on. */
function observed(
  connector: AnyConnector,
  onBatch: (name: string, stream: AnyStream, member: string, batch: Batch) => void,
): AnyConnector {
  return wrapStreams(
    connector,
    (name, stream) =>
      async function* (context, member, cursor) {
        for await (const batch of stream.pull(context, member, cursor)) {
          onBatch(name, stream, member, batch);
          yield batch;
        }
      },
  );
}

/** The connector, failing for good before or after its batch number `place` of the run is stored. */
function failing(connector: AnyConnector, place: number, moment: 'before' | 'after'): AnyConnector {
  let count = 0;
  return wrapStreams(
    connector,
    (_, stream) =>
      async function* (context, member, cursor) {
        for await (const batch of stream.pull(context, member, cursor)) {
          count += 1;
          if (count > place || (count === place && moment === 'before'))
            throw new Error('stopped by the test');
          yield batch;
          if (count === place) {
            count += 1;
            throw new Error('stopped by the test');
          }
        }
      },
  );
}

async function firstError(connector: AnyConnector, context: PullContext): Promise<unknown> {
  try {
    for (const stream of streamsOf(connector)) {
      for await (const member of stream.members(context)) {
        for await (const _ of stream.pull(context, member.id, null));
      }
    }
    return null;
  } catch (error) {
    return error;
  }
}

/**
 * The times of a record that lie outside any tool's life: seconds taken for milliseconds, or the future. A sprint's
 * end is planned.
 */
function timeFaults(record: EngineeringRecord): string[] {
  const latest = Date.now() + 2 * 86_400_000;
  const times = tableOf(record.recordType).columns.filter((column) => column.kind === 'time');
  return times.flatMap(({ field }) => {
    const at = (record as unknown as { [field: string]: number | null })[field] ?? null;
    const planned = record.recordType === 'sprint' && field === 'endAt' ? 365 * 86_400_000 : 0;
    return at === null || (at > 1e11 && at < latest + planned)
      ? []
      : [`${field} is ${at}, which is no likely time`];
  });
}

/** `resolvedAt` is what the store finds tickets by, so it must be what the history says. */
function historyFaults(record: EngineeringRecord): string[] {
  if (record.recordType !== 'ticket' && record.recordType !== 'pull_request') return [];
  const history = record.history ?? [];
  const faults: string[] = [];
  if (history.some((change, index) => index > 0 && change.at < (history[index - 1]?.at ?? 0))) {
    faults.push('history is not oldest first');
  }
  if (record.recordType !== 'ticket') return faults;
  const moves = history.filter((change) => change.field === 'statusCategory');
  const last = moves.at(-1);
  if (!last) return faults;
  if (last.to !== record.statusCategory) faults.push('statusCategory is not what its history ends with');
  const entries = moves.filter((change) => change.to === 'done' && change.from !== 'done');
  const resolved = last.to === 'done' ? (entries.at(-1)?.at ?? null) : null;
  if (resolved !== record.resolvedAt)
    faults.push('resolvedAt is not the last entry into done of its history');
  return faults;
}

function faultsOf(record: EngineeringRecord, stream: AnyStream, member: string): string[] {
  const fields = record as unknown as { [field: string]: unknown };
  const faults = recordFaults(tableOf(record.recordType), fields);
  if (faults.length > 0) return faults;
  if (!stream.yields.includes(record.recordType)) faults.push('is of a type that the stream does not yield');
  if (record.id === '' || record.key === '') faults.push('has an empty id or key');
  if (record.url !== null && !URL.canParse(record.url))
    faults.push(`has the url ${record.url}, which is none`);
  if (stream.memberField && fields[stream.memberField] !== member) {
    faults.push(
      `has the ${stream.memberField} ${String(fields[stream.memberField])} under the member ${member}`,
    );
  }
  return [...faults, ...timeFaults(record), ...historyFaults(record)];
}
