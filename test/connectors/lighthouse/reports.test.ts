import { appendFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lighthouse } from '../../../connectors/lighthouse/index.ts';
import type { LighthouseReport, LighthouseSettings } from '../../../connectors/lighthouse/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';

/** A run as versions from 7 on write it, as far as krsync reads it. */
function run(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    lighthouseVersion: '12.0.0',
    fetchTime: '2026-11-24T03:35:00.965Z',
    requestedUrl: 'https://acme.dev/',
    finalDisplayedUrl: 'https://acme.dev/en?visit=1',
    configSettings: { formFactor: 'desktop' },
    audits: { 'largest-contentful-paint': { scoreDisplayMode: 'numeric', score: 1, numericValue: 1200.5 } },
    categories: { performance: { score: 0.9 } },
    ...overrides,
  };
}

interface Pulled {
  readonly samples: readonly Sample[];
  readonly values: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly cursor: string | null;
  readonly batches: number;
  readonly error: unknown;
}

async function pull(
  directory: string,
  report: LighthouseReport,
  cursor: string | null = null,
): Promise<Pulled> {
  const context = pullContext<LighthouseSettings>({ reports: [report] }, { directory });
  const members: string[] = [];
  for await (const { id } of lighthouse.streams.reports?.members(context) ?? []) members.push(id);
  const pulled = await drain(lighthouse.streams.reports, context, members[0] ?? '', cursor);
  const samples = pulled.records.filter((record): record is Sample => record.recordType === 'sample');
  return {
    samples,
    values: Object.fromEntries(samples.map((sample) => [sample.series, sample.value])),
    warnings: context.warnings,
    cursor: pulled.cursor,
    batches: pulled.batches.length,
    error: pulled.error,
  };
}

