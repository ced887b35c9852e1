import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { metrics } from '../../src/metrics/index.ts';
import { channels } from '../../src/notify/index.ts';

const root = resolve(import.meta.dirname, '../..');

/** The parts in the direction that data flows, each with those it may import beside itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  // The process in which a person's query runs on a file: of krsync's own, or of a source.
  sqlite: [],
  connectors: ['domain', 'sqlite'],
  sync: ['domain', 'connectors'],
  store: ['domain', 'sqlite', 'connectors', 'sync'],
  metrics: ['domain', 'connectors', 'sync', 'store'],
  okr: ['domain', 'connectors', 'sync', 'store', 'metrics'],
  report: ['domain', 'connectors', 'sync', 'store', 'metrics', 'okr'],
  notify: ['domain', 'connectors', 'sync', 'store', 'report'],
  // The configuration is checked against the registries, and read by nothing but what wires and shows.
  config: ['domain', 'connectors', 'metrics', 'notify'],
  app: ['domain', 'connectors', 'sync', 'store', 'metrics', 'okr', 'report', 'notify', 'config'],
  web: ['domain', 'store', 'report', 'config', 'app'],
  daemon: ['domain', 'store', 'report', 'config', 'app'],
  // A stand-in that shared code with the connector could not contradict it.
  demo: ['domain'],
  cli: [
    ...['domain', 'connectors', 'sync', 'store', 'metrics', 'okr', 'report', 'notify', 'config', 'app'],
    ...['web', 'daemon', 'demo'],
  ],
};

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name));
}

function partOf(file: string): string {
  const [top, second] = relative(root, file).split('/');
  if (top === 'connectors') return 'connectors';
  return second?.replace(/\.ts$/, '') ?? '';
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)['"](\.{1,2}\/[^'"]+)['"]/gm);
  return Array.from(found, ([, path]) => resolve(dirname(file), path ?? ''));
}

describe('the arrows of the design', () => {
  const files = [...sourceFiles('src'), ...sourceFiles('connectors')];

  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap(importsOf).length).toBeGreaterThan(100);
  });

  it('no part imports what stands to its right', () => {
    const back = files.flatMap((file) => {
      const part = partOf(file);
      const allowed = ALLOWED[part];
      if (allowed === undefined) return [`${relative(root, file)} belongs to no part`];
      return importsOf(file)
        .filter((target) => ![part, ...allowed].includes(partOf(target)))
        .map((target) => `${relative(root, file)} imports ${relative(root, target)}`);
    });
    expect(back).toEqual([]);
  });

  it('one connector does not know another', () => {
    const crossing = sourceFiles('connectors').flatMap((file) => {
      const [, kind, inside] = relative(root, file).split('/');
      if (inside === undefined) return [];
      return importsOf(file)
        .map((target) => relative(root, target).split('/'))
        .filter(([top, other, deep]) => top === 'connectors' && deep !== undefined && other !== kind)
        .map((target) => `${relative(root, file)} imports ${target.join('/')}`);
    });
    expect(crossing).toEqual([]);
  });

  it('only the store holds SQL', () => {
    const elsewhere = files.filter(
      (file) =>
        !['store', 'sqlite'].includes(partOf(file)) &&
        /\b(SELECT\s.+\sFROM|INSERT INTO|better-sqlite3)\b/.test(readFileSync(file, 'utf8')),
    );
    expect(elsewhere.map((file) => relative(root, file))).toEqual([]);
  });

  it('only the wiring and the surfaces read the configuration', () => {
    const readers = files.filter(
      (file) =>
        !['config', 'app', 'web', 'daemon', 'cli'].includes(partOf(file)) &&
        importsOf(file).some((target) => partOf(target) === 'config'),
    );
    expect(readers.map((file) => relative(root, file))).toEqual([]);
  });
});

describe('the registries', () => {
  it('every folder of connectors/ is registered under its own name', () => {
    const folders = readdirSync(join(root, 'connectors'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(Object.keys(connectors).sort()).toEqual(folders.sort());
    for (const [name, connector] of Object.entries(connectors)) expect(connector.kind).toBe(name);
  });

  it('every folder of src/notify/ is registered under its own name', () => {
    const folders = readdirSync(join(root, 'src/notify'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(Object.keys(channels).sort()).toEqual(folders.sort());
    for (const [name, channel] of Object.entries(channels)) expect(channel.kind).toBe(name);
  });

  it('every file of src/metrics/ is registered under its own name', () => {
    const names = readdirSync(join(root, 'src/metrics'))
      .filter((name) => name.endsWith('.ts') && !['index.ts', 'contract.ts'].includes(name))
      .map((name) => name.replace(/\.ts$/, ''));
    expect([...metrics.keys()].sort()).toEqual(names.sort());
  });
});
