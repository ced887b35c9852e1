import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connectors } from '../../connectors/index.ts';
import { loadConfiguration } from '../../src/config/index.ts';
import { metrics } from '../../src/metrics/index.ts';
import { writeProject } from './cli.ts';
import { at } from './records.ts';
import { tempFolder } from './temp.ts';

/** The configuration that a page of docs/connectors shows, loaded as `krsync validate` does. */
export async function loadExample(kind: string): ReturnType<typeof loadConfiguration> {
  const page = readFileSync(resolve(import.meta.dirname, `../../docs/connectors/${kind}.md`), 'utf8');
  const example = /<!-- config -->\s*```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const folder = await tempFolder();
  await writeProject(folder, { 'config/okrs.yaml': example });
  return loadConfiguration({
    path: join(folder, 'config'),
    cwd: folder,
    env: {},
    now: at('2026-11-24'),
    connectors,
    metrics,
  });
}
