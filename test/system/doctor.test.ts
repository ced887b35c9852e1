import { describe, expect, it } from 'vitest';
import type { KeyResultCheck } from '../../src/app.ts';
import type { PreviewedTable } from '../../src/report/terminal/preview.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24T05:15:00Z');

async function project(sources: string, keyResults: string, files: Readonly<Record<string, string>> = {}) {
  const folder = await tempFolder();
  const okrs = `
timezone: America/New_York
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
database: ../krsync.db
sources:
${sources}
objectives:
  - id: o
    title: O
    keyResults:
${keyResults}
`;
  await writeProject(folder, { 'config/okrs.yaml': okrs, ...files });
  return (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    krsync(folder, args, { env, now: () => NOW });
}

const SURVEY = `  - id: survey
    kind: csv
    tables:
      - { path: ../answers.csv, series: nps, map: { time: when, value: score, subject: product, labels: { team: team } } }
      - { path: ../sales.csv, series: upgrades, map: { time: day, value: sold } }`;
const NPS = `      - { id: nps, title: NPS, start: 31, target: 45, metric: { measure: nps, where: { subject: web } } }`;
const FILES = {
  'answers.csv':
    'when,score,product,team\n2026-11-23 09:30,9,web,blue\n2026-11-23 10:00,\u001b[31m7,web,red\n',
  'sales.csv': 'day,sold\n',
};

describe('krsync doctor shows the first rows of a table as they are mapped', () => {
  it('in the configured zone, and says where a table has none yet', async () => {
    const run = await project(SURVEY, NPS, {
      ...FILES,
      'answers.csv': FILES['answers.csv'].replace('\u001b[31m', ''),
    });
    const { stdout, code } = await run(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toContain('at (America/New_York)');
    expect(stdout).toMatch(/2026-11-23 09:30 +nps +web +9 +team: blue/);
    expect(stdout).toMatch(/2026-11-23 10:00 +nps +web +7 +team: red/);
    expect(stdout).toContain('upgrades sales.csv: it has no row yet');
    const json = JSON.parse((await run(['doctor', '--json'])).stdout) as {
      sources: { previews: PreviewedTable[] }[];
    };
    expect(json.sources[0]?.previews[0]?.rows[0]).toEqual({
      at: '2026-11-23T14:30:00.000Z',
      series: 'nps',
      subject: 'web',
      value: 9,
      of: null,
      labels: { team: 'blue' },
    });
  });

  it('and where a row cannot be read, its place in place of the rows', async () => {
    const run = await project(SURVEY, NPS, FILES);
    const { stdout, code } = await run(['doctor']);
    expect(code).toBe(1);
    expect(stdout).toContain('answers.csv:3');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('as they are read');
  });

  it('without a secret that a row happens to hold', async () => {
    const secret = 'a-very-secret-token';
    const sources = SURVEY.replace('tables:', `password: \${SECRET}\n    user: me\n    tables:`);
    const run = await project(sources, NPS, {
      ...FILES,
      'answers.csv': `when,score,product,team\n2026-11-23,9,web,${secret}\n`,
    });
    for (const args of [['doctor'], ['doctor', '--json']]) {
      const { stdout } = await run(args, { SECRET: secret });
      expect(stdout).toContain('[redacted]');
      expect(stdout).not.toContain(secret);
    }
  });
});

describe('krsync doctor joins sources and key results', () => {
  const GIT = `  - { id: repo, kind: git, path: ../work, repository: acme/web }
  - { id: ci, kind: push }
  - id: survey
    kind: csv
    tables: [{ path: ../answers.csv, series: nps, map: { time: when, value: score, subject: product } }]`;
  const keyResults = (rest: string) => `      - { id: kr, title: T, start: 1, target: 2, ${rest} }`;

  async function problems(
    run: Awaited<ReturnType<typeof project>>,
  ): Promise<readonly { code: string; part: string | null; message: string; remedy: string | null }[]> {
    const { stdout, stderr, code } = await run(['doctor', '--json']);
    expect(code, stderr + stdout).toBe(0);
    return (JSON.parse(stdout) as { keyResults: readonly KeyResultCheck[] }).keyResults.flatMap(
      (one) => one.problems,
    );
  }

  const answers = 'when,score,product\n2026-11-20,9,web\n2026-11-21,3,web\n2026-11-22,7,api\n';

  it('a name that no stored record bears, with the nearest that one does', async () => {
    const run = await project(
      GIT.split('\n').slice(1).join('\n'),
      keyResults('metric: { measure: nps, source: survey, where: { subject: webb } }'),
      { 'answers.csv': answers },
    );
    expect(await problems(run), 'before the first sync nothing is known of the rows').toEqual([]);
    await run(['sync']);
    expect(await problems(run)).toEqual([
      {
        part: null,
        code: 'no-match',
        message: 'none of the 3 samples meets `where.subject: webb`; did you mean `web`?',
        remedy: 'correct it, or look whether the source brings what it names',
      },
    ]);
    const { stdout } = await run(['doctor']);
    expect(stdout).toContain('o/kr has no data');
  });

  it('a series that nobody has sent, in a guard and in a term too', async () => {
    const cost = '{ measure: cost, source: ci, window: 28d }';
    const run = await project(
      GIT.split('\n').slice(1).join('\n'),
      keyResults(
        `metric: { measure: formula, options: { expression: a / b, unit: none, terms: { a: { measure: nps, source: survey, window: 28d }, b: ${cost} } } }, guard: [{ title: Sales, metric: { measure: upgrades, source: ci }, keep: { min: 1 } }]`,
      ),
      { 'answers.csv': answers },
    );
    await run(['sync']);
    const found = await problems(run);
    expect(found.map(({ part, code }) => [part, code])).toEqual([
      ['term b', 'not-sent'],
      ['guard Sales', 'not-sent'],
    ]);
    expect(found[0]?.message).toContain('nobody has sent `cost` to ci yet');
    await run(['ingest', '--source', 'ci', '--series', 'costs', '--value', '5']);
    expect((await problems(run))[0]?.message).toContain('did you mean `costs`?');
    for (const series of ['cost', 'upgrades']) {
      await run([
        'ingest',
        '--source',
        'ci',
        '--series',
        series,
        '--value',
        '5',
        '--from',
        '2026-09-01',
        '--at',
        '2026-11-23',
      ]);
    }
    expect(await problems(run)).toEqual([]);
    expect((await run(['doctor'])).stdout).toContain('the key result has data');
  });

  it('too few samples, and a window that holds none of those there are', async () => {
    const files = { 'answers.csv': answers };
    const source = GIT.split('\n').slice(2).join('\n');
    const metric = '{ measure: nps, source: survey, window: 28d }';
    const few = await project(source, keyResults(`minSamples: 20, metric: ${metric}`), files);
    await few(['sync']);
    expect(await problems(few)).toMatchObject([
      { code: 'too-few', message: expect.stringMatching(/^3 of at least 20/) },
    ]);
    const narrow = await project(
      source,
      keyResults('metric: { measure: nps, source: survey, window: 1d }'),
      files,
    );
    await narrow(['sync']);
    expect(await problems(narrow)).toMatchObject([
      { code: 'none-counts', message: expect.stringContaining('3 samples meet its conditions at any time') },
    ]);
  });
});
