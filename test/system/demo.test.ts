import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { ExplainModel, StatusModel } from '../../src/report/model.ts';
import { krsync } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24T05:15:00Z');

test('the demo plays the main job against both stand-ins, and leaves numbers that can be looked into offline', async () => {
  const cwd = await tempFolder();
  const now = () => NOW;
  const demo = await krsync(cwd, ['demo', '--directory', 'demo'], { now });
  expect(demo.stderr).toContain('Synced:');
  expect(demo.code).toBe(0);

  const config = join('demo', 'config');
  const json = async <T>(...args: string[]) =>
    JSON.parse((await krsync(cwd, [...args, '--config', config, '--json'], { now })).stdout) as T;
  const status = await json<StatusModel>('status');
  const made = status.sources.filter(({ kind }) => kind !== 'git');
  expect(made.map(({ id }) => id).sort()).toEqual(['coverage', 'gh', 'jira', 'lab']);
  for (const { id, error, records } of made) {
    expect(error, id).toBeNull();
    expect(records, id).toBeGreaterThan(50);
  }
  const objectives = status.objectives.filter(({ team }) => team !== 'krsync');
  expect(objectives).toHaveLength(4);
  for (const { id, keyResults } of objectives) {
    expect(keyResults.length, id).toBeGreaterThanOrEqual(2);
    expect(keyResults.length, id).toBeLessThanOrEqual(4);
    for (const one of keyResults) expect(one.current, one.id).not.toBeNull();
  }

  const explained = await json<ExplainModel>('explain', 'points');
  const points = explained.observations.reduce((sum, { value }) => sum + value, 0);
  expect(explained.value).toBe(points);
  expect(points).toBeGreaterThan(100);
  expect(explained.observations.every(({ ref }) => /\/browse\/WEB-\d+$/.test(ref.url ?? ''))).toBe(true);

  expect(await readFile(join(cwd, 'demo/report.md'), 'utf8')).toContain('What we start, we finish');
  const page = await readFile(join(cwd, 'demo/report.html'), 'utf8');
  expect(page).toContain('What we start, we finish');
  expect(page.match(/<li><span class="effect">/g)?.length).toBeGreaterThan(30);
  const database = new Database(join(cwd, 'demo/krsync.db'), { readonly: true });
  const sprints = database.prepare<[], { state: string }>('SELECT DISTINCT state FROM v_sprints').all();
  database.close();
  expect(sprints.map(({ state }) => state).sort()).toEqual(['active', 'closed', 'future']);
}, 120_000);
