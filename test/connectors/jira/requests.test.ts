import { describe, expect, test } from 'vitest';
import { jira } from '../../../connectors/jira/index.ts';
import type { JiraSettings } from '../../../connectors/jira/settings.ts';
import { createIssue } from '../../../src/demo/jira/changes.ts';
import { generateTracker } from '../../../src/demo/jira/index.ts';
import { statusNamed, typeNamed } from '../../../src/demo/jira/tracker.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { drain } from '../../support/pull-context.ts';
import { bench, DIALECTS, type Dialect, NOW, pull, type Site, searches, siteOf, tickets } from './support.ts';

async function withIssues(dialect: Dialect, count: number): Promise<Site> {
  const { tracker, project, by } = bench();
  const entry = {
    project,
    type: typeNamed(tracker, 'Task'),
    summary: 'x',
    status: statusNamed(tracker, 'To Do'),
  };
  for (let index = 0; index < count; index++)
    createIssue(tracker, entry, { at: NOW - 5e8 + index * 1000, by });
  return siteOf(tracker, dialect);
}

/** Pulls every stream of every member, as one run does, and hands back the cursors. */
async function run(site: Site, settings: Partial<JiraSettings>, cursors: Map<string, string | null>) {
  const context = site.context(settings);
  for (const [name, stream] of Object.entries(jira.streams)) {
    for await (const { id } of stream.members(context)) {
      const key = `${name} ${id}`;
      const pulled = await drain(stream, context, id, cursors.get(key) ?? null);
      if (pulled.error) throw pulled.error;
      cursors.set(key, pulled.cursor);
    }
  }
}

describe.each(DIALECTS)('requests to %s', (dialect) => {
  test.each([
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [400, 4],
    [455, 5],
  ])('%i issues cost %i searches', async (count, expected) => {
    const site = await withIssues(dialect, count);
    expect(tickets(await pull(site))).toHaveLength(count);
    expect(searches(site)).toBe(expected);
    // What the site is, who asks, and its fields; and where nothing was found, whether the project is there.
    expect(site.requests.length - searches(site)).toBe(count === 0 ? 4 : 3);
  });

  test('an unchanged project costs one search, and one look at its board', async () => {
    const tracker = generateTracker({ seed: 4, now: NOW - HOUR, weeks: 8, issues: 120 });
    const site = await siteOf(tracker, dialect);
    const cursors = new Map<string, string | null>();
    await run(site, {}, cursors);
    site.now += HOUR;
    site.resetLog();
    await run(site, {}, cursors);
    expect(site.requests.map(({ path }) => path.split('?')[0])).toEqual([
      dialect === 'cloud' ? '/rest/api/3/search/jql' : '/rest/api/2/search',
      '/rest/agile/1.0/board/1/sprint',
    ]);
  });

  test('the members and streams of one run get to know the site together', async () => {
    const tracker = generateTracker({ seed: 4, now: NOW - HOUR, weeks: 8, issues: 60 });
    const site = await siteOf(tracker, dialect);
    const settings = { projects: ['WEB', 'OPS'], versions: true, worklogs: true };
    await run(site, settings, new Map());
    const asked = (path: string) => site.requests.filter((request) => request.path.endsWith(path)).length;
    for (const path of ['/serverInfo', '/myself', '/field', '/status']) expect(asked(path), path).toBe(1);
  });

  test('only the fields that are needed are asked for', async () => {
    const site = await withIssues(dialect, 1);
    await pull(site);
    const body = site.requests.find(({ path }) => path.includes('/search'))?.body as { fields: string[] };
    expect(body.fields).toContain('status');
    expect(body.fields).toContain('customfield_10020');
    expect(body.fields).not.toContain('*all');
    expect(body.fields).not.toContain('description');
  });
});
