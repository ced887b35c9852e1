import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readReport } from '../../../connectors/coverage/read.ts';
import type { CoverageFormat } from '../../../connectors/coverage/settings.ts';
import type { Totals } from '../../../connectors/coverage/totals.ts';
import { tempFolder } from '../../support/temp.ts';

async function readWhole(
  content: string | Uint8Array,
  format: CoverageFormat | null = null,
): Promise<Totals> {
  const file = join(await tempFolder(), 'report');
  await writeFile(file, content);
  return (await readReport(file, format, new AbortController().signal)).totals;
}

/** The totals alone. */
async function read(content: string | Uint8Array, format: CoverageFormat | null = null) {
  const { files: _, ...totals } = await readWhole(content, format);
  return totals;
}

const of = (covered: number, total: number) => ({ covered, total });
const NOTHING = { lines: null, branches: null, functions: null, measuredAt: null };

describe('lcov', () => {
  test('joins the sections of a file, and what is listed twice is one', async () => {
    const report = [
      'TN:unit',
      'SF:/app/a.ts',
      'FN:1,foo',
      'FN:3,7,bar(int, char)',
      'FNDA:0,foo',
      'FNDA:2,bar(int, char)',
      'DA:1,0',
      'DA:1,0',
      'DA:2,-3,checksum',
      'BRDA:1,0,0,-',
      'BRDA:1,0,1,4',
      'LF:99',
      'LH:99',
      'end_of_record',
      'TN:e2e',
      'SF:/app/a.ts',
      'FNDA:1,foo',
      'DA:1,5',
      'DA:3,0',
      'BRDA:1,0,0,1',
      'BRDA:1,e0,jump to 9,0',
      'end_of_record',
      'SF:/app/no-lines.ts',
      'FN:1,never',
      'FNDA:1,never',
      'end_of_record',
      '',
    ].join('\r\n');
    expect(await read(report)).toEqual({
      lines: of(1, 3),
      functions: of(2, 2),
      branches: of(2, 3),
      measuredAt: null,
    });
  });

  test('counts a function once that version 2 lists under several names', async () => {
    const report =
      'SF:a.cc\nFNL:0,10,20\nFNA:0,0,foo<int>\nFNA:0,3,foo<long>\nFNL:1,30\nFNA:1,0,bar\nDA:1,1\nend_of_record\n';
    expect((await read(report)).functions).toEqual(of(1, 2));
  });
});

describe('Istanbul', () => {
  const part = (covered: number, total: number) => ({
    total,
    covered,
    skipped: 0,
    pct: total ? 1 : 'Unknown',
  });

  test('makes nothing of a measure without anything to cover', async () => {
    const total = { lines: part(0, 4), statements: part(0, 4), functions: part(0, 0), branches: part(0, 0) };
    expect(await read(JSON.stringify({ total }))).toEqual({ ...NOTHING, lines: of(0, 4) });
  });

  test('is read with a byte order mark and in UTF-16', async () => {
    const text = `\ufeff${JSON.stringify({ total: { lines: part(1, 4), functions: part(0, 0), branches: part(0, 0) } })}`;
    expect((await read(text)).lines).toEqual(of(1, 4));
    expect((await read(Buffer.from(text, 'utf16le'))).lines).toEqual(of(1, 4));
  });
});

