import { chmod, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coverage } from '../../../connectors/coverage/index.ts';
import type { CoverageReport, CoverageSettings } from '../../../connectors/coverage/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, type Pulled, pullContext } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { FIRST, openScratch } from '../git/scratch.ts';

const MONDAY = Date.parse('2026-11-23T08:00:00Z');
const DAY = 86_400_000;

function lcov(hit: number, total = 10): string {
  const lines = Array.from({ length: total }, (_, index) => `DA:${index + 1},${index < hit ? 1 : 0}`);
  return ['SF:a.ts', ...lines, 'end_of_record', ''].join('\n');
}

interface Job {
  readonly stored?: readonly string[];
  readonly reports: CoverageReport[];
  readonly directory: string;
  readonly cursor?: string | null;
  readonly now?: number;
}

function pull(job: Job, subject = 'web'): Promise<Pulled> {
  const context = pullContext<CoverageSettings>(
    { reports: job.reports },
    {
      directory: job.directory,
      now: () => job.now ?? MONDAY,
      storedIds: async () => job.stored ?? [],
    },
  );
  return drain(coverage.streams.reports, context, subject, job.cursor ?? null);
}

function samplesOf(pulled: Pulled): readonly Sample[] {
  return pulled.records.filter((record) => record.recordType === 'sample');
}

describe('the time of a sample', () => {
  test('is when its content was first seen, and stays so however the file is touched', async () => {
    const directory = await tempFolder();
    const file = join(directory, 'lcov.info');
    const reports = [{ path: 'lcov.info', subject: 'web' }];
    await writeFile(file, lcov(4));
    await utimes(file, 1000, 1000);
    const first = await pull({ reports, directory });
    expect(samplesOf(first)).toMatchObject([{ measuredAt: MONDAY, value: 0.4, of: 10 }]);
    expect((await pull({ reports, directory, cursor: first.cursor, now: MONDAY + DAY })).batches).toEqual([]);

    await utimes(file, 2000, 2000);
    const touched = await pull({ reports, directory, cursor: first.cursor, now: MONDAY + DAY });
    expect(touched.records).toEqual([]);
    expect((await pull({ reports, directory, cursor: touched.cursor })).batches).toEqual([]);

    // The same content under another name is the same sample.
    await writeFile(join(directory, 'copy.info'), lcov(4));
    const both = [{ path: '*.info', subject: 'web' }];
    const copied = await pull({ reports: both, directory, cursor: touched.cursor, now: MONDAY + 2 * DAY });
    expect(copied.records).toEqual(first.records);
  });

  test('of content that comes back after other content is its return, beside the first', async () => {
    const directory = await tempFolder();
    const file = join(directory, 'lcov.info');
    const reports = [{ path: 'lcov.info', subject: 'web' }];
    let cursor: string | null = null;
    const seen: Sample[] = [];
    for (const [day, hit] of [4, 5, 4, 4, 5].entries()) {
      await writeFile(file, lcov(hit));
      const pulled: Pulled = await pull({ reports, directory, cursor, now: MONDAY + day * DAY });
      seen.push(...samplesOf(pulled));
      cursor = pulled.cursor;
    }
    expect(seen.map((sample) => [(sample.measuredAt - MONDAY) / DAY, sample.value])).toEqual([
      [0, 0.4],
      [1, 0.5],
      [2, 0.4],
      [4, 0.5],
    ]);
    expect(new Set(seen.map((sample) => sample.id)).size).toBe(4);
  });

  test('is what the report says before what the settings say, and that before the time of the commit', async () => {
    const directory = await tempFolder();
    const scratch = await openScratch(join(directory, 'web'));
    const commit = await scratch.commit('measured', { at: FIRST });
    await scratch.write('lcov.info', lcov(1));
    await scratch.write(
      'clover.xml',
      '<coverage generated="1700000000"><project><metrics statements="2" coveredstatements="1"/></project></coverage>',
    );
    const date = '2026-11-01T12:00:00+02:00';
    const timeOf = async (report: Omit<CoverageReport, 'subject'>) => {
      const pulled = await pull({ reports: [{ ...report, subject: 'web' }], directory: scratch.path });
      return samplesOf(pulled)[0]?.measuredAt;
    };
    expect(await timeOf({ path: 'clover.xml', date, commit })).toBe(1_700_000_000_000);
    expect(await timeOf({ path: 'lcov.info', date, commit })).toBe(Date.parse(date));
    expect(await timeOf({ path: 'lcov.info', date: '2026-11-01' })).toBe(Date.parse('2026-11-01T00:00:00Z'));
    expect(await timeOf({ path: 'lcov.info', commit })).toBe(FIRST * 1000);
    expect(await timeOf({ path: 'lcov.info', commit: 'f'.repeat(40) })).toBe(MONDAY);
    expect(await timeOf({ path: 'lcov.info', commit: '--version' })).toBe(MONDAY);
  });
});

