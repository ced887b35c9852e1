import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectors } from '../../../connectors/index.ts';
import { loadConfiguration } from '../../../src/config/index.ts';
import { metrics } from '../../../src/metrics/index.ts';
import { writeProject } from '../../support/cli.ts';
import { tempFolder } from '../../support/temp.ts';
import { NOW } from './support.ts';

const docs = resolve(import.meta.dirname, '../../../docs');
const page = readFileSync(join(docs, 'connectors/jira.md'), 'utf8');

describe('docs/connectors/jira.md', () => {
  test('its example is a valid configuration', async () => {
    const example = /<!-- config -->\s*```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': example });
    const { objectives } = await loadConfiguration({
      path: join(folder, 'config'),
      cwd: folder,
      env: { JIRA_TOKEN: 'x', JIRA_EMAIL: 'x' },
      now: NOW,
      connectors,
      metrics,
    });
    expect(objectives[0]?.keyResults).toHaveLength(4);
  });
});
