import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { connectors } from '../../connectors/index.ts';
import { OBJECTIVE_ADVICE } from '../../src/config/advice-names.ts';
import { advise, loadConfiguration } from '../../src/config/index.ts';
import {
  calendarShape,
  channelShape,
  cycleShape,
  incidentShape,
  keepShape,
  objectiveShape,
  reachShape,
  ruleShape,
  scalarShape,
} from '../../src/config/schema.ts';
import { WEEKDAYS } from '../../src/domain/calendar.ts';
import { FIELDS } from '../../src/domain/fields.ts';
import { AGGREGATES, COMBINES, NAMED_WINDOWS } from '../../src/domain/okr.ts';
import { metrics } from '../../src/metrics/index.ts';
import { channels } from '../../src/notify/index.ts';
import { NOW, workspace } from './support/workspace.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const options = {
  cwd: root,
  env: { GITHUB_TOKEN: 'example-token' },
  now: NOW,
  connectors,
  metrics,
  channels,
};

describe('the shipped configuration', () => {
  it('is valid as it stands, and says what its comments say', async () => {
    const { timezone, cycles, sources, objectives, secrets } = await loadConfiguration({
      ...options,
      path: 'config',
    });
    expect({ timezone, cycles: cycles.map((c) => c.id), sources: sources.map((s) => s.id), secrets }).toEqual(
      {
        timezone: 'Europe/Stockholm',
        cycles: ['2026-Q4', '2027-Q1'],
        sources: ['gh', 'repo', 'cov', 'lab'],
        secrets: ['example-token'],
      },
    );
    const summary = objectives.flatMap((o) =>
      o.keyResults.map((kr) => [
        `${o.id}/${kr.id}`,
        kr.rule.sources.join(),
        kr.unit,
        kr.kind === 'reach' ? [kr.start, kr.target] : [kr.keep.min, kr.keep.max, kr.keep.for],
      ]),
    );
    expect(summary).toEqual([
      ['small-and-often/cycle-time', 'gh', 'hours', [52, 24]],
      ['small-and-often/pickup', 'gh', 'hours', ['auto', 4]],
      ['small-and-often/releases', 'gh', 'count', [0, 24]],
      ['calm-backlog/close-rate', 'gh', 'ratio', ['auto', 1]],
      ['calm-backlog/lead-time', 'gh', 'hours', [240, 120]],
      ['calm-backlog/blockers', 'gh', 'count', [null, 2, 0.9]],
      ['fast-and-tested/lcp', 'lab', 'milliseconds', [null, 2500, 0.95]],
      ['fast-and-tested/ttfb', 'lab', 'milliseconds', [1100, 600]],
      ['fast-and-tested/coverage', 'cov', 'share', [0.61, 0.75]],
    ]);
  });

  it('follows its own advice', async () => {
    const { objectives, ...rest } = await loadConfiguration({ ...options, path: 'config' });
    expect(advise({ ...rest, objectives }, metrics)).toEqual([]);
  });

  it('says which variable is missing where there is no token', async () => {
    const refused = loadConfiguration({ ...options, path: 'config', env: {} });
    await expect(refused).rejects.toThrow(
      /^config\/sources\.yaml:\d+:\d+: sources\[0\]\.token: .*GITHUB_TOKEN is not set/,
    );
  });

  it('points editors at the schema', async () => {
    for (const name of ['sources.yaml', 'okrs-web.yaml']) {
      const text = await readFile(`${root}config/${name}`, 'utf8');
      expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../docs/schema.json');
    }
  });
});

describe('the documentation', () => {
  const page = readFile(`${root}docs/configuration.md`, 'utf8');
  const tested = readFile(`${root}docs/connectors/README.md`, 'utf8');

  it('shows examples that load', async () => {
    const blocks = [...(await page).matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
    const whole = blocks.filter((block) => block.includes('cycles:') && block.includes('objectives:'));
    expect(whole.length).toBeGreaterThan(0);
    for (const block of blocks) expect(() => parse(block)).not.toThrow();
    for (const block of whole) {
      const cwd = await workspace({ 'config/krsync.yaml': block });
      await expect(loadConfiguration({ ...options, cwd, path: 'config' })).resolves.toBeDefined();
    }
  });

  it.each(Object.entries(connectors))(
    'has a page on %s that names its every setting',
    async (kind, { settings }) => {
      expect(await page).toContain(`| [\`${kind}\`](connectors/${kind}.md) |`);
      expect(await tested).toContain(`| [\`${kind}\`](${kind}.md) |`);
      const own = await readFile(`${root}docs/connectors/${kind}.md`, 'utf8');
      for (const key of keysOf(z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }))) {
        expect(own).toContain(`\`${key}\``);
      }
    },
  );

  it.each(Object.entries(channels))(
    'has a page on the channel %s that names its every setting',
    async (kind, { settings }) => {
      expect(await page).toContain(`| [\`${kind}\`](channels/${kind}.md) |`);
      const own = await readFile(`${root}docs/channels/${kind}.md`, 'utf8');
      expect(own).toContain('## Settings');
      for (const key of keysOf(z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }))) {
        expect(own).toContain(`\`${key}\``);
      }
    },
  );

  it.each(Object.entries(FIELDS))('names every field of a %s', async (type, fields) => {
    const isRow = (line: string) => line.split('|')[1]?.trim() === type.replace('_', ' ');
    const row = (await page).split('\n').find(isRow) ?? '';
    const named = [...row.replaceAll(/\(.*?\)/g, '').matchAll(/`(\w+)`/g)].map((match) => match[1]);
    expect(named).toEqual(Object.keys(fields));
  });

  it('names every key of the format, every aggregate and every way to combine', async () => {
    const text = await page;
    const shapes = {
      ...scalarShape,
      ...cycleShape,
      ...objectiveShape,
      ...reachShape,
      ...keepShape,
      ...ruleShape(null),
      ...incidentShape,
      ...calendarShape,
      ...channelShape,
    };
    for (const name of [
      ...Object.keys(shapes),
      ...OBJECTIVE_ADVICE,
      ...WEEKDAYS,
      ...AGGREGATES,
      ...COMBINES,
      ...NAMED_WINDOWS,
    ]) {
      expect(text).toMatch(new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``));
    }
  });
});

/** The keys of every mapping in a JSON Schema. */
function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && schema.properties !== null ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}