test('a sample carries its subject, flag, commit and branch', async () => {
  const directory = await tempFolder();
  await writeFile(join(directory, 'lcov.info'), lcov(4));
  const report = { path: 'lcov.info', subject: 'web', flag: 'unit', commit: 'abc', branch: 'main' };
  expect(samplesOf(await pull({ reports: [report], directory }))).toMatchObject([
    {
      key: 'web (unit)',
      title: '4 of 10 lines covered',
      series: 'coverage-lines',
      subject: 'web',
      commit: 'abc',
      branch: 'main',
      labels: { format: 'lcov', flag: 'unit' },
    },
  ]);
});

test('flags and subjects keep the same content apart', async () => {
  const directory = await tempFolder();
  await writeFile(join(directory, 'lcov.info'), lcov(4));
  const path = 'lcov.info';
  const reports = [
    { path, subject: 'web' },
    { path, subject: 'web', flag: 'unit' },
    { path, subject: 'api' },
  ];
  const records = [
    ...(await pull({ reports, directory })).records,
    ...(await pull({ reports, directory }, 'api')).records,
  ];
  expect(new Set(records.map((record) => record.id)).size).toBe(3);
});

test('the members are the subjects, so that a rule on one waits for no other', async () => {
  const reports = ['web', 'api', 'web'].map((subject, index) => ({ path: `${index}.info`, subject }));
  const members: string[] = [];
  for await (const member of coverage.streams.reports?.members(pullContext({ reports })) ?? [])
    members.push(member.id);
  expect(members).toEqual(['web', 'api']);
  expect(coverage.streams.reports?.memberField).toBe('subject');
});

test('one bad report is told without keeping the others back, and is read once it is mended', async () => {
  const directory = await tempFolder();
  await mkdir(join(directory, 'reports/deep'), { recursive: true });
  await writeFile(join(directory, 'reports/a.info'), lcov(1));
  await writeFile(join(directory, 'reports/b.info'), 'SF:a.ts\n');
  await writeFile(join(directory, 'reports/deep/c.info'), lcov(3));
  const reports = [
    { path: 'reports/**/*.info', subject: 'web' },
    { path: 'missing/*.xml', subject: 'web' },
  ];
  const first = await pull({ reports, directory });
  expect(samplesOf(first).map((sample) => sample.value)).toEqual([0.1, 0.3]);
  expect(first.error).toMatchObject({
    code: 'shape',
    endpoint: `${join(directory, 'reports/b.info')}:1:1`,
    message: expect.stringContaining('and 1 more'),
  });

  await writeFile(join(directory, 'reports/b.info'), lcov(2));
  const [pattern] = reports;
  const next = await pull({ reports: pattern ? [pattern] : [], directory, cursor: first.cursor });
  expect(next.error).toBeNull();
  expect(samplesOf(next).map((sample) => sample.value)).toEqual([0.2]);
});

test('a report without code makes no sample, and is told', async () => {
  const directory = await tempFolder();
  const part = '{"total":0,"covered":0,"skipped":0,"pct":"Unknown"}';
  await writeFile(
    join(directory, 'c.json'),
    `{"total":{"lines":${part},"functions":${part},"branches":${part}}}`,
  );
  const context = pullContext<CoverageSettings>(
    { reports: [{ path: 'c.json', subject: 'web' }] },
    { directory },
  );
  const pulled = await drain(coverage.streams.reports, context, 'web');
  expect(pulled.error).toBeNull();
  expect(pulled.records).toEqual([]);
  expect(context.warnings.join()).toContain('covers no code');
});