describe('Cobertura', () => {
  test('counts a line once per file, however many classes and methods repeat it', async () => {
    const report = `<?xml version="1.0"?>
      <!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
      <coverage line-rate="0.1" lines-covered="1" lines-valid="99" branches-covered="0" branches-valid="99" timestamp="1700000000123">
        <packages><package name="p"><classes>
          <class name="A" filename="a.cs">
            <methods><method name="m" signature="()"><lines><line number="1" hits="0"/></lines></method>
              <method name="n" signature="()" line-rate="0.5"><lines/></method></methods>
            <lines><line number="1" hits="0"/><line number="2" hits="3" branch="true" condition-coverage="50% (1/2)"/></lines>
          </class>
          <class name="A/Closure" filename="a.cs">
            <methods><method name="m" signature="()"><lines><line number="1" hits="7"/></lines></method></methods>
            <lines><line number="1" hits="7"/><line number="2" hits="0" branch="true" condition-coverage="75% (3/4)"/></lines>
          </class>
          <class name="B" filename="b.cs"><methods/><lines><line number="1" hits="0"/></lines></class>
        </classes></package></packages>
      </coverage>`;
    expect(await read(report)).toEqual({
      lines: of(2, 3),
      branches: of(3, 4),
      functions: of(2, 3),
      measuredAt: 1_700_000_000_123,
    });
  });

  test('takes a line for hit when one of its methods was, and leaves out lines that methods alone list', async () => {
    const method = (name: string, number: number, hits: number) =>
      `<method name="${name}"><lines><line number="${number}" hits="${hits}"/></lines></method>`;
    const methods = `<methods>${method('get', 6, 0)}${method('set', 6, 1)}${method('declared', 9, 1)}</methods>`;
    const own = '<lines><line number="6" hits="0"/><line number="10" hits="0"/></lines>';
    const report = `<coverage line-rate="1"><packages><package><classes><class name="A" filename="a">${methods}${own}</class></classes></package></packages></coverage>`;
    expect(await read(report)).toMatchObject({ lines: of(1, 2), functions: of(2, 3) });
  });

  test('takes the lines of methods where a file has no others', async () => {
    const method = (hits: number) =>
      `<method name="m"><lines><line number="3" hits="${hits}"/></lines></method>`;
    const own = `<class name="A" filename="a"><methods>${method(1)}</methods><lines><line number="1" hits="1"/></lines></class>`;
    const none = `<class name="B" filename="b"><methods>${method(0)}</methods></class>`;
    const report = `<coverage line-rate="1"><packages><package><classes>${own}${none}</classes></package></packages></coverage>`;
    expect(await read(report)).toMatchObject({ lines: of(1, 2), functions: of(1, 2) });
  });

  test('takes the totals of the root where no line is listed, or no branch with its count', async () => {
    const root = 'line-rate="0.5" lines-covered="5" lines-valid="10" branches-covered="1" branches-valid="4"';
    expect(await read(`<coverage ${root}><packages/></coverage>`)).toEqual({
      ...NOTHING,
      lines: of(5, 10),
      branches: of(1, 4),
    });
    const line = '<line number="1" hits="1" branch="true" condition-coverage="50%"/>';
    const lines = `<packages><package><classes><class filename="a"><lines>${line}</lines></class></classes></package></packages>`;
    expect(await read(`<coverage ${root} timestamp="0">${lines}</coverage>`)).toEqual({
      ...NOTHING,
      lines: of(1, 1),
      branches: of(1, 4),
    });
  });

  test('makes nothing of a report without code', async () => {
    const root = 'line-rate="1" lines-covered="0" lines-valid="0" branches-covered="0" branches-valid="0"';
    expect(await read(`<coverage ${root} timestamp=""/>`)).toEqual(NOTHING);
  });
});

describe('JaCoCo', () => {
  const counters = (scale: number) =>
    `<counter type="LINE" missed="${scale}" covered="${scale * 3}"/><counter type="METHOD" missed="0" covered="${scale}"/>`;

  test('takes the counters of the whole report and the newest dump', async () => {
    const report = `<report name="r"><sessioninfo id="a" start="1" dump="1700000002000"/><sessioninfo id="b" start="1" dump="1700000001000"/>
      <group name="g"><package name="p"><class name="c">${counters(1)}</class>${counters(1)}</package></group>${counters(5)}</report>`;
    expect(await read(report)).toEqual({
      lines: of(15, 20),
      functions: of(5, 5),
      branches: null,
      measuredAt: 1_700_000_002_000,
    });
  });

  test('adds up the packages where the report has no counters of its own', async () => {
    const report = `<report name="r"><package name="p">${counters(1)}</package><package name="q"><class name="c">${counters(9)}</class>${counters(2)}</package></report>`;
    expect(await read(report)).toMatchObject({ lines: of(9, 12), functions: of(3, 3) });
  });
});

