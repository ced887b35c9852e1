import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coverage } from '../../../connectors/coverage/index.ts';
import { readReports } from '../../../connectors/coverage/read.ts';
import { coverageSettings } from '../../../connectors/coverage/settings.ts';
import { fileSource } from '../../../connectors/report-source.ts';
import { drain, pullContext, SHARED_DATA } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { sourceOf } from '../junit/support.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const SHARED = join(SHARED_DATA, 'coverage');
const HAS_LCOV = spawnSync('lcov', ['--version']).status === 0;

const of = (covered: number, total: number) => ({ covered, total });

/** Totals of the files as one report. */
async function joined(...files: readonly string[]) {
  const sources = files.map((file) => fileSource(file, 2 ** 20, new AbortController().signal));
  const { lines, branches, functions } = (await readReports(sources, null)).totals;
  return { lines, branches, functions };
}

async function joinedTexts(...texts: readonly string[]) {
  const { totals } = await readReports(
    texts.map((text, index) => sourceOf(text, `${index}.txt`)),
    null,
  );
  return totals;
}

async function refusal(...texts: readonly string[]): Promise<unknown> {
  return joinedTexts(...texts).then(
    () => {
      throw new Error('they were joined');
    },
    (error: unknown) => error,
  );
}

const fixture = (name: string) => join(FIXTURES, name);

