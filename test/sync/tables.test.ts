import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { csv } from '../../connectors/csv/index.ts';
import { connectors } from '../../connectors/index.ts';
import { openStore } from '../../src/store/index.ts';
import { fingerprintOf } from '../../src/sync/fingerprint.ts';
import { runSync } from '../../src/sync/index.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24');

test('another mapping of one table reads that table again, and no other', async () => {
  const folder = await tempFolder();
  for (const name of ['nps', 'csat']) {
    await writeFile(join(folder, `${name}.csv`), 'when,score,rating\n2026-11-01,9,3\n');
  }
  const store = await openStore({ path: join(folder, 'krsync.db'), now: () => NOW });
  onTestFinished(() => store.close());
  const table = (series: string, value: string) => ({
    path: join(folder, `${series}.csv`),
    series,
    map: { time: 'when', value },
  });
  async function read(tables: readonly object[]): Promise<readonly string[]> {
    const members: string[] = [];
    const { failures } = await runSync({
      sources: [{ id: 'ask', kind: 'csv', settings: csv.settings.parse({ tables }), directory: folder }],
      connectorOf: () => csv,
      store,
      since: at('2026-07-01'),
      signal: new AbortController().signal,
      now: () => NOW,
      logger: pino({ level: 'silent' }),
      fetch: globalThis.fetch,
      secrets: [],
      onEvent: (event) => void (event.type === 'batch' && members.push(event.key.member)),
    });
    expect(failures).toEqual([]);
    return members;
  }
  expect(await read([table('nps', 'score'), table('csat', 'score')])).toHaveLength(2);
  expect(await read([table('nps', 'score'), table('csat', 'score')])).toEqual([]);
  const [again, ...more] = await read([table('nps', 'score'), table('csat', 'rating')]);
  expect(again).toContain('csat');
  expect(more).toEqual([]);
});

test('every kind whose settings list tables or queries says which entry is whose', () => {
  for (const { kind, settings, streams } of Object.values(connectors)) {
    const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
    if (!('tables' in properties) && !('queries' in properties)) continue;
    const own = Object.values(streams).filter(({ definition }) => definition !== undefined);
    expect(own, kind).not.toEqual([]);
  }
});

test('how far back, and for how long, a source is asked begins nothing anew', () => {
  for (const [kind, own] of [
    ['prometheus', { overlap: '6h' }],
    ['sql', { timeLimit: '2m' }],
  ] as const) {
    const printOf = (settings: object) => fingerprintOf({ kind, version: 1, settings });
    const url = 'https://metrics.acme.dev';
    expect(printOf({ url, ...own }), kind).toBe(printOf({ url }));
    expect(printOf({ url, ...own }), kind).not.toBe(printOf({ url: 'https://elsewhere.acme.dev', ...own }));
  }
});
