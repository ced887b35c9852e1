import { AgileClient, Version2Client, Version3Client } from 'jira.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { generateTracker, startJiraStandIn } from '../../../src/demo/jira/index.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const EMAIL = 'ana@acme.example';
const TOKEN = 'test-token';

async function site(dialect: 'cloud' | 'server') {
  const tracker = generateTracker({ seed: 5, now: NOW, weeks: 8, issues: 130 });
  const standIn = await startJiraStandIn({
    tracker,
    dialect,
    now: () => NOW,
    credentials: `${EMAIL}:${TOKEN}`,
  });
  onTestFinished(() => standIn.close());
  const config = {
    host: standIn.url,
    authentication: { basic: { email: EMAIL, apiToken: TOKEN } },
  } as const;
  return { tracker, standIn, config };
}

describe('jira.js, which nobody here wrote, reads the stand-in', () => {
  test('Cloud: who asks, what there is, every issue by token, changelogs one by one and in bulk', async () => {
    const { tracker, config } = await site('cloud');
    const client = new Version3Client(config);
    expect(await client.myself.getCurrentUser()).toMatchObject({
      displayName: 'Ana Lindqvist',
      timeZone: 'Europe/Stockholm',
    });
    expect(await client.serverInfo.getServerInfo()).toMatchObject({ deploymentType: 'Cloud' });
    expect((await client.issueFields.getFields()).map(({ name }) => name)).toContain('Story Points');
    expect((await client.workflowStatuses.getStatuses()).length).toBe(tracker.statuses.length);
    expect(await client.projects.getProject({ projectIdOrKey: 'WEB' })).toMatchObject({ key: 'WEB' });
    const versions = await client.projectVersions.getProjectVersions({ projectIdOrKey: 'WEB' });
    expect(versions.length).toBe(tracker.versions.length);

    const keys: string[] = [];
    let nextPageToken: string | undefined;
    do {
      const page = await client.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost({
        jql: 'project in (WEB, OPS) ORDER BY created ASC',
        fields: ['summary', 'status', 'created'],
        expand: 'changelog',
        maxResults: 50,
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      });
      for (const issue of page.issues ?? []) keys.push(issue.key);
      nextPageToken = page.nextPageToken ?? undefined;
    } while (nextPageToken !== undefined);
    expect(new Set(keys).size).toBe(tracker.issues.size);
    expect(keys).toHaveLength(tracker.issues.size);

    const [busiest] = [...tracker.issues.values()].sort((a, b) => b.changelog.length - a.changelog.length);
    const issueIdOrKey = busiest?.key ?? '';
    const page = await client.issues.getChangeLogs({ issueIdOrKey });
    expect(page.values).toHaveLength(busiest?.changelog.length ?? -1);
    const bulk = await client.issues.getBulkChangelogs({ issueIdsOrKeys: [issueIdOrKey] });
    expect(bulk.issueChangeLogs?.[0]?.changeHistories).toHaveLength(busiest?.changelog.length ?? -1);
  });

  test('the agile API: boards and their sprints', async () => {
    const { tracker, config } = await site('cloud');
    const client = new AgileClient(config);
    const boards = await client.board.getAllBoards({ projectKeyOrId: 'WEB' });
    expect(boards.values.map(({ name }) => name)).toEqual(['WEB board']);
    const sprints = await client.board.getAllSprints({ boardId: boards.values[0]?.id ?? 0 });
    expect(sprints.values.map(({ name }) => name)).toEqual(tracker.sprints.map(({ name }) => name));
  });

  test('Data Center: every issue by offset, and worklogs and comments of one', async () => {
    const { tracker, config } = await site('server');
    const client = new Version2Client(config);
    const keys: string[] = [];
    for (let startAt = 0; startAt < tracker.issues.size; startAt += 50) {
      const page = await client.issueSearch.searchForIssuesUsingJqlPost({
        jql: 'project = WEB OR project = OPS',
        startAt,
        maxResults: 50,
      });
      expect(page.total).toBe(tracker.issues.size);
      for (const issue of page.issues ?? []) keys.push(issue.key);
    }
    expect(new Set(keys).size).toBe(tracker.issues.size);
    const logged = [...tracker.issues.values()].find(({ worklogs }) => worklogs.length > 0);
    const issueIdOrKey = logged?.key ?? '';
    expect((await client.issueWorklogs.getIssueWorklog({ issueIdOrKey })).worklogs).toHaveLength(
      logged?.worklogs.length ?? -1,
    );
    expect((await client.issueComments.getComments({ issueIdOrKey })).comments).toHaveLength(
      logged?.comments.length ?? -1,
    );
  });
});
