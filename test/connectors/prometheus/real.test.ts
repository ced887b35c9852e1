import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prometheus } from '../../../connectors/prometheus/index.ts';
import { prometheusSettings } from '../../../connectors/prometheus/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { freePort } from '../../support/free-port.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { makeTempFolder } from '../../support/temp.ts';

const run = promisify(execFile);
const START = Date.parse('2026-10-01T00:00:00Z');
const MINUTE = 60_000;

async function isInstalled(): Promise<boolean> {
  return Promise.all([run('prometheus', ['--version']), run('promtool', ['--version'])]).then(
    () => true,
    () => false,
  );
}
const installed = await isInstalled();

/**
 * Twelve hours at five minutes: a counter that begins anew at 06:00, a gauge that is gone from 02:30 to 05:00, and a
 * counter that goes by another name from 08:00 on, while its target is scraped until 11:00.
 */
function openMetrics(): string {
  const times = Array.from({ length: 12 * 12 + 1 }, (_, index) => START + index * 5 * MINUTE);
  const seconds = (at: number) => at / 1000;
  const hours = (at: number) => (at - START) / HOUR;
  const counted = ['web', 'app'].flatMap((product) =>
    times.map((at) => {
      const since = hours(at) < 6 ? START : START + 6 * HOUR;
      const value = ((at - since) / (5 * MINUTE)) * (product === 'web' ? 1 : 2);
      return `signups_total{product="${product}",pod="${product}-1"} ${value} ${seconds(at)}`;
    }),
  );
  const depth = times
    .filter((at) => hours(at) < 2.5 || hours(at) >= 5)
    .map((at) => `queue_depth{product="web"} ${hours(at).toFixed(3)} ${seconds(at)}`);
  const orders = times
    .filter((at) => hours(at) <= 8)
    .map((at) => `orders_total ${hours(at) * 60} ${seconds(at)}`);
  const up = times.map((at) => `up{job="shop"} ${hours(at) <= 11 ? 1 : 0} ${seconds(at)}`);
  const families = {
    'signups counter': counted,
    'queue_depth gauge': depth,
    'orders counter': orders,
    'up gauge': up,
  };
  const lines = Object.entries(families).flatMap(([family, rows]) => [`# TYPE ${family}`, ...rows]);
  return [...lines, '# EOF', ''].join('\n');
}

describe.skipIf(!installed)('a real Prometheus (skipped where none is installed)', () => {
  let url = '';
  let child: ChildProcess | null = null;
  let folder: Awaited<ReturnType<typeof makeTempFolder>> | null = null;

  beforeAll(async () => {
    folder = await makeTempFolder();
    const file = join(folder.path, 'data.om');
    const data = join(folder.path, 'data');
    await writeFile(file, openMetrics());
    await writeFile(join(folder.path, 'prometheus.yml'), '');
    await run('promtool', [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      '--quiet',
      '--max-block-duration=24h',
      file,
      data,
    ]);
    const port = await freePort();
    url = `http://127.0.0.1:${port}/base`;
    child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder.path, 'prometheus.yml')}`,
        `--storage.tsdb.path=${data}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
        `--web.external-url=${url}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    for (let left = 200; left > 0; left -= 1) {
      const ready = await fetch(`${url}/-/ready`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      await delay(50);
    }
    throw new Error('prometheus did not become ready');
  }, 30_000);

  afterAll(async () => {
    if (child !== null && child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await folder?.dispose();
  });

  async function pull(query: object) {
    const settings = prometheusSettings.parse({ url, queries: [{ series: 'one', ...query }] });
    const context = pullContext(settings, { fetch, start: START, now: () => START + 12 * HOUR });
    const pulled = await drain(prometheus.streams.queries, context, 'one');
    return { ...pulled, samples: pulled.records as readonly Sample[] };
  }

  test('counts by steps what a counter counted, over its restart', async () => {
    const query = 'sum by (product) (increase(signups_total[1h]))';
    const { samples, batches, error } = await pull({ query, subject: 'product' });
    expect(error).toBeNull();
    const of = (subject: string) =>
      samples.filter((sample) => sample.subject === subject).map(({ value }) => Math.round(value));
    // What was counted between the last scrape and the restart is lost to Prometheus too.
    expect(of('web')).toEqual([12, 12, 12, 12, 12, 11, 12, 12, 12, 12, 12, 12]);
    expect(of('app')[3]).toBe(24);
    expect(batches.at(-1)?.coveredFrom).toBe(START);
  });

  test('has no value where nothing was measured, and what is older is not whole', async () => {
    const { samples, batches } = await pull({ query: 'queue_depth', subject: 'product' });
    expect(samples.map(({ value }) => value)).toEqual([1, 2, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(batches.at(-1)?.coveredFrom).toBe(START + 4 * HOUR);
    expect((await pull({ query: 'queue_depth / 0 - queue_depth / 0' })).samples).toEqual([]);
  });

  test('is whole only until the last value of a metric that was renamed', async () => {
    const query = 'sum(increase(orders_total[1h]))';
    const { samples, batches } = await pull({ query });
    expect(samples.map(({ value }) => Math.round(value))).toEqual(Array(8).fill(60));
    expect(batches.at(-1)).toMatchObject({ coveredFrom: START, coveredUntil: START + 8 * HOUR });
    const scraped = await pull({ query: `${query} or 0 * sum(up{job="shop"} == 1)` });
    expect(scraped.samples.map(({ value }) => Math.round(value))).toEqual([...Array(8).fill(60), 0, 0, 0]);
    expect(scraped.batches.at(-1)?.coveredUntil, 'one step may still come late').toBeNull();
  });

  test.each([
    ['sum(', 'input', 'unclosed left parenthesis'],
    ['label_join(signups_total, "pod", "", "product") * on () group_left () queue_depth', 'input', ''],
    ['"text"', 'input', 'invalid expression type'],
    ['label_replace(signups_total, "product", "", "pod", ".*")', 'input', 'differ in'],
  ])('refuses %s as %s', async (query, code, message) => {
    expect((await pull({ query })).error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('is asked for a long time in parts that it takes', async () => {
    const settings = prometheusSettings.parse({
      url,
      queries: [{ series: 'one', query: 'queue_depth', step: '1m', gaps: 'allow' }],
    });
    const context = pullContext(settings, { fetch, start: START - 240 * HOUR, now: () => START + 12 * HOUR });
    const { records, error, batches } = await drain(prometheus.streams.queries, context, 'one');
    expect([error, batches.length > 1]).toEqual([null, true]);
    expect(records.length).toBeGreaterThan(500);
  });
});
