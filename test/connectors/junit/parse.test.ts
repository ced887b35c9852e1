import { describe, expect, test } from 'vitest';
import { readTests } from '../../../connectors/junit/read.ts';
import { durationOf, timestampOf } from '../../../connectors/junit/times.ts';
import { faultOf, sourceOf, totalsOf } from './support.ts';

const passed = (name: string, time = '1') => `<testcase classname="c" name="${name}" time="${time}"/>`;
const failed = (name: string) =>
  `<testcase classname="c" name="${name}" time="1"><failure message="no"/></testcase>`;

describe('the tests of a report', () => {
  test('are those of suites in suites, of suites beside tests, and of a bare suite', async () => {
    const inner = `<testsuite name="b">${passed('x')}<testsuite name="c">${passed('x')}${failed('y')}</testsuite></testsuite>`;
    const nested = `<testsuites><testsuite name="a">${inner}${passed('z')}</testsuite>${passed('alone')}</testsuites>`;
    expect(await totalsOf(nested)).toMatchObject({
      tests: 5,
      passed: 4,
      failed: 1,
      skipped: 0,
      flaky: 0,
      duration: 5000,
    });
    expect(await totalsOf(`<testsuite>${passed('x')}</testsuite>`)).toMatchObject({ tests: 1, passed: 1 });
  });

  test('are failed by a failure or an error, and left out by a skip or the status of GoogleTest', async () => {
    const cases = [
      '<testcase name="a"><error/></testcase>',
      '<testcase name="b"><skipped/></testcase>',
      '<testcase name="c" status="notrun"/>',
      '<testcase name="d"><failure/><skipped/></testcase>',
      '<testcase name="e"><system-out>&lt;failure/&gt;</system-out><properties><property name="skipped"/></properties></testcase>',
    ];
    const totals = await totalsOf(`<testsuite>${cases.join('')}</testsuite>`);
    expect(totals).toMatchObject({ tests: 5, passed: 1, failed: 2, skipped: 2 });
  });

  test('are counted, and the attributes that say otherwise are named', async () => {
    const report = `<testsuites tests="9"><testsuite tests="4" failures="3">${passed('a')}${passed('b')}</testsuite></testsuites>`;
    const { totals, differences } = await readTests([sourceOf(report, 'unit.xml')]);
    expect(totals.tests).toBe(2);
    expect(differences).toEqual(['unit.xml speaks of 4 tests and lists 2']);
    const whole = `<testsuites tests="2"><testsuite tests="2">${passed('a')}${passed('b')}</testsuite></testsuites>`;
    expect((await readTests([sourceOf(whole)])).differences).toEqual([]);
  });

  test('of a run that found none are none, and those that are spoken of alone are an error', async () => {
    expect(await totalsOf('<testsuites tests="0"/>')).toMatchObject({ tests: 0, duration: null });
    expect(await faultOf('<testsuites tests="7" failures="0">\n</testsuites>')).toMatchObject({
      code: 'shape',
      message: expect.stringContaining('7 tests and lists none'),
      endpoint: expect.stringMatching(/^report\.xml:2:/),
    });
  });

  test('of several files are those of all', async () => {
    const of = (at: string, inside: string) => `<testsuite timestamp="${at}" time="2">${inside}</testsuite>`;
    expect(
      await totalsOf(of('2026-10-02T00:00:00', passed('a')), of('2026-10-01T00:00:00', failed('a'))),
    ).toMatchObject({
      tests: 2,
      passed: 1,
      failed: 1,
      flaky: 0,
      duration: 4000,
      measuredAt: Date.parse('2026-10-02'),
    });
    expect(await totalsOf(of('', passed('a')), `<testsuite><testcase name="b"/></testsuite>`)).toMatchObject({
      duration: null,
    });
  });
});

