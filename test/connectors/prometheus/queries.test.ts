import { afterEach, describe, expect, test } from 'vitest';
import type { PullContext } from '../../../connectors/contract.ts';
import type { ConnectorError } from '../../../connectors/errors.ts';
import { prometheus } from '../../../connectors/prometheus/index.ts';
import { type PrometheusSettings, prometheusSettings } from '../../../connectors/prometheus/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import type { ServedTable } from '../../support/table-server.ts';
import { json, prometheusStandin, refusal, type Series, type Standin } from './standin.ts';

const START = Date.parse('2026-10-01T00:00:00Z');
const NOW = START + 10 * HOUR + 60_000;
const hour = (count: number) => START + count * HOUR;

let server: Standin | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(
  found: readonly Series[] | ServedTable,
  options: { beside?: Record<string, unknown>; path?: string } = {},
): Promise<void> {
  await server?.close();
  server = await prometheusStandin({ queries: { q: found }, ...options });
}

/** One series without labels whose values are those of a function of the hours since the start. */
const line = (at: (hours: number) => string | null): readonly Series[] => [
  { metric: {}, at: (time) => at((time - START) / HOUR) },
];

interface Settings {
  readonly query?: object;
  readonly source?: object;
}

async function pull(
  { query = {}, source = {} }: Settings = {},
  context: Partial<PullContext<PrometheusSettings>> = {},
  cursor: string | null = null,
) {
  const settings = prometheusSettings.parse({
    url: server?.url,
    queries: [{ series: 'latency', query: 'q', ...query }],
    ...source,
  });
  const all = pullContext(settings, { fetch, start: START, now: () => NOW, ...context });
  const pulled = await drain(prometheus.streams.queries, all, 'latency', cursor);
  return {
    ...pulled,
    samples: pulled.records as readonly Sample[],
    wholeFrom: pulled.batches.at(-1)?.coveredFrom,
    wholeUntil: pulled.batches.at(-1)?.coveredUntil,
  };
}

const values = (samples: readonly Sample[]) => samples.map(({ value }) => value);