describe('check', () => {
  const check = (path: string, directory: string) =>
    coverage
      .check(pullContext<CoverageSettings>({ reports: [{ path, subject: 'web' }] }, { directory }))
      .then(
        () => null,
        (error: unknown) => error,
      );

  test('names the pattern and the folder where nothing matches', async () => {
    const directory = await tempFolder();
    await writeFile(join(directory, 'a.info'), lcov(1));
    expect(await check('*.info', directory)).toBeNull();
    expect(await check('cov/*.xml', directory)).toMatchObject({
      code: 'not_found',
      message: `No file matches cov/*.xml in ${directory}.`,
      endpoint: join(directory, 'cov/*.xml'),
    });
    expect(await check('b.info', directory)).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('b.info'),
    });
    expect(await check('.', directory)).toMatchObject({
      code: 'input',
      message: expect.stringContaining('not a file'),
    });
  });

  test.skipIf(process.getuid?.() === 0)(
    'refuses a file that may not be read (skipped for root)',
    async () => {
      const directory = await tempFolder();
      await writeFile(join(directory, 'a.info'), lcov(1));
      await chmod(join(directory, 'a.info'), 0o000);
      expect(await check('a.info', directory)).toMatchObject({ code: 'forbidden' });
    },
  );
});

test('a file that is gone keeps its samples and troubles nobody while others match', async () => {
  const directory = await tempFolder();
  await writeFile(join(directory, 'a.info'), lcov(1));
  await writeFile(join(directory, 'b.info'), lcov(2));
  const reports = [{ path: '*.info', subject: 'web' }];
  const first = await pull({ reports, directory });
  await rm(join(directory, 'a.info'));
  const next = await pull({ reports, directory, cursor: first.cursor });
  expect(next.error).toBeNull();
  expect(next.records).toEqual([]);
  expect(next.removed).toEqual([]);
  expect((await pull({ reports, directory, cursor: next.cursor })).batches).toEqual([]);
});

describe('what the settings say of a report that was read', () => {
  const rest = { path: 'lcov.info', subject: 'web' };

  async function edited(before: Partial<CoverageReport>, after: Partial<CoverageReport>) {
    const directory = await tempFolder();
    await writeFile(join(directory, 'lcov.info'), lcov(4));
    const first = await pull({ reports: [{ ...rest, ...before }], directory });
    const reports = [{ ...rest, ...after }];
    const next = await pull({ reports, directory, cursor: first.cursor, now: MONDAY + DAY });
    const again = await pull({ reports, directory, cursor: next.cursor, now: MONDAY + 2 * DAY });
    expect(again.batches).toEqual([]);
    return {
      before: samplesOf(first)[0],
      after: samplesOf(next)[0],
      removed: next.removed.map((ref) => ref.id).filter((id) => first.records.some((one) => one.id === id)),
    };
  }

  test('dates it anew', async () => {
    const { before, after, removed } = await edited({ date: '2026-11-01' }, { date: '2026-11-02' });
    expect(after).toEqual({ ...before, measuredAt: Date.parse('2026-11-02T00:00:00Z') });
    expect(removed).toEqual([]);
  });

  test('takes the place of the time at which it was first seen, and gives it back', async () => {
    const dated = await edited({}, { date: '2026-11-02' });
    expect(dated.after?.measuredAt).toBe(Date.parse('2026-11-02T00:00:00Z'));
    expect(dated.removed).toContain(dated.before?.id);
    const undated = await edited({ date: '2026-11-02' }, {});
    expect(undated.after?.measuredAt).toBe(MONDAY + DAY);
    expect(undated.removed).toContain(undated.before?.id);
  });

  test('names its branch and commit anew, at the same time', async () => {
    const { before, after, removed } = await edited({ branch: 'main' }, { branch: 'trunk', commit: 'abc' });
    expect(after).toEqual({ ...before, branch: 'trunk', commit: 'abc' });
    expect(removed).toEqual([]);
  });

  test('gives it another flag in place of the one it had', async () => {
    const { before, after, removed } = await edited({ flag: 'unit' }, { flag: 'all' });
    expect(after).toMatchObject({ key: 'web (all)', measuredAt: MONDAY + DAY, labels: { flag: 'all' } });
    expect(removed).toContain(before?.id);
  });

  test('takes nothing back that another entry still holds, nor what an older content measured', async () => {
    const directory = await tempFolder();
    await writeFile(join(directory, 'lcov.info'), lcov(4));
    await writeFile(join(directory, 'copy.info'), lcov(4));
    const copy = { ...rest, path: 'copy.info', date: '2026-11-01' };
    const first = await pull({ reports: [copy, { ...rest, date: '2026-11-01' }], directory });
    expect(first.records).toHaveLength(1);
    const next = await pull({ reports: [copy, { ...rest, flag: 'x' }], directory, cursor: first.cursor });
    expect(next.removed).toEqual([]);
    await writeFile(join(directory, 'lcov.info'), lcov(5));
    const reports = [copy, { ...rest, flag: 'y' }];
    const last = await pull({ reports, directory, cursor: next.cursor });
    expect(samplesOf(last)).toMatchObject([{ value: 0.5, labels: { flag: 'y' } }]);
    expect(last.removed).toEqual([]);
  });
});

