import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jiraApi } from '../../../connectors/jira/vendor.ts';
import { bench, pull, siteOf, tickets } from './support.ts';

const root = resolve(import.meta.dirname, '../../..');
const require = createRequire(import.meta.url);

describe('jira-client', () => {
  test('is what the connector asks with, and its own HTTP stack is never loaded', async () => {
    const world = bench();
    world.story('2026-11-02T09:00');
    expect(tickets(await pull(await siteOf(world.tracker, 'cloud')))).toHaveLength(1);
    const loaded = Object.keys(require.cache).map((path) => path.replaceAll('\\', '/'));
    expect(loaded.filter((path) => path.includes('/jira-client/lib/'))).toHaveLength(1);
    expect(
      loaded.filter((path) => /\/(postman-request|tough-cookie|http-signature|request)\//.test(path)),
    ).toEqual([]);
  });

  test('would load it if nothing stood in its way, and what stands there is taken away again', () => {
    jiraApi();
    const oldStack = createRequire(require.resolve('jira-client')).resolve('postman-request');
    expect(require.cache[oldStack]).toBeUndefined();
    const script = `require('jira-client'); process.stdout.write(String(${JSON.stringify(oldStack)} in require.cache))`;
    const plain = execFileSync(process.execPath, ['--eval', script], { cwd: root, encoding: 'utf8' });
    expect(plain).toBe('true');
  });

  test('pins the old stack to one release by an override, and the lockfile has no other', () => {
    const { overrides } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      overrides: Record<string, string>;
    };
    const pinned = overrides['postman-request'];
    expect(pinned).toMatch(/^2\.88\.1-postman\.\d+$/);
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version?: string }>;
    };
    const locked = Object.entries(packages).filter(([path]) => path.endsWith('/postman-request'));
    expect(locked.map(([, { version }]) => version)).toEqual([pinned]);
  });
});