async function pullOne(content: unknown, report: Partial<LighthouseReport> = {}): Promise<Pulled> {
  const directory = await tempFolder();
  await writeFile(
    join(directory, 'run.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
  return pull(directory, { path: 'run.json', ...report });
}

describe('old and new versions', () => {
  test('5 names the server response time otherwise, and the device', async () => {
    const { samples, values, warnings } = await pullOne(
      run({
        lighthouseVersion: '5.6.0',
        runtimeError: { code: 'NO_ERROR', message: '' },
        configSettings: { emulatedFormFactor: 'mobile' },
        audits: {
          'time-to-first-byte': { scoreDisplayMode: 'binary', score: 1, numericValue: 210.4 },
          'first-contentful-paint': { scoreDisplayMode: 'numeric', score: 1, numericValue: 800 },
        },
      }),
    );
    expect(values).toEqual({
      'lighthouse-ttfb': 210.4,
      'lighthouse-fcp': 800,
      'lighthouse-performance': 0.9,
    });
    expect(samples[0]?.labels).toEqual({ formFactor: 'mobile', version: '5.6.0', run: 'run.json' });
    expect(warnings).toEqual([]);
  });

  test('4 has raw values', async () => {
    const audits = {
      'time-to-first-byte': { scoreDisplayMode: 'binary', score: 1, rawValue: 20 },
      'speed-index': { scoreDisplayMode: 'numeric', score: 1, rawValue: true },
    };
    const { values } = await pullOne(run({ lighthouseVersion: '4.3.1', audits }));
    expect(values).toEqual({ 'lighthouse-ttfb': 20, 'lighthouse-performance': 0.9 });
  });

  test('those that keep the server response time in an insight alone', async () => {
    const details = { type: 'checklist', debugData: { type: 'debugdata', serverResponseTime: 37 } };
    const audits = { 'document-latency-insight': { scoreDisplayMode: 'metricSavings', score: 1, details } };
    expect((await pullOne(run({ audits }))).values).toEqual({
      'lighthouse-ttfb': 37,
      'lighthouse-performance': 0.9,
    });
  });
});

describe('what was not measured', () => {
  test('is no sample but a warning, and a true 0 is one', async () => {
    const { values, warnings } = await pullOne(
      run({
        audits: {
          'largest-contentful-paint': {
            scoreDisplayMode: 'error',
            score: null,
            errorMessage: 'NO_LCP',
            numericValue: 0,
          },
          'total-blocking-time': { scoreDisplayMode: 'numeric', score: null, numericValue: null },
          'cumulative-layout-shift': { scoreDisplayMode: 'numeric', score: 1, numericValue: 0 },
        },
        categories: { performance: { score: null }, seo: { score: 0 } },
      }),
    );
    expect(values).toEqual({ 'lighthouse-cls': 0, 'lighthouse-seo': 0 });
    expect(warnings).toHaveLength(1);
    const missing = JSON.parse(warnings[0] ?? '{}').missing;
    expect(missing).toEqual([
      'lighthouse-lcp: NO_LCP',
      'lighthouse-tbt: total-blocking-time has no value',
      'lighthouse-performance: no score',
    ]);
  });

  test('is all of a run that failed', async () => {
    const { samples, warnings, error } = await pullOne(
      run({ runtimeError: { code: 'ERRORED_DOCUMENT_REQUEST', message: '500' } }),
    );
    expect(error).toBeNull();
    expect(samples).toEqual([]);
    expect(warnings.join()).toContain('ERRORED_DOCUMENT_REQUEST');
  });
});

describe('the subject', () => {
  test('is the URL that was asked for, or what the settings say', async () => {
    expect((await pullOne(run())).samples[0]?.subject).toBe('https://acme.dev/');
    expect((await pullOne(run(), { subject: 'start page' })).samples[0]?.subject).toBe('start page');
    const timespan = run({ requestedUrl: undefined });
    expect((await pullOne(timespan)).samples[0]?.subject).toBe('https://acme.dev/en?visit=1');
  });
});

describe('the same run', () => {
  test('has the same samples wherever it stands and however it is indented', async () => {
    const alone = await pullOne(run());
    const other = run({ fetchTime: '2026-11-24T04:00:00.000Z' });
    const listed = await pullOne(JSON.stringify([other, run()], null, 2));
    expect(listed.samples).toHaveLength(4);
    expect(listed.samples.map((sample) => sample.id)).toEqual(
      expect.arrayContaining(alone.samples.map((sample) => sample.id)),
    );
  });

  test('is read once; a touched file changes nothing, and a new one is read alone', async () => {
    const directory = await tempFolder();
    const report = { path: 'lhr-*.json' };
    await writeFile(join(directory, 'lhr-1.json'), JSON.stringify(run()));
    const first = await pull(directory, report);
    expect((await pull(directory, report, first.cursor)).batches).toBe(0);

    await utimes(join(directory, 'lhr-1.json'), 5000, 5000);
    const touched = await pull(directory, report, first.cursor);
    expect(touched.samples).toEqual(first.samples);

    await writeFile(
      join(directory, 'lhr-2.json'),
      JSON.stringify(run({ fetchTime: '2026-11-25T04:00:00.000Z' })),
    );
    const next = await pull(directory, report, touched.cursor);
    expect(new Set(next.samples.map((sample) => sample.labels.run))).toEqual(new Set(['lhr-2.json']));

    await rm(join(directory, 'lhr-1.json'));
    expect((await pull(directory, report, next.cursor)).batches).toBe(0);
  });
});

describe('a copy of a report', () => {
  test('is the same run under the name that it was read by first, however often the copy is written', async () => {
    const directory = await tempFolder();
    const report = { path: '*.json' };
    const write = (name: string, fetchTime: string) =>
      writeFile(join(directory, name), JSON.stringify(run({ fetchTime })));
    await write('run-1.json', '2026-11-24T03:00:00.000Z');
    const first = await pull(directory, report);
    await write('latest.json', '2026-11-24T03:00:00.000Z');
    const copied = await pull(directory, report, first.cursor);
    expect(copied.samples).toEqual([]);

    await write('run-2.json', '2026-11-24T04:00:00.000Z');
    const second = await pull(directory, report, copied.cursor);
    expect(second.samples.map((sample) => sample.key)).toEqual(['run-2.json', 'run-2.json']);
    await write('latest.json', '2026-11-24T04:00:00.000Z');
    const again = await pull(directory, report, second.cursor);
    expect(again.samples).toEqual([]);
    expect((await pull(directory, report, again.cursor)).batches).toBe(0);
  });

  test('counts once where two patterns about the same subject match it', async () => {
    const directory = await tempFolder();
    await writeFile(join(directory, 'a.json'), JSON.stringify(run()));
    const reports = [{ path: 'missing.json' }, { path: '*.json' }, { path: 'a.json' }];
    const context = pullContext<LighthouseSettings>({ reports }, { directory });
    const counts: Record<string, number> = {};
    for await (const { id } of lighthouse.streams.reports?.members(context) ?? []) {
      const { records } = await drain(lighthouse.streams.reports, context, id, null);
      counts[id] = records.length;
    }
    expect(counts).toEqual({ 'missing.json': 0, '*.json': 2, 'a.json': 0 });
  });
});

describe('a bad file', () => {
  test.each([
    ['an empty file', '', ':1:1', 'the file is empty'],
    ['JSON that breaks off', '{\n"lighthouseVersion": "12', ':2:22', 'not valid JSON'],
    [
      'JSON that is no report',
      '{"url":"https://acme.dev/","jsonPath":"lhr-1.json"}',
      ':1:1',
      'lighthouseVersion',
    ],
    [
      'a list with one that is none',
      JSON.stringify([run(), { isRepresentativeRun: true }]),
      ':1:1',
      '1.lighthouseVersion',
    ],
    ['an empty list', '[]', ':1:1', 'lists no run'],
    ['a time that is none', JSON.stringify(run({ fetchTime: 'yesterday' })), ':1:1', 'fetchTime'],
  ])('such as %s is told with its place', async (_, content, place, message) => {
    const { error } = await pullOne(content);
    expect(error).toMatchObject({
      code: 'shape',
      endpoint: expect.stringMatching(new RegExp(`run\\.json${place}$`)),
      message: expect.stringContaining(message),
      remedy: expect.stringMatching(/\w/),
    });
  });

  test('does not keep the others back, and is read once it is mended', async () => {
    const directory = await tempFolder();
    await writeFile(join(directory, 'a.json'), '{');
    await writeFile(join(directory, 'b.json'), JSON.stringify(run()));
    const first = await pull(directory, { path: '*.json' });
    expect(first.samples).toHaveLength(2);
    expect(first.error).toMatchObject({ code: 'shape' });
    await rm(join(directory, 'a.json'));
    await appendFile(
      join(directory, 'a.json'),
      JSON.stringify(run({ fetchTime: '2026-11-25T04:00:00.000Z' })),
    );
    const next = await pull(directory, { path: '*.json' }, first.cursor);
    expect(next.error).toBeNull();
    expect(new Set(next.samples.map((sample) => sample.labels.run))).toEqual(new Set(['a.json']));
  });
});

test('check names a pattern that matches nothing', async () => {
  const directory = await tempFolder();
  const context = pullContext<LighthouseSettings>(
    { reports: [{ path: 'lab/*.report.json' }] },
    { directory },
  );
  await expect(lighthouse.check(context)).rejects.toMatchObject({
    code: 'not_found',
    message: `No file matches lab/*.report.json in ${directory}.`,
  });
});

test('each pattern is a member of its own', async () => {
  const directory = await tempFolder();
  const reports = [
    { path: join(directory, 'a/*.json') },
    { path: 'a/*.json', subject: 'home' },
    { path: 'b.json' },
  ];
  const members: string[] = [];
  const context = pullContext<LighthouseSettings>({ reports }, { directory });
  for await (const { id } of lighthouse.streams.reports?.members(context) ?? []) members.push(id);
  expect(members).toEqual(['a/*.json', 'home a/*.json', 'b.json']);
});
