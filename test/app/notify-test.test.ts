import { expect, onTestFinished, test } from 'vitest';
import { krsync, writeProject } from '../support/cli.ts';
import { startJsonServer } from '../support/json-server.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24T06:00:00Z');

test('a test message that is refused for good disables nothing', async () => {
  const server = await startJsonServer(() => ({ status: 410, body: {} }));
  onTestFinished(() => server.close());
  const folder = await tempFolder();
  await writeProject(folder, {
    'config/okrs.yaml': `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
database: ../krsync.db
sources: [{ id: gh, kind: github, url: "${server.url}", token: a-token-of-the-test, repositories: [acme/web] }]
channels: [{ id: hook, kind: webhook, url: "${server.url}/hook" }]
objectives:
  - id: o
    title: O
    owner: ana@acme.dev
    keyResults: [{ id: closed, title: Closed, start: 0, target: 40, metric: { measure: tickets-closed, source: gh } }]
`,
  });
  const tested = await krsync(folder, ['notify', '--test', 'hook'], { now: () => NOW });
  expect(tested.code).toBe(1);
  expect(tested.stderr).toContain('finds nothing there (410)');
  expect(tested.stderr).not.toContain('disabled');
  const status = await krsync(folder, ['status'], { now: () => NOW });
  expect(status.stdout).not.toContain('disabled');
});