test('an undated report keeps the time at which it was first seen when all is read from the start again', async () => {
  const directory = await tempFolder();
  const file = join(directory, 'lcov.info');
  const reports = [{ path: 'lcov.info', subject: 'web' }];
  const stored: string[] = [];
  let cursor: string | null = null;
  const seen: Sample[] = [];
  for (const [day, hit] of [4, 5, 4].entries()) {
    await writeFile(file, lcov(hit));
    const pulled: Pulled = await pull({ reports, directory, cursor, now: MONDAY + day * DAY });
    cursor = pulled.cursor;
    seen.push(...samplesOf(pulled));
    stored.push(...pulled.records.map((record) => record.id));
  }
  const anew = await pull({ reports, directory, stored, now: MONDAY + 9 * DAY });
  expect(samplesOf(anew)).toEqual(seen.slice(-1));
  const unknown = await pull({ reports, directory, stored: ['of another making'], now: MONDAY + 9 * DAY });
  expect(samplesOf(unknown)).toMatchObject([{ measuredAt: MONDAY + 9 * DAY }]);
});

describe('a component', () => {
  const section = (path: string, hit: number) =>
    [
      `SF:${path}`,
      ...Array.from({ length: 4 }, (_, index) => `DA:${index + 1},${index < hit ? 1 : 0}`),
    ].concat('end_of_record');
  const report: CoverageReport = {
    path: 'lcov.info',
    subject: 'web',
    components: {
      checkout: 'src/checkout/**',
      rest: ['src/*.ts', '/repo/tools/**'],
      nowhere: 'lib/**',
    },
  };

  async function prepared(): Promise<string> {
    const directory = await tempFolder();
    const sections = [
      section('/repo/src/checkout/a.ts', 1),
      section('src/checkout/deep/b.ts', 2),
      section('.\\src\\main.ts', 3),
      section('/repo/tools/c.ts', 4),
      section('/other/repo/tools/d.ts', 4),
    ];
    await writeFile(join(directory, 'lcov.info'), sections.flat().join('\n'));
    return directory;
  }

  test('is a subject of its own beside the whole, out of the files under its paths', async () => {
    const directory = await prepared();
    const context = pullContext<CoverageSettings>({ reports: [report] }, { directory });
    const members: string[] = [];
    for await (const { id } of coverage.streams.reports?.members(context) ?? []) members.push(id);
    expect(members).toEqual(['web', 'checkout', 'rest', 'nowhere']);
    const values = async (subject: string) =>
      samplesOf(await pull({ reports: [report], directory }, subject)).map((sample) => [
        sample.subject,
        sample.title,
      ]);
    expect(await values('web')).toEqual([['web', '14 of 20 lines covered']]);
    expect(await values('checkout')).toEqual([['checkout', '3 of 8 lines covered']]);
    expect(await values('rest')).toEqual([['rest', '7 of 8 lines covered']]);
    const warned = pullContext<CoverageSettings>({ reports: [report] }, { directory });
    expect((await drain(coverage.streams.reports, warned, 'nowhere')).records).toEqual([]);
    expect(warned.warnings.join()).toContain("component's paths");
  });

  test('that is drawn anew is measured anew', async () => {
    const directory = await prepared();
    const first = await pull({ reports: [report], directory }, 'checkout');
    const wider = { ...report, components: { checkout: 'src/**' } };
    const next = await pull({ reports: [wider], directory, cursor: first.cursor }, 'checkout');
    expect(samplesOf(next)).toMatchObject([{ id: first.records[0]?.id, title: '6 of 12 lines covered' }]);
    const none = { ...report, components: { checkout: 'lib/**' } };
    const last = await pull({ reports: [none], directory, cursor: next.cursor }, 'checkout');
    expect(last.removed.map((ref) => ref.id)).toContain(first.records[0]?.id);
  });
});