describe('Clover', () => {
  test('of PHPUnit dates in seconds, and has no branches', async () => {
    const report = `<coverage generated="1700000000"><project timestamp="1600000000">
      <file name="/app/a.php"><class name="A"><metrics methods="9" coveredmethods="9"/></class>
        <line num="1" type="method" name="m" count="1"/><line num="2" type="stmt" count="0"/><line num="2" type="stmt" count="4"/><line num="3" type="stmt" count="0"/></file>
      <metrics methods="1" coveredmethods="1" conditionals="0" coveredconditionals="0" statements="3" coveredstatements="2"/>
    </project></coverage>`;
    expect(await read(report)).toEqual({
      lines: of(2, 3),
      functions: of(1, 1),
      branches: null,
      measuredAt: 1_700_000_000_000,
    });
  });

  test('of Istanbul takes its branches from the totals, and the code of tests is left out', async () => {
    const report = `<coverage generated="1700000000000" clover="3.2.0"><project timestamp="1700000000000" name="All files">
      <metrics statements="2" coveredstatements="2" conditionals="4" coveredconditionals="3" methods="0" coveredmethods="0"/>
      <file name="a.js" path="/app/a.js"><line num="1" count="1" type="cond" truecount="3" falsecount="1"/><line num="2" count="1" type="stmt"/></file>
      </project><testproject timestamp="1"><metrics statements="50" coveredstatements="50"/>
      <file path="/app/a.test.js"><line num="1" count="1" type="stmt"/></file></testproject></coverage>`;
    expect(await read(report)).toMatchObject({ lines: of(2, 2), branches: of(3, 4), functions: null });
  });

  test('without totals counts each line once', async () => {
    const report = `<coverage clover="4"><project timestamp="1700000000"><package name="p"><file name="a"><line num="2" type="stmt" count="0"/>
      <line num="2" type="stmt" count="4"/><line num="3" type="cond" truecount="0" falsecount="0"/><line num="1" type="method" count="1"/></file>
      <file name="b"><line num="2" type="stmt" count="0"/></file></package></project></coverage>`;
    expect(await read(report)).toEqual({ ...NOTHING, lines: of(1, 3), measuredAt: 1_700_000_000_000 });
  });
});

const OPENCOVER = `<?xml version="1.0"?><CoverageSession>
  <Summary numSequencePoints="9" visitedSequencePoints="9" numBranchPoints="9" visitedBranchPoints="9"/>
  <Modules><Module skippedDueTo="Filter"><ModulePath>x.dll</ModulePath></Module><Module>
    <Files><File uid="1" fullPath="C:\\src\\pay\\A.cs"/><File uid="2" fullPath="C:\\src\\B.cs"/></Files>
    <Classes><Class><Methods>
      <Method visited="false"><FileRef uid="1"/>
        <SequencePoints><SequencePoint vc="2" sl="3" fileid="1"/><SequencePoint vc="0" sl="4" fileid="1"/></SequencePoints>
        <BranchPoints><BranchPoint vc="0" fileid="1"/><BranchPoint vc="1" fileid="1"/></BranchPoints></Method>
      <Method visited="false"><FileRef uid="2"/><SequencePoints><SequencePoint vc="0" sl="9"/></SequencePoints></Method>
      <Method visited="true"><FileRef uid="2"/></Method>
    </Methods></Class></Classes>
  </Module></Modules></CoverageSession>`;

describe('OpenCover', () => {
  test('counts points, and methods by their points, in the file that they name', async () => {
    const whole = await readWhole(OPENCOVER);
    expect(await read(OPENCOVER)).toEqual({
      lines: of(1, 3),
      branches: of(1, 2),
      functions: of(1, 2),
      measuredAt: null,
    });
    expect(whole.files()).toEqual([
      { path: 'C:/src/pay/A.cs', lines: of(1, 2), branches: of(1, 2), functions: of(1, 1) },
      { path: 'C:/src/B.cs', lines: of(0, 1), branches: null, functions: of(0, 1) },
    ]);
  });

  test('believes its summary where it lists no point', async () => {
    const report =
      '<CoverageSession><Summary numSequencePoints="4" visitedSequencePoints="1"/></CoverageSession>';
    expect(await read(report)).toEqual({ ...NOTHING, lines: of(1, 4) });
  });
});

