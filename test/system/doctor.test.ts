import { describe, expect, it } from 'vitest';
import type { TablePreview } from '../../src/app/doctor/check.ts';
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
      sources: { previews: TablePreview[] }[];
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
