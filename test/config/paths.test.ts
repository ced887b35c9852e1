import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { resolvePaths } from '../../src/config/paths.ts';
import { load, SOURCES, VALID } from './support/workspace.ts';

async function settingsOf(source: string): Promise<{ readonly settings: unknown; readonly folder: string }> {
  const { sources, cwd } = await load({
    'a.yaml': VALID,
    'deep/b.yaml': '',
    'b.yaml': `sources:\n  - ${source}\n`,
  });
  return { settings: sources.find((s) => s.id === 'x')?.settings, folder: join(cwd, 'config') };
}

describe('a path in the settings of a source', () => {
  it('is relative to the file that names it', async () => {
    const { settings, folder } = await settingsOf(
      '{ id: x, kind: coverage, reports: [{ path: ../coverage/a.json, subject: web }, { path: /abs/b.json }] }',
    );
    expect(settings).toEqual({
      reports: [{ path: join(folder, '../coverage/a.json'), subject: 'web' }, { path: '/abs/b.json' }],
    });
  });

  it('keeps its wildcards, and may be an address', async () => {
    const { settings, folder } = await settingsOf(
      '{ id: x, kind: lighthouse, reports: [{ path: "runs/**/*.report.json" }, { path: "https://ci.example/r.json" }] }',
    );
    expect(settings).toEqual({
      reports: [{ path: join(folder, 'runs/**/*.report.json') }, { path: 'https://ci.example/r.json' }],
    });
  });

  it('is a path by its schema rather than by its name', async () => {
    const { settings, folder } = await settingsOf(
      '{ id: x, kind: vault, keyFile: key.pem, path: secret/data/krsync, files: { a: a.txt } }',
    );
    expect(settings).toEqual({
      keyFile: join(folder, 'key.pem'),
      path: 'secret/data/krsync',
      files: { a: join(folder, 'a.txt') },
    });
  });

  it('may come from the environment', async () => {
    const { sources, cwd } = await load(
      { 'a.yaml': VALID.replace('objectives:', `  - { id: x, kind: git, path: "\${CLONE}" }\nobjectives:`) },
      { env: { CLONE: 'clones/web' } },
    );
    expect(sources[1]?.settings).toEqual({ path: join(cwd, 'config/clones/web') });
  });

  it('is found under every wrapper of a schema', () => {
    const path = z.string().meta({ path: true });
    const schema = z.strictObject({
      a: path.optional(),
      b: path.default('x'),
      c: z.array(path.nullable()),
      d: z.strictObject({ e: path }).optional(),
      f: z.union([path, z.strictObject({ g: path })]),
      h: path.transform((text) => text.length),
      i: z.string(),
    });
    const given = { a: 'a', b: 'b', c: ['c', null], d: { e: 'e' }, f: { g: 'g' }, h: 'h', i: 'i' };
    const place = { file: 'f', directory: '/base', line: 1, column: 1, path: '' };
    const places = new WeakMap();
    const mark = (holder: object) => {
      const keys = Object.keys(holder);
      places.set(
        holder,
        new Map(keys.map((key) => [key, { key: place, value: place, interpolated: false }])),
      );
      for (const value of Object.values(holder)) if (typeof value === 'object' && value !== null) mark(value);
    };
    mark(given);
    expect(resolvePaths(schema, given, places)).toEqual({
      a: '/base/a',
      b: '/base/b',
      c: ['/base/c', null],
      d: { e: '/base/e' },
      f: { g: '/base/g' },
      h: '/base/h',
      i: 'i',
    });
  });

  it('of a single file is relative to the folder of that file', async () => {
    const { sources, cwd } = await load(
      { 'one.yaml': VALID.replace(SOURCES, `${SOURCES}  - { id: x, kind: git, path: . }\n`) },
      { path: 'config/one.yaml' },
    );
    expect(sources[1]).toMatchObject({
      settings: { path: join(cwd, 'config') },
      directory: join(cwd, 'config'),
    });
  });
});