describe('a retry', () => {
  test('by Surefire makes a test flaky where it passed in the end, and failed where it never did', async () => {
    const report = `<testsuite name="s" tests="3">
      <testcase name="a" time="1"><flakyFailure message="1"/><flakyError message="2"/></testcase>
      <testcase name="b" time="1"><failure/><rerunFailure/><rerunError/></testcase>${passed('c')}</testsuite>`;
    expect(await totalsOf(report)).toMatchObject({ tests: 3, passed: 2, failed: 1, flaky: 1 });
  });

  test('that is listed as the same test again is no test of its own', async () => {
    const report = `<testsuite name="s" tests="6">${failed('a')}${passed('a')}${failed('b')}${failed('b')}${failed('b')}${passed('c')}</testsuite>`;
    expect(await totalsOf(report)).toMatchObject({ tests: 3, passed: 2, failed: 1, flaky: 1, said: null });
  });

  test('is none after a test passed: tests may share a name', async () => {
    const report = `<testsuite name="s">${passed('a')}${passed('a')}${failed('a')}</testsuite>`;
    expect(await totalsOf(report)).toMatchObject({ tests: 3, passed: 2, failed: 1, flaky: 0 });
  });

  test('is none in another suite, or in another file', async () => {
    const report = `<testsuites><testsuite name="linux">${failed('a')}</testsuite><testsuite name="mac">${passed('a')}</testsuite></testsuites>`;
    expect(await totalsOf(report)).toMatchObject({ tests: 2, failed: 1, flaky: 0 });
    const one = (inside: string) => `<testsuite name="s">${inside}</testsuite>`;
    expect(await totalsOf(one(failed('a')), one(passed('a')))).toMatchObject({
      tests: 2,
      failed: 1,
      flaky: 0,
    });
  });
});

describe('the time of a run', () => {
  test('is that of its suites, else of its tests: suites that run tests side by side are quicker than their sum', async () => {
    const suite = (time: string) =>
      `<testsuite name="s"${time}>${passed('a', '3')}${passed('b', '4')}</testsuite>`;
    expect((await totalsOf(suite(' time="5"'))).duration).toBe(5000);
    expect((await totalsOf(suite(''))).duration).toBe(7000);
    expect(
      (await totalsOf(`<testsuites time="99">${suite(' time="5"')}${suite(' time="1"')}</testsuites>`))
        .duration,
    ).toBe(6000);
    expect((await totalsOf(`<testsuite time="0">${suite('')}</testsuite>`)).duration).toBe(7000);
  });

  test.each([
    ['1.5', 1500],
    ['1,234.567', 1_234_567],
    ['14,029.255', 14_029_255],
    ['1,234', 1_234_000],
    ['2.5e-3', 2.5],
    ['.25', 250],
    ['0,160', null],
    ['1.234,5', null],
    ['12,34.5', null],
    ['-1', null],
    ['', null],
    ['NaN', null],
    [undefined, null],
  ])('written %s is %s ms', (text, expected) => {
    expect(durationOf(text)).toBe(expected);
  });

  test.each([
    ['2020-09-04T16:18:04.966371', '2020-09-04T16:18:04.966Z'],
    ['2022-12-29T15:34:28', '2022-12-29T15:34:28.000Z'],
    ['2025-01-01T12:00:00+02:00', '2025-01-01T10:00:00.000Z'],
    ['2025-01-01T12:00:00.5-0130', '2025-01-01T13:30:00.500Z'],
    ['Sat, 03 Dec 2022 23:10:07 GMT', '2022-12-03T23:10:07.000Z'],
  ])('of the moment %s is %s whatever the zone of the machine', (text, expected) => {
    expect(timestampOf(text)).toBe(Date.parse(expected));
  });

  test.each(['', 'yesterday', '1970-01-01T00:00:00', '03/12/2022', undefined])(
    'of the moment %s is none',
    (text) => {
      expect(timestampOf(text)).toBeNull();
    },
  );
});

describe('what is no report is told with its place', () => {
  test.each([
    ['an empty file', '', 'report.xml:1:1', 'the file is empty'],
    ['a file of blanks', '\ufeff \n ', 'report.xml:1:1', 'the file is empty'],
    ['text', 'Not found\n', 'report.xml:1:1', 'not XML'],
    [
      'a page of HTML',
      '<!DOCTYPE html><html><body>Sign in</body></html>',
      'report.xml:1:21',
      'not that of a JUnit report',
    ],
    ['a coverage report', '<coverage line-rate="1"/>', 'report.xml:1:', 'not that of a JUnit report'],
    ['a report that breaks off', '<testsuites>\n<testsuite name="a">\n', 'report.xml:3:', 'unclosed tag'],
    [
      'a test in a test',
      '<testsuite>\n<testcase><testcase/></testcase></testsuite>',
      'report.xml:2:',
      'lies in another',
    ],
  ])('%s', async (_, content, at, message) => {
    expect(await faultOf(content)).toMatchObject({
      code: 'shape',
      endpoint: expect.stringContaining(at),
      message: expect.stringContaining(message),
      remedy: expect.stringMatching(/\w/),
    });
  });
});
