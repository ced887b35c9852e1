import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../../src/store/lock.ts';
import { krsync, writeProject } from '../../support/cli.ts';
import { at } from '../../support/records.ts';
import { tempFolder } from '../../support/temp.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');

const CONFIGURATION = `
timezone: Europe/Stockholm
cycles:
  - { id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }
database: ../krsync.db
sources:
  - { id: ci, kind: push }
objectives:
  - id: growth
    title: More people use it
    owner: ana@acme.dev
    keyResults:
      - { id: signups, title: 200 sign-ups, metric: { measure: signups }, start: 0, target: 200 }
      - { id: upgrades, title: 20 upgrades, metric: { measure: upgrades }, start: 0, target: 20 }
`;

async function project(configuration = CONFIGURATION) {
  const folder = await tempFolder();
  await writeProject(folder, { 'config/okrs.yaml': configuration });
  const run = (args: readonly string[], now = NOW, stdin?: string) =>
    krsync(folder, args, {
      now: () => now,
      ...(stdin === undefined ? {} : { stdin: Readable.from([stdin]) }),
    });
  return {
    folder,
    run,
    write: (name: string, text: string) => writeFile(join(folder, name), text),
    async value(keyResult: string, now = NOW) {
      const { stdout } = await run(['explain', keyResult, '--json'], now);
      return (JSON.parse(stdout) as { value: number | null }).value;
    },
  };
}

const LINES = `{"series":"signups","value":12,"at":"2026-10-01","key":"2026-10-01"}

{"series":"signups","value":8,"at":"2026-10-02T23:30:00Z","key":"2026-10-02","labels":{"country":"SE"}}
{"series":"upgrades","value":3,"at":"2026-10-01T00:00:00+02:00","of":20,"subject":"web"}
`;