describe('a query', () => {
  test('yields a sample for each step, dated within it, about the subject that a label names', async () => {
    await serve([
      { metric: { __name__: 'up', job: 'api', env: 'prod' }, at: () => '0.5' },
      { metric: { __name__: 'up', job: 'web', env: 'prod' }, at: () => '0' },
    ]);
    const { samples, error } = await pull({ query: { subject: ['env', 'job'], step: '6h' } });
    expect(error).toBeNull();
    expect(samples).toMatchObject([
      {
        subject: 'prod/api',
        value: 0.5,
        series: 'latency',
        measuredAt: hour(6) - 1,
        labels: { job: 'api', env: 'prod' },
      },
      { subject: 'prod/web', value: 0, measuredAt: hour(6) - 1 },
    ]);
  });

  test('that yields no number at a step yields no sample there, and it is no gap', async () => {
    await serve(line((hours) => ['1', 'NaN', '+Inf', '-Inf', '0', '1e-3'][hours % 6] ?? null));
    const { samples, wholeFrom } = await pull();
    expect(values(samples)).toEqual([0, 0.001, 1, 0]);
    expect(wholeFrom).toBe(START);
  });

  test('is signed in to under the base path of the server, with headers of its own', async () => {
    await serve(
      line(() => '1'),
      { path: '/prometheus' },
    );
    await pull({ source: { user: 'ana', password: 'öppna', headers: { 'X-Scope-OrgID': 'acme' } } });
    expect(server?.requests[0]).toMatchObject({
      method: 'POST',
      url: '/prometheus/api/v1/query_range',
      headers: {
        'x-scope-orgid': 'acme',
        authorization: `Basic ${Buffer.from('ana:öppna').toString('base64')}`,
      },
    });
  });

  test('about one subject with several values at a step is refused, and told what sets them apart', async () => {
    await serve([
      { metric: { pod: 'a', job: 'api' }, at: () => '1' },
      { metric: { pod: 'b', job: 'api' }, at: () => '2' },
    ]);
    const { error, batches } = await pull({ query: { subject: 'job' } });
    expect([(error as Error).message, batches]).toEqual([
      expect.stringMatching(/several values about `api` at .*, which differ in `pod`$/),
      [],
    ]);
    expect(((await pull({ query: { subject: 'jobs' } })).error as Error).message).toContain(
      'no label `jobs`; nearest is `job`',
    );
    expect(values((await pull({ query: { subject: 'pod', step: '6h' } })).samples)).toEqual([1, 2]);
  });

  test('about one subject that goes on under another label is one series', async () => {
    await serve([
      { metric: { version: '1' }, at: (at) => (at <= hour(5) ? '1' : null) },
      { metric: { version: '2' }, at: (at) => (at > hour(5) ? '2' : null) },
    ]);
    expect(values((await pull()).samples)).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  test('is previewed with its newest values', async () => {
    await serve(line(String));
    const settings = prometheusSettings.parse({
      url: server?.url,
      queries: [{ series: 'latency', query: 'q' }],
    });
    const [preview] = (await prometheus.preview?.(pullContext(settings, { fetch, now: () => NOW }), 3)) ?? [];
    expect([preview?.title, values(preview?.samples ?? [])]).toEqual(['latency', [10, 9, 8]]);
  });
});

describe('what the server has not', () => {
  test('before its first value is not known, for it may be older than it keeps', async () => {
    await serve(line((hours) => (hours > 4 ? '1' : null)));
    expect((await pull()).wholeFrom).toBe(hour(4));
  });

  test('at any time is known from no time on', async () => {
    await serve(line(() => null));
    const first = await pull();
    expect([first.samples, first.wholeFrom]).toEqual([[], hour(10)]);
    await serve(line((hours) => (hours > 11 ? '1' : null)));
    const later = await pull({}, { now: () => hour(13) }, first.cursor);
    expect([values(later.samples), later.wholeFrom]).toEqual([[1, 1], hour(11)]);
  });

  test('at a step between others makes what is older not whole, unless gaps are allowed', async () => {
    await serve(line((hours) => (hours === 3 || hours === 5 ? null : '1')));
    expect((await pull()).wholeFrom).toBe(hour(5));
    expect((await pull({ query: { gaps: 'allow' } })).wholeFrom).toBe(START);
  });

  test('at the last steps ends what is whole, once it can no longer arrive late', async () => {
    await serve(line((hours) => (hours > 9 ? null : '1')));
    expect((await pull()).wholeUntil, 'the overlap still waits for it').toBeNull();
    await serve(line((hours) => (hours > 8 ? null : '1')));
    const ended = await pull();
    expect([ended.wholeFrom, ended.wholeUntil]).toEqual([START, hour(8)]);
    const longAfter = await pull({}, { now: () => hour(90) }, ended.cursor);
    expect([longAfter.wholeFrom, longAfter.wholeUntil]).toEqual([START, hour(8)]);
    expect((await pull({ source: { overlap: '3h' } })).wholeUntil).toBeNull();
    expect((await pull({ query: { gaps: 'allow' } })).wholeUntil).toBeNull();
    await serve(line((hours) => (hours > 8 ? 'NaN' : '1')));
    expect((await pull()).wholeUntil, 'NaN is an answer').toBeNull();
  });

  test('at the last steps is a gap between values when later ones have a value', async () => {
    await serve(line((hours) => (hours > 7 ? null : '1')));
    const first = await pull();
    expect(first.wholeFrom).toBe(START);
    await serve(line((hours) => (hours > 7 && hours < 15 ? null : '1')));
    const later = await pull({}, { now: () => hour(20) }, first.cursor);
    expect([later.wholeFrom, later.wholeUntil]).toEqual([hour(14), null]);
    const again = await pull({}, { now: () => hour(30) }, later.cursor);
    expect(again.wholeFrom).toBe(hour(14));
  });

  test('any more is kept, and only the overlap is asked for again', async () => {
    await serve(line(() => '1'));
    const first = await pull();
    await serve(line((hours) => (hours > 11 ? '2' : null)));
    const later = await pull(
      {},
      { now: () => hour(12), storedIds: async () => first.records.map(({ id }) => id) },
      first.cursor,
    );
    expect(later.removed).toEqual([]);
    expect(values(later.samples)).toEqual([2]);
    expect(server?.asked).toMatchObject([{ start: hour(10), end: hour(12) }]);
  });
});

describe('a later pull', () => {
  test('takes what came late to steps of the overlap in place of what stood there', async () => {
    await serve(line((hours) => (hours === 9 ? null : String(hours))));
    const first = await pull({ source: { overlap: '3h' } });
    expect(first.wholeFrom).toBe(hour(9));
    await serve(line((hours) => (hours === 10 ? '100' : String(hours))));
    const later = await pull({ source: { overlap: '3h' } }, { now: () => hour(11) }, first.cursor);
    expect(values(later.samples)).toEqual([8, 9, 100, 11]);
    expect(later.wholeFrom).toBe(START);
    const ids = first.samples.map(({ id }) => id);
    expect(later.samples.map(({ id }) => ids.includes(id))).toEqual([true, false, true, false]);
  });

  /** What is live after a pull of what was live before it. */
  async function live(
    before: readonly Sample[],
    settings: Settings,
    context: Partial<PullContext<PrometheusSettings>> = {},
    cursor: string | null = null,
  ) {
    const storedIds = async () => before.map(({ id }) => id);
    const pulled = await pull(settings, { storedIds, ...context }, cursor);
    const stored = new Map([...before, ...pulled.samples].map((sample) => [sample.id, sample]));
    for (const { id } of pulled.removed) expect(stored.delete(id)).toBe(true);
    return { ...pulled, live: [...stored.values()].sort((a, b) => a.measuredAt - b.measuredAt) };
  }

  test('of another step, subject or query takes out what the earlier one yielded', async () => {
    await serve(line(() => '30'));
    const first = await pull({ query: { step: '30m' } });
    await serve(line(() => '60'));
    const coarser = await live(first.samples, {});
    expect(values(coarser.live)).toEqual(Array(10).fill(60));
    const named = await live(coarser.live, { query: { subject: { is: 'web' } } });
    expect(named.live).toMatchObject(Array(10).fill({ subject: 'web', value: 60 }));
    const finer = await live(named.live, { query: { step: '30m' } });
    expect(values(finer.live)).toEqual(Array(20).fill(60));
  });

  test('that begins anew keeps what the server no longer does, and nothing twice', async () => {
    await serve(line(() => '30'));
    const first = await pull({ query: { step: '30m' } });
    await serve(line((hours) => (hours < 6 ? null : '60')));
    const { live: now } = await live(first.samples, {});
    expect(values(now)).toEqual([...Array(10).fill(30), ...Array(5).fill(60)]);
    expect(now.at(9)?.measuredAt).toBe(hour(5) - 1);
  });

  test('of the overlap takes out a value that turned NaN, and a line that went', async () => {
    const two = (a: string, b: string | null): readonly Series[] => [
      { metric: { job: 'a' }, at: (at) => (at <= hour(8) ? '1' : a) },
      { metric: { job: 'b' }, at: (at) => (at <= hour(8) ? '1' : b) },
    ];
    const settings = { query: { subject: 'job' }, source: { overlap: '3h' } };
    await serve(two('2', '3'));
    const first = await pull(settings);
    await serve(two('NaN', null));
    const again = await live(first.samples, settings, {}, first.cursor);
    expect(again.removed).toHaveLength(4);
    expect(values(again.live)).toEqual(Array(16).fill(1));
  });

  test('takes nothing out where the server has no point at all', async () => {
    await serve(line(() => '1'));
    const first = await pull();
    await serve(line(() => null));
    expect((await live(first.samples, {}, {}, first.cursor)).removed).toEqual([]);
    expect((await live(first.samples, { query: { step: '30m' } })).removed).toEqual([]);
  });

  test('of a long time asks in parts that a server answers, which meet and do not overlap', async () => {
    await serve(line(() => null));
    const from = { query: { step: '1m' }, source: {} };
    const { cursor } = await pull(from, { now: () => START + 20 * DAY });
    const parts = server?.asked ?? [];
    expect(parts.length).toBe(3);
    for (const [index, { start, end, step }] of parts.entries()) {
      expect((end - start) / step).toBeLessThan(11_000);
      expect(start).toBe(index === 0 ? START + 60_000 : (parts[index - 1]?.end ?? 0) + step);
    }
    expect(parts.at(-1)?.end).toBe(START + 20 * DAY);
    await pull(from, { now: () => START + 20 * DAY }, cursor);
    expect(server?.asked).toHaveLength(4);
  });
});

describe('an answer', () => {
  async function refused(found: readonly Series[] | ServedTable, beside: Record<string, unknown> = {}) {
    await serve(found, { beside });
    const { error, batches } = await pull({ source: { token: 'prometheus-secret-1' } });
    expect(batches).toEqual([]);
    return error as ConnectorError;
  }

  test('that is not whole is never stored, and is asked for again', async () => {
    const one = line(() => '1');
    const store = 'receive series from Addr: store:10901: rpc error';
    expect(await refused(one, { warnings: [store] })).toMatchObject({
      code: 'server',
      message: `The answer is incomplete: ${store}`,
    });
    expect(await refused(one, { isPartial: true })).toMatchObject({ code: 'server' });
    expect(server?.requests[0]?.body).toContain('partial_response=false');
  });

  test('with a warning of the query is refused for good, and with a remark is taken', async () => {
    const warning = 'PromQL warning: quantile value should be between 0 and 1, got 95 (1:4)';
    expect(
      await refused(
        line(() => '1'),
        { warnings: [warning] },
      ),
    ).toMatchObject({
      code: 'input',
      message: expect.stringContaining(warning),
    });
    const remark = 'PromQL info: metric might not be a counter';
    await serve(
      line(() => '1'),
      { beside: { warnings: [remark], infos: [remark] } },
    );
    expect((await pull()).samples).toHaveLength(10);
  });

  test('that refuses the query says why, without what was sent', async () => {
    const { message, code, remedy } = await refused(
      refusal(400, 'bad_data', '1:5: parse error: unclosed left parenthesis prometheus-secret-1'),
    );
    expect([code, message]).toEqual([
      'input',
      'The server answered 400: 1:5: parse error: unclosed left parenthesis [redacted]',
    ]);
    expect(remedy).toContain('Correct the query');
    expect(await refused(refusal(422, 'execution', 'many-to-many matching not allowed'))).toMatchObject({
      code: 'input',
      message: expect.stringContaining('many-to-many'),
    });
    expect(await refused(refusal(503, 'timeout', 'query timed out in expression evaluation'))).toMatchObject({
      code: 'server',
      message: expect.stringContaining('query timed out'),
    });
  }, 15_000);

  test('that refuses the query is not mangled by a header of a few signs', async () => {
    await serve(refusal(400, 'bad_data', '1:5: parse error at acme-key-31'));
    const { error } = await pull({ source: { headers: { 'X-Scope-OrgID': '1', 'X-Key': 'acme-key-31' } } });
    expect((error as Error).message).toBe('The server answered 400: 1:5: parse error at [redacted]');
  });

  test('of another kind is refused by what it is', async () => {
    const data = (resultType: string, result: unknown) =>
      json({ status: 'success', data: { resultType, result } });
    const told = async (served: ServedTable) => (await refused(served)).message;
    expect(await told(data('vector', []))).toContain('data.resultType is vector, not matrix');
    const histogram = { metric: {}, histograms: [[hour(1) / 1000, { count: '1', sum: '1', buckets: [] }]] };
    expect(await told(data('matrix', [histogram]))).toContain('native histograms');
    const odd = { metric: {}, values: [[hour(1) / 1000 + 7, '1']] };
    expect(await told(data('matrix', [odd]))).toContain('data.result[0].values[0] is of another time');
    const text = { metric: {}, values: [[hour(1) / 1000, '0x']] };
    expect(await told(data('matrix', [text]))).toContain('data.result[0].values[0] is not a number');
  });
});

describe('settings', () => {
  const faultOf = (query: object, source: object = {}) =>
    JSON.stringify(
      prometheusSettings.safeParse({
        url: 'http://prometheus.test',
        queries: [{ series: 'latency', query: 'q', ...query }],
        ...source,
      }).error?.issues ?? null,
    );

  test('take steps that part a day, and an address before the API', () => {
    expect(faultOf({ step: '15m' })).toBe('null');
    for (const step of ['7m', '30s', '1w', '1', 'hour']) expect(faultOf({ step })).toContain('"step"');
    expect(faultOf({}, { url: 'http://prometheus.test/api/v1/' })).toContain('before `/api/v1`');
    const twice = [
      { series: 'a', query: 'x' },
      { series: 'a', query: 'y' },
    ];
    expect(faultOf({}, { queries: twice })).toContain('join them with `or`');
  });
});