describe('a Go cover profile', () => {
  test('counts statements, those of joined profiles once', async () => {
    const report = [
      'mode: atomic',
      'acme.dev/web/pay/a.go:10.14,12.2 2 0',
      'acme.dev/web/pay/a.go:14.20,16.2 3 7',
      'acme.dev/web/b.go:1.1,2.2 5 0',
      'mode: atomic',
      'acme.dev/web/pay/a.go:10.14,12.2 2 1',
      'acme.dev/web/b.go:1.1,2.2 5 0',
      '',
    ].join('\n');
    expect(await read(report)).toEqual({ ...NOTHING, lines: of(5, 10) });
    expect((await readWhole(report)).files()).toMatchObject([
      { path: 'acme.dev/web/pay/a.go', lines: of(5, 5) },
      { path: 'acme.dev/web/b.go', lines: of(0, 5) },
    ]);
  });

  test('of nothing covers nothing', async () => {
    expect(await read('mode: set\n')).toEqual(NOTHING);
  });
});

describe('Istanbul', () => {
  test('counts a whole report by the lines on which statements begin', async () => {
    const statement = (line: number) => ({ start: { line, column: 0 }, end: { line: line + 5, column: 1 } });
    const report = {
      '/app/a.js': {
        path: '/app/a.js',
        statementMap: { 0: statement(1), 1: statement(1), 2: statement(2) },
        fnMap: {},
        branchMap: {},
        s: { 0: 0, 1: 3, 2: 0 },
        f: { 0: 1, 1: 0 },
        b: { 0: [1, 0], 1: [0] },
      },
      'C:\\app\\total': { statementMap: { 0: statement(1) }, s: { 0: 1 }, f: {}, b: {} },
    };
    expect(await read(JSON.stringify(report))).toEqual({
      lines: of(2, 3),
      branches: of(1, 3),
      functions: of(1, 2),
      measuredAt: null,
    });
    const files = (await readWhole(JSON.stringify(report))).files();
    expect(files.map((file) => [file.path, file.lines])).toEqual([
      ['/app/a.js', of(1, 2)],
      ['C:/app/total', of(1, 1)],
    ]);
  });

  test('tells each file of a summary', async () => {
    const parts = (covered: number) => {
      const part = { total: 4, covered, skipped: 0, pct: 'Unknown' };
      return { lines: part, statements: part, branches: part, functions: part };
    };
    const report = JSON.stringify({ total: parts(3), '/app/a.js': parts(2), '/app/b.js': parts(1) });
    expect((await readWhole(report)).files()).toMatchObject([
      { path: '/app/a.js', lines: of(2, 4) },
      { path: '/app/b.js', lines: of(1, 4) },
    ]);
  });
});

describe('the files of', () => {
  test.each([
    [
      'JaCoCo',
      `<report><group name="g"><package name="dev/acme/pay"><class><counter type="LINE" missed="9" covered="9"/></class>
        <sourcefile name="A.java"><counter type="LINE" missed="1" covered="2"/><counter type="METHOD" missed="0" covered="1"/></sourcefile></package></group></report>`,
      [{ path: 'dev/acme/pay/A.java', lines: of(2, 3), branches: null, functions: of(1, 1) }],
    ],
    [
      'Cobertura',
      `<coverage line-rate="0"><packages><package><classes><class name="a" filename="src\\pay\\a.py"><methods/>
        <lines><line number="1" hits="1" branch="true" condition-coverage="50% (1/2)"/><line number="2" hits="0"/></lines></class></classes></package></packages></coverage>`,
      [{ path: 'src/pay/a.py', lines: of(1, 2), branches: of(1, 2), functions: null }],
    ],
    [
      'Clover',
      `<coverage generated="1700000000"><project><package name="dev.acme"><file name="A.java">
        <metrics statements="3" coveredstatements="1" methods="2" coveredmethods="1"/><line num="1" type="stmt" count="1"/></file>
        <file name="b.php" path="/app/src/b.php"><line num="1" type="stmt" count="1"/></file></package></project></coverage>`,
      [
        { path: 'dev/acme/A.java', lines: of(1, 3), branches: null, functions: of(1, 2) },
        { path: '/app/src/b.php', lines: of(1, 1), branches: null, functions: null },
      ],
    ],
  ])('%s are told one by one', async (_, report, files) => {
    expect((await readWhole(report)).files()).toEqual(files);
  });
});