describe('whole Istanbul reports', () => {
  test.each([
    ['nyc-one.final.json', of(6, 11), of(3, 12), of(1, 4)],
    ['nyc-two.final.json', of(7, 11), of(5, 12), of(2, 4)],
    ['c8.final.json', of(9, 16), of(3, 4), of(1, 4)],
  ])(
    '%s has the totals of the summary that its tool wrote beside it',
    async (name, lines, branches, functions) => {
      expect(await joined(fixture(name))).toEqual({ lines, branches, functions });
    },
  );

  test('of two runs come to what `nyc report` makes of both', async () => {
    const both = await joined(fixture('nyc-one.final.json'), fixture('nyc-two.final.json'));
    expect(both).toEqual({ lines: of(10, 11), branches: of(8, 12), functions: of(3, 4) });
  });

  test('of code that changed in between are refused', async () => {
    const whole = await readFile(fixture('nyc-one.final.json'), 'utf8');
    const other = whole.replace(/"f": \{\s*"0":/, '"f": {"7": 0, "0":');
    expect(other).not.toBe(whole);
    expect(await refusal(whole, other)).toMatchObject({
      code: 'shape',
      endpoint: '1.txt:1:1',
      message: expect.stringContaining('not the same code'),
    });
  });
});

describe('lcov', () => {
  test('of two runs comes to what Istanbul says of both', async () => {
    const both = await joined(fixture('nyc-one.lcov.info'), fixture('nyc-two.lcov.info'));
    expect(both).toEqual({ lines: of(10, 11), branches: of(8, 12), functions: of(3, 4) });
  });

  test.skipIf(!HAS_LCOV)(
    'has the totals of `lcov --summary`, joined and single (skipped where lcov is absent)',
    async () => {
      const out = join(await tempFolder(), 'both.info');
      const files = [fixture('nyc-one.lcov.info'), fixture('nyc-two.lcov.info')];
      lcov(...files.flatMap((file) => ['--add-tracefile', file]), '--output-file', out);
      expect(await joined(...files)).toEqual(summary(out));
      const shared = join(SHARED, 'lcov.info');
      for (const file of [...files, ...(existsSync(shared) ? [shared] : [])]) {
        expect(await joined(file), file).toEqual(summary(file));
      }
    },
  );
});

function lcov(...args: readonly string[]): string {
  // Version 2 calls the setting differently, and takes the old name too.
  const { stdout, stderr, status } = spawnSync('lcov', ['--rc', 'lcov_branch_coverage=1', ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout + stderr;
}

function summary(file: string) {
  const text = lcov('--summary', file);
  const part = (name: string) => {
    const [, covered, total] = new RegExp(`${name}\\.+: .*\\((\\d+) of (\\d+) `).exec(text) ?? [];
    return of(Number(covered), Number(total));
  };
  return { lines: part('lines'), branches: part('branches'), functions: part('functions') };
}

describe('reports that are joined', () => {
  test('as Go profiles count a block once', async () => {
    const profile = (block: string) =>
      `mode: set\nacme.dev/a.go:1.1,2.2 3 ${block}\nacme.dev/a.go:3.1,4.2 2 0\n`;
    expect((await joinedTexts(profile('0'), profile('1'))).lines).toEqual(of(3, 5));
  });

  test('as real Go profiles have the totals of `go tool cover -func`: 50 %, 20 %, and 70 % of both', async () => {
    const [one, two] = [fixture('go-one.out'), fixture('go-two.out')];
    expect((await joined(one)).lines).toEqual(of(5, 10));
    expect((await joined(two)).lines).toEqual(of(2, 10));
    expect((await joined(one, two)).lines).toEqual(of(7, 10));
  });

  test('as Cobertura count a line once, and take the newest time', async () => {
    const report = (time: number, hits: string, path = 'a.py') =>
      `<coverage line-rate="0" timestamp="${time}"><packages><package><classes><class name="a" filename="${path}"><lines>${hits}</lines></class></classes></package></packages></coverage>`;
    const first = report(1_700_000_001, '<line number="1" hits="1"/><line number="2" hits="0"/>');
    const second = report(
      1_700_000_000,
      '<line number="1" hits="0"/><line number="2" hits="3"/><line number="3" hits="0"/>',
    );
    const { lines, measuredAt } = await joinedTexts(
      first,
      second,
      report(1, '<line number="1" hits="0"/>', 'b.py'),
    );
    expect(lines).toEqual(of(2, 4));
    expect(measuredAt).toBe(1_700_000_001_000);
    const totalsAlone = '<coverage line-rate="0" lines-covered="1" lines-valid="2"/>';
    expect(await refusal(first, totalsAlone)).toMatchObject({
      message: expect.stringContaining('only has totals'),
    });
  });

  test('as JaCoCo are modules: added up, and refused where two are about one file', async () => {
    const module = (name: string, file: string, covered: number) =>
      `<report name="${name}"><sessioninfo id="x" start="1" dump="${1_700_000_000_000 + covered}"/><package name="dev/acme"><sourcefile name="${file}"><counter type="LINE" missed="1" covered="${covered}"/></sourcefile></package><counter type="LINE" missed="1" covered="${covered}"/></report>`;
    const totals = await joinedTexts(
      module('web', 'A.java', 3),
      module('api', 'B.java', 4),
      module('job', 'A.java', 1),
    );
    expect(totals.lines).toEqual(of(8, 11));
    expect(totals.measuredAt).toBe(1_700_000_000_004);
    expect(totals.files().map(({ path }) => path)).toEqual([
      'dev/acme/A.java',
      'dev/acme/B.java',
      'dev/acme/A.java',
    ]);
    expect(await refusal(module('web', 'A.java', 3), module('web', 'A.java', 4))).toMatchObject({
      code: 'shape',
      endpoint: expect.stringMatching(/^1\.txt:1:/),
      message: expect.stringContaining('dev/acme/A.java'),
    });
  });

  test('as Clover and OpenCover are added up, and refused where two are about one file', async () => {
    const clover = (path: string) =>
      `<coverage generated="1700000000"><project><file path="${path}"><line num="1" type="stmt" count="1"/></file><metrics statements="4" coveredstatements="1" conditionals="2" coveredconditionals="1"/></project></coverage>`;
    expect(await joinedTexts(clover('a'), clover('b'))).toMatchObject({
      lines: of(2, 8),
      branches: of(2, 4),
    });
    expect(await refusal(clover('a'), clover('a'))).toMatchObject({
      message: expect.stringContaining('it covers a too'),
    });
    const opencover = (path: string) =>
      `<CoverageSession><Modules><Module><Files><File uid="1" fullPath="${path}"/></Files><Classes><Class><Methods><Method><SequencePoints><SequencePoint vc="1" fileid="1"/><SequencePoint vc="0" fileid="1"/></SequencePoints></Method></Methods></Class></Classes></Module></Modules></CoverageSession>`;
    expect(await joinedTexts(opencover('a'), opencover('b'))).toMatchObject({
      lines: of(2, 4),
      functions: of(2, 2),
    });
    expect(await refusal(opencover('a'), opencover('a'))).toMatchObject({
      message: expect.stringContaining('it covers a too'),
    });
  });

  test('as Istanbul summaries are added up, and refused where two are about one file', async () => {
    const part = { total: 4, covered: 3 };
    const parts = { lines: part, branches: part, functions: part };
    const report = (path: string) => JSON.stringify({ total: parts, [path]: parts });
    expect((await joinedTexts(report('a'), report('b'))).lines).toEqual(of(6, 8));
    expect(await refusal(report('a'), report('a'))).toMatchObject({
      message: expect.stringContaining('it covers a too'),
    });
  });

  test('are of one format', async () => {
    const lines = 'SF:a\nDA:1,1\nend_of_record\n';
    expect(await refusal(lines, '<report name="r"/>')).toMatchObject({
      endpoint: '1.txt:1:1',
      message: expect.stringContaining('cannot be joined with lcov'),
    });
    expect(await refusal('<coverage line-rate="1"/>', '<report name="r"/>')).toMatchObject({
      message: expect.stringContaining('it is jacoco, and cannot be joined with cobertura'),
    });
  });

  test.skipIf(!existsSync(SHARED))(
    'with themselves are themselves where lines are listed (skipped where ../shared/data is absent)',
    async () => {
      for (const name of ['lcov.info', 'cobertura-coverlet.xml']) {
        const file = join(SHARED, name);
        expect(await joined(file, file), name).toEqual(await joined(file));
      }
    },
  );
});

describe('`merge`', () => {
  async function project() {
    const folder = await tempFolder();
    await copyFile(fixture('nyc-one.final.json'), join(folder, 'shard-1.json'));
    await copyFile(fixture('nyc-two.final.json'), join(folder, 'shard-2.json'));
    const settings = coverageSettings.parse({
      reports: [
        {
          path: join(folder, 'shard-*.json'),
          subject: 'web',
          merge: true,
          date: '2026-11-01',
          components: { mail: 'src/mail/**' },
        },
      ],
    });
    const pull = (subject: string, cursor: string | null = null) =>
      drain(coverage.streams.reports, pullContext(settings, { directory: folder }), subject, cursor);
    return { folder, pull };
  }

  test('makes one report of the files of a pattern, for components too', async () => {
    const { pull } = await project();
    const { records } = await pull('web');
    expect(records).toMatchObject([
      { series: 'coverage-lines', value: 10 / 11, of: 11 },
      { series: 'coverage-branches', value: 8 / 12, of: 12 },
      { series: 'coverage-functions', value: 3 / 4, of: 4 },
    ]);
    expect((await pull('mail')).records).toMatchObject([
      { series: 'coverage-lines', value: 1, of: 4 },
      { series: 'coverage-branches', value: 1 / 2, of: 2 },
      { series: 'coverage-functions', value: 1 / 2, of: 2 },
    ]);
  });

  test('reads nothing again while no file changed, and replaces what was made while the run still wrote', async () => {
    const { folder, pull } = await project();
    const first = await pull('web');
    expect((await pull('web', first.cursor)).batches).toEqual([]);
    await writeFile(
      join(folder, 'shard-3.json'),
      await readFile(fixture('c8.final.json'), 'utf8').then((text) => text.replaceAll('/app/', '/lib/')),
    );
    const second = await pull('web', first.cursor);
    expect(second.error).toBeNull();
    expect(second.records).toMatchObject([{ of: 27 }, { of: 16 }, { of: 8 }]);
    expect(second.removed.map(({ id }) => id).sort()).toEqual(first.records.map(({ id }) => id).sort());
  });

  test('is refused as a whole where one of its files is broken', async () => {
    const { folder, pull } = await project();
    await writeFile(join(folder, 'shard-3.json'), '{');
    const { records, error } = await pull('web');
    expect(records).toEqual([]);
    expect(error).toMatchObject({ code: 'shape', endpoint: expect.stringContaining('shard-3.json:1:') });
  });
});
