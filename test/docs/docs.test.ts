import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { configurationJsonSchema, loadConfiguration } from '../../src/config/index.ts';
import { metrics } from '../../src/metrics/index.ts';
import { channels } from '../../src/notify/index.ts';
import { writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The YAML blocks that a page marks as whole configurations. */
function configurations(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = text.matchAll(/<!-- config -->\s*\n([ \t]*)```yaml\n([\s\S]*?)\n\1```/g);
  return Array.from(blocks, ([, indent = '', body = '']) =>
    body
      .split('\n')
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
      .join('\n'),
  );
}

/** The files that a page links to, by their paths in the project. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '');
  return Array.from(text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g), ([, path = '']) =>
    relative(root, resolve(root, dirname(page), path)),
  );
}

describe('the documentation', () => {
  const examples = pages.flatMap((page) =>
    configurations(page).map((text, i) => ({ page, number: i + 1, text })),
  );

  it('points at nothing that is not there, and from docs/ only at what an installed package holds', () => {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
    // Built from a clone, and of no use without one.
    const held = [...files, 'README.md', 'LICENSE', 'Dockerfile', 'compose.yaml'];
    const wrong = pages.flatMap((page) =>
      linksOf(page)
        .filter((path) => {
          const [first = ''] = path.split('/');
          return !existsSync(join(root, path)) || (page.startsWith('docs/') && !held.includes(first));
        })
        .map((path) => `${page} points at ${path}`),
    );
    expect(wrong).toEqual([]);
    expect(linksOf('docs/running.md')).toContain('deploy/systemd/krsync.service');
  });

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  it.each(examples)('example $number of $page is a valid configuration', async ({ text }) => {
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': text });
    const configuration = await loadConfiguration({
      path: join(folder, 'config'),
      cwd: folder,
      env: Object.fromEntries(Array.from(text.matchAll(/\$\{([A-Z_]+)\}/g), ([, name = '']) => [name, 'x'])),
      now: at('2026-11-24'),
      connectors,
      metrics,
      channels,
    });
    expect(configuration.objectives.length).toBeGreaterThan(0);
  });

  it('ships the JSON Schema that the loader has now (npm run docs writes it)', () => {
    const shipped: unknown = JSON.parse(readFileSync(join(root, 'docs/schema.json'), 'utf8'));
    expect(shipped).toEqual(
      JSON.parse(JSON.stringify(configurationJsonSchema({ connectors, metrics, channels }))),
    );
  });

  it('links to pages that are there', () => {
    const missing = pages.flatMap((page) => {
      const text = readFileSync(join(root, page), 'utf8');
      return Array.from(text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g), ([, target = '']) => target)
        .filter((target) => !exists(resolve(root, page, '..', target)))
        .map((target) => `${page}: ${target}`);
    });
    expect(missing).toEqual([]);
  });
});

function exists(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}
