import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listTemplates } from '../../src/app/init.ts';
import { krsync } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const templates = join(import.meta.dirname, '../../config/templates');
const now = () => at('2026-11-24');
const env = { TZ: 'Europe/Stockholm', GITHUB_TOKEN: 'a-token', PATH: '' };

describe('krsync init', () => {
  it('has a template for each area in which software engineers set key results', async () => {
    expect((await listTemplates(templates)).map(({ area }) => area)).toEqual([
      'code-health',
      'quality',
      'speed',
      'strategic-development',
      'task-success',
      'user-adoption',
      'user-satisfaction',
    ]);
  });

  it('names them all in its help', async () => {
    const help = (await krsync('.', ['init', '--help'])).stdout.replaceAll(/\s+/g, ' ');
    for (const { area } of await listTemplates(templates)) expect(help).toContain(area);
  });

  it.each([
    'code-health',
    'quality',
    'speed',
    'strategic-development',
    'task-success',
    'user-adoption',
    'user-satisfaction',
  ])('writes a configuration for %s that is valid and follows its own advice', async (area) => {
    const cwd = await tempFolder();
    const { code, stdout } = await krsync(cwd, ['init', '--template', area], { env, now });
    expect([code, stdout]).toEqual([0, expect.stringContaining(`wrote  config/okrs-${area}.yaml`)]);
    const checked = await krsync(cwd, ['validate', '--strict'], { env, now });
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^Valid: \d sources?, 1 objectives?, [34] key results/);
  });

  it('takes the quarter that runs in the local zone and the next one as cycles', async () => {
    const cwd = await tempFolder();
    await krsync(cwd, ['init', '--template', 'quality'], { env, now: () => at('2026-12-31T23:30') });
    const text = await readFile(join(cwd, 'config/krsync.yaml'), 'utf8');
    expect(text).toContain('timezone: Europe/Stockholm');
    expect(text).toContain('{ id: 2027-Q1, start: 2027-01-01, end: 2027-03-31 }');
    expect(text).toContain('{ id: 2027-Q2, start: 2027-04-01, end: 2027-06-30 }');
  });

  it('puts the repository that it is told in place of the example', async () => {
    const cwd = await tempFolder();
    await krsync(cwd, ['init', '--template', 'quality', '--repository', 'ours/shop'], { env, now });
    expect(await readFile(join(cwd, 'config/source-gh.yaml'), 'utf8')).toContain('repositories: [ours/shop]');
    const bad = await krsync(cwd, ['init', '--template', 'speed', '--repository', 'shop'], { env, now });
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('owner/name') });
  });

  it('adds a second area to the first, and keeps what is there', async () => {
    const cwd = await tempFolder();
    await krsync(cwd, ['init', '--template', 'quality', '--repository', 'ours/shop'], { env, now });
    const before = await readFile(join(cwd, 'config/krsync.yaml'), 'utf8');
    const { stdout } = await krsync(cwd, ['init', '--template', 'code-health'], { env, now });
    expect(stdout).toContain('kept   config/source-gh.yaml');
    expect(await readFile(join(cwd, 'config/krsync.yaml'), 'utf8')).toBe(before);
    expect(await krsync(cwd, ['validate'], { env, now })).toMatchObject({ code: 0 });
  });

  it('writes no source that another file declares already', async () => {
    const cwd = await tempFolder();
    await mkdir(join(cwd, 'config'));
    const own = 'sources:\n  - { id: gh, kind: github, token: x, repositories: [a/b] }\n';
    await writeFile(join(cwd, 'config/tools.yaml'), own);
    const { stdout } = await krsync(cwd, ['init', '--template', 'quality', '--repository', 'ours/shop'], {
      env,
      now,
    });
    expect(stdout).toContain('kept   config/tools.yaml');
    expect(stdout).toContain('The repositories that it reads are those in config/tools.yaml, which stays');
    expect(stdout).not.toContain('ours/shop');
    expect((await readdir(join(cwd, 'config'))).sort()).toEqual([
      'krsync.yaml',
      'okrs-quality.yaml',
      'tools.yaml',
    ]);
    expect(await krsync(cwd, ['validate'], { env, now })).toMatchObject({ code: 0 });
  });

  it('speaks of no repository where none is read, and of the tables that want rows', async () => {
    const cwd = await tempFolder();
    const { stdout } = await krsync(cwd, ['init', '--template', 'user-adoption'], { env, now });
    expect(stdout).not.toMatch(/repositor/);
    expect(stdout).toContain('No row is made up: fill config/data/product.csv');
  });

  it('says where it cannot write, and what to do', async () => {
    const cwd = await tempFolder();
    await writeFile(join(cwd, 'taken'), 'a file');
    const { code, stderr } = await krsync(cwd, ['init', '--config', 'taken/config'], { env, now });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/cannot be written \(ENOTDIR\): name another/)]);
  });

  it('overwrites nothing', async () => {
    const cwd = await tempFolder();
    await krsync(cwd, ['init', '--template', 'quality'], { env, now });
    const again = await krsync(cwd, ['init', '--template', 'quality'], { env, now });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
  });

  it('names the templates where it does not know the one asked for', async () => {
    const cwd = await tempFolder();
    const { code, stderr } = await krsync(cwd, ['init', '--template', 'happiness'], { env, now });
    expect([code, stderr]).toEqual([2, expect.stringContaining('code-health, quality, speed')]);
    expect(await readdir(cwd)).toEqual([]);
  });
});
