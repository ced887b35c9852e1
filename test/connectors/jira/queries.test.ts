import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { jira } from '../../../connectors/jira/index.ts';
import type { JiraSettings } from '../../../connectors/jira/settings.ts';
import { setLabels } from '../../../src/demo/jira/changes.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { openStore } from '../../../src/store/index.ts';
import { runSync } from '../../../src/sync/index.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Bench, bench, NOW, type Site, settingsFor, siteOf } from './support.ts';

type Queries = JiraSettings['queries'];

/** A database, and what a sync of the source with other settings leaves in it. */
async function syncing(site: Site) {
  const store = await openStore({ path: join(await tempFolder(), 'krsync.db'), now: () => site.now });
  onTestFinished(() => store.close());
  return async (settings: Partial<JiraSettings>) => {
    const { failures, requests } = await runSync({
      sources: [
        { id: 'jira', kind: 'jira', settings: settingsFor(site.url, site.dialect, settings), directory: '/' },
      ],
      connectorOf: () => jira,
      store,
      since: NOW - 60 * 24 * HOUR,
      signal: new AbortController().signal,
      now: () => site.now,
      logger: pino({ level: 'silent' }),
      fetch: globalThis.fetch,
      secrets: [],
    });
    expect(failures).toEqual([]);
    const members: Record<string, string[]> = {};
    const asked = { recordType: 'ticket', fields: ['key'], sources: ['jira'] } as const;
    for await (const chunk of store.records<'ticket', 'key'>(asked)) {
      for (const { member, key } of chunk) members[member] = [...(members[member] ?? []), key].sort();
    }
    return { members, requests };
  };
}

function labelled({ tracker, story, at }: Bench, ...labels: string[]): void {
  for (const [index, label] of labels.entries()) {
    setLabels(tracker, story(`2026-11-0${index + 1}T09:00`), [label], at(`2026-11-0${index + 1}T10:00`));
  }
}

const ui = { name: 'ui', jql: 'labels = ui' };
const api = { name: 'api', jql: 'labels = api' };

test('a query that is written anew is pulled anew, forgets what it no longer brings, and leaves the others alone', async () => {
  const world = bench();
  labelled(world, 'ui', 'ux', 'api');
  const site = await siteOf(world.tracker, 'cloud');
  const sync = await syncing(site);
  const queries: Queries = [ui, api];
  expect((await sync({ queries })).members).toEqual({ ui: ['WEB-1'], api: ['WEB-3'] });

  site.now += HOUR;
  const unchanged = await sync({ queries });
  site.resetLog();
  const after = await sync({ queries: [{ ...ui, jql: 'labels = ux' }, api] });
  expect(after.members).toEqual({ ui: ['WEB-2'], api: ['WEB-3'] });
  const asked = site.requests.flatMap(({ body }) =>
    body === null ? [] : [String((body as { jql?: unknown }).jql)],
  );
  expect(asked.filter((jql) => jql.includes('labels = api'))).toEqual([
    expect.stringMatching(/updated >= "[^"]*"\) ORDER BY/),
  ]);
  expect(unchanged.requests).toBe(2);
});

test('an issue is in one member at all times while its project comes and goes beside a query', async () => {
  const world = bench();
  labelled(world, 'ui', 'ui');
  const site = await siteOf(world.tracker, 'cloud');
  const sync = await syncing(site);
  const both = ['WEB-1', 'WEB-2'];
  const settings = { queries: [ui], sprints: false };
  expect((await sync({ ...settings, projects: ['WEB'] })).members).toEqual({ WEB: both });
  expect((await sync({ ...settings, projects: [] })).members).toEqual({ ui: both });
  // The project goes on from where it was, and finds what the query took when keys are compared.
  expect((await sync({ ...settings, projects: ['WEB'] })).members).toEqual({ ui: both });
  site.now += 25 * HOUR;
  expect((await sync({ ...settings, projects: ['WEB'] })).members).toEqual({ WEB: both });
});