describe('krsync ingest', () => {
  test('records JSON lines, and the same again changes nothing', async () => {
    const { run, write, value } = await project();
    await write('samples.jsonl', LINES);
    const first = await run(['ingest', 'samples.jsonl']);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toBe('samples.jsonl: 3 samples for ci.\n');
    expect([await value('signups'), await value('upgrades')]).toEqual([20, 3]);
    const again = await run(['ingest', 'samples.jsonl', '--json']);
    expect(JSON.parse(again.stdout)).toEqual({
      source: 'ci',
      files: [{ file: 'samples.jsonl', samples: 3, changed: 0 }],
      faults: [],
    });
  });

  test('a key that is sent again takes the place of what was sent before', async () => {
    const { run, write, value } = await project();
    await write('samples.jsonl', LINES);
    await run(['ingest', 'samples.jsonl']);
    const flags = ['--series', 'signups', '--value', '10', '--at', '2026-10-01', '--key', '2026-10-01'];
    expect((await run(['ingest', ...flags])).code).toBe(0);
    expect(await value('signups')).toBe(18);
  });

  test('JSON, CSV and standard input say the same', async () => {
    const csv = 'series;value;at;key;label.country\nsignups;12;2026-10-01;a;SE\nsignups;8;2026-10-02;b;\n';
    const json =
      '[\n {"series":"signups","value":12,"at":"2026-10-01","key":"a","labels":{"country":"SE"}},\n {"series":"signups","value":8,"at":"2026-10-02","key":"b"}\n]';
    const { run, write, value } = await project();
    await write('samples.csv', `\ufeff${csv}`);
    await write('samples.json', json);
    expect((await run(['ingest', 'samples.csv'])).stderr).toBe('');
    expect(await value('signups')).toBe(20);
    expect((await run(['ingest', 'samples.json'])).stdout).toContain('all of them known already');
    expect((await run(['ingest', '-'], NOW, csv)).stdout).toContain('all of them known already');
  });

  test('two samples without a key that look the same are two', async () => {
    const { run, write, value } = await project();
    await write('a.jsonl', '{"series":"signups","value":1,"at":"2026-10-01"}\n'.repeat(3));
    await run(['ingest', 'a.jsonl']);
    await run(['ingest', 'a.jsonl']);
    expect(await value('signups')).toBe(3);
  });

  test('a file with a fault records nothing, and each fault has its file and line', async () => {
    const { run, write, value } = await project();
    await write(
      'bad.jsonl',
      `${LINES}{"series":"signups","value":"7"}\n{"series":"signups","valeu":7}\n{"series":"x","value":1,"at":"01/02/2026"}\n`,
    );
    await write('good.jsonl', '{"series":"signups","value":5,"at":"2026-10-01"}\n');
    const alone = await run(['ingest', 'bad.jsonl']);
    expect([alone.code, alone.stdout]).toEqual([2, '']);
    expect(alone.stderr.split('\n')).toEqual([
      'bad.jsonl:5: `value`: a number is expected',
      'bad.jsonl:6: `value`: a number is missing',
      'bad.jsonl:6: unknown field `valeu`',
      'bad.jsonl:7: `at`: "01/02/2026" can be read in two ways',
      '4 faults; nothing of it was recorded.',
      '',
    ]);
    const both = await run(['ingest', 'bad.jsonl', 'good.jsonl']);
    expect([both.code, both.stdout]).toEqual([1, 'good.jsonl: 1 sample for ci.\n']);
    expect(await value('signups')).toBe(5);
  });

  test.each([
    [
      '[\n {"series":"a","value":1},\n\n {"series":"a",\n  "value":null}\n]',
      /^f:4: `value`: a number is expected/,
    ],
    ['[{"series":"a","value":1}', /^f:1: it is not valid JSON/],
    ['{"series":"a","value":1}\n{"series":', /^f:2: it is not valid JSON/],
    ['series,value\na,1\na,x\n', /^f:3: `value`: a number is expected/],
    ['series,amount\na,1\n', /^f:1: a table has the columns series, value.* not "amount"/],
    ['series,value\na,"1\n', /^f:2: a quote is opened and never closed/],
    [
      '{"series":"a","value":1,"key":"k"}\n{"series":"a","value":2,"key":"k"}',
      /^f:2: the key "k" is also that of line 1/,
    ],
  ])('%j is told with its line', async (text, message) => {
    const { run, write } = await project();
    await write('f', text);
    const { code, stderr } = await run(['ingest', 'f']);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('what is asked for wrongly is told, and nothing is written', async () => {
    const { run, write } = await project();
    const told = async (...args: string[]) => {
      const { code, stderr } = await run(['ingest', ...args]);
      expect(code).toBe(2);
      return stderr;
    };
    await write('good.jsonl', LINES);
    expect(await told()).toContain('give files');
    expect(await told('missing.csv')).toContain('missing.csv cannot be read (ENOENT)');
    expect(await told('good.jsonl', '--value', '3')).toContain('--value describes one sample');
    expect(await told('--series', 'a', '--value', '1,5')).toContain("not '1,5'");
    expect(await told('--series', 'a', '--value', '1', '--label', 'x')).toContain('name=value');
    expect(await told('good.jsonl', '--source', 'gh')).toContain("no source 'gh': of kind push there is ci");
    const none = await project(
      CONFIGURATION.replace('{ id: ci, kind: push }', '{ id: g, kind: git, path: . }'),
    );
    const { stderr } = await none.run(['ingest', '--series', 'a', '--value', '1']);
    expect(stderr).toMatch(/no source of kind push|brings/);
  });

  test('another run that holds the lock is waited for by nobody: exit 3', async () => {
    const { folder, run } = await project();
    const lock = acquireLock(join(folder, 'krsync.db'), { command: 'update', now: () => NOW });
    try {
      expect((await run(['ingest', '--series', 'signups', '--value', '1'])).code).toBe(3);
    } finally {
      lock.release();
    }
  });
});

describe('a true 0 and a gap', () => {
  test('a series is 0 only where it was sent, from its oldest sample on and while it is fresh', async () => {
    const { run, value } = await project();
    await run(['ingest', '--series', 'signups', '--value', '0', '--at', '2026-09-30']);
    expect(await value('signups')).toBe(0);
    // Nothing was ever sent of the other, however fresh this one is.
    expect(await value('upgrades')).toBeNull();
    const { stdout } = await run(['explain', 'upgrades']);
    expect(stdout).toContain('nothing was sent to ci of the series upgrades');
  });

  test('what begins inside the cycle is no sum of the cycle, unless the sender says that it is', async () => {
    const { run, value } = await project();
    const sent = ['ingest', '--series', 'signups', '--value', '4', '--at', '2026-11-20', '--key', 'a'];
    await run(sent);
    expect(await value('signups')).toBeNull();
    await run([...sent, '--from', '2026-10-01']);
    expect(await value('signups')).toBe(4);
  });

  test('a sync in between does not make what nobody sent look fresh', async () => {
    const { run } = await project();
    await run(['ingest', '--series', 'signups', '--value', '4', '--at', '2026-09-01']);
    await run(['ingest', '--series', 'signups', '--value', '6', '--at', '2026-10-20']);
    const later = at('2026-12-20');
    expect((await run(['update'], later)).code).toBe(0);
    const { stdout } = await run(['status', '--json'], later);
    const { sources, objectives } = JSON.parse(stdout);
    expect(objectives[0].keyResults[0]).toMatchObject({ id: 'signups', status: 'stale' });
    expect(sources[0]).toMatchObject({
      id: 'ci',
      streams: [{ member: 'signups', completeAt: '2026-11-24T12:00:00.000Z' }],
    });
  });
});
