import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { junit } from '../../../connectors/junit/index.ts';
import { junitSettings } from '../../../connectors/junit/settings.ts';
import { drain, pullContext, SHARED_DATA } from '../../support/pull-context.ts';
import { faultOf } from './support.ts';

const FOLDER = join(SHARED_DATA, 'junit');

async function pulled(file: string) {
  const settings = junitSettings.parse({ reports: [{ path: join(FOLDER, file), subject: 'web' }] });
  const { records, error } = await drain(junit.streams.reports, pullContext(settings), 'web');
  expect(error).toBeNull();
  const samples = records.flatMap((record) => (record.recordType === 'sample' ? [record] : []));
  return {
    samples,
    values: Object.fromEntries(samples.map((sample) => [sample.series, sample.value])),
  };
}

describe.skipIf(!existsSync(FOLDER))('real reports (skipped where ../shared/data is absent)', () => {
  test('pytest-fail.xml has the totals that publish-unit-test-result-action expects of it', async () => {
    const expected: { stats: { [name: string]: number } } = JSON.parse(
      readFileSync(join(FOLDER, 'pytest-fail.expected.json'), 'utf8'),
    );
    const { tests, tests_succ, tests_fail, tests_error, tests_skip, duration } = expected.stats;
    const { samples, values } = await pulled('pytest-fail.xml');
    expect(values.tests).toBe(tests);
    const ran = Number(tests_succ) + Number(tests_fail) + Number(tests_error);
    expect(values['test-pass-rate']).toBe(Number(tests_succ) / ran);
    expect(samples.find((sample) => sample.series === 'test-pass-rate')?.of).toBe(
      Number(tests) - Number(tests_skip),
    );
    expect(Math.trunc(Number(values['test-duration']) / 1000)).toBe(duration);
    expect(values['test-duration']).toBe(2481);
    expect(values['tests-flaky']).toBe(0);
    expect(samples[0]?.measuredAt).toBe(Date.parse('2020-09-04T16:18:04.966Z'));
  });

  test('jest-junit.xml has what Jest says in its own attributes', async () => {
    const { samples, values } = await pulled('jest-junit.xml');
    expect(values).toEqual({ tests: 2, 'test-pass-rate': 1, 'test-duration': 566, 'tests-flaky': 0 });
    expect(samples[0]?.measuredAt).toBe(Date.parse('2022-12-29T15:34:28Z'));
  });

  test('mocha.xml has its 109 tests, though some share their names', async () => {
    const { samples, values } = await pulled('mocha.xml');
    expect(values).toEqual({ tests: 109, 'test-pass-rate': 1, 'test-duration': 290, 'tests-flaky': 0 });
    expect(samples[0]?.measuredAt).toBe(Date.parse('2022-12-03T23:10:07Z'));
  });

  test('corrupt.xml is an error with its file and line', async () => {
    const file = join(FOLDER, 'corrupt.xml');
    const settings = junitSettings.parse({ reports: [{ path: file, subject: 'web' }] });
    const { records, error } = await drain(junit.streams.reports, pullContext(settings), 'web');
    expect(records).toEqual([]);
    const lines = (await readFile(file, 'utf8')).split('\n').length;
    expect(error).toMatchObject({ code: 'shape', endpoint: expect.stringContaining(`${file}:${lines}:`) });
  });

  test.each(['pytest-fail.xml', 'jest-junit.xml', 'mocha.xml'])(
    '%s cut off anywhere is a fault, never another number',
    async (name) => {
      const whole = (await readFile(join(FOLDER, name), 'utf8')).trimEnd();
      for (let part = 0; part < 20; part++) {
        const cut = whole.slice(0, Math.floor((whole.length * part) / 20));
        expect(await faultOf(cut)).toMatchObject({ code: 'shape' });
      }
    },
  );
});
