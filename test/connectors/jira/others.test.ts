import { describe, expect, test } from 'vitest';
import { comment, deleteIssue, deleteWorklog, logWork } from '../../../src/demo/jira/changes.ts';
import { generateTracker } from '../../../src/demo/jira/index.ts';
import type { JiraIssue, JiraSprint } from '../../../src/demo/jira/model.ts';
import type { EngineeringRecord } from '../../../src/domain/records.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import {
  type Bench,
  bench,
  DIALECTS,
  MINUTE,
  NOW,
  pull,
  type Site,
  siteOf,
  ticket,
  tickets,
} from './support.ts';

/** A stream of a member as a store keeps it. */
function keeper(site: Site, stream: string, settings: Parameters<Site['context']>[0] = {}) {
  const live = new Map<string, EngineeringRecord>();
  let cursor: string | null = null;
  return {
    live,
    async pull(): Promise<void> {
      const pulled = await pull(site, settings, { stream, cursor, storedIds: async () => [...live.keys()] });
      for (const record of pulled.records) live.set(record.id, record);
      for (const { id } of pulled.removed) live.delete(id);
      cursor = pulled.cursor;
    },
  };
}

function addSprint({ tracker, project }: Bench, id: number, state: JiraSprint['state']): JiraSprint {
  const [known] = tracker.boards;
  const board = known ?? { id: 1, name: 'WEB board', type: 'scrum' as const, project };
  if (!known) tracker.boards.push(board);
  const sprint: JiraSprint = {
    id,
    name: `Sprint ${id}`,
    goal: 'Fewer clicks',
    board,
    state,
    startDate: state === 'future' ? null : NOW - DAY,
    endDate: state === 'future' ? null : NOW + DAY,
    completeDate: state === 'closed' ? NOW - HOUR : null,
  };
  tracker.sprints.push(sprint);
  return sprint;
}

describe.each(DIALECTS)('sprints on %s', (dialect) => {
  test('come with goal, board and dates; closing, renaming and deleting is seen at the next pull', async () => {
    const world = bench();
    for (let id = 1; id <= 60; id++) addSprint(world, id, 'closed');
    const running = addSprint(world, 61, 'active');
    const planned = addSprint(world, 62, 'future');
    const site = await siteOf(world.tracker, dialect);
    const sprints = keeper(site, 'sprints');
    await sprints.pull();
    expect(sprints.live.size).toBe(62);
    expect(sprints.live.get('61')).toMatchObject({
      recordType: 'sprint',
      project: 'WEB',
      board: 'WEB board',
      name: 'Sprint 61',
      goal: 'Fewer clicks',
      state: 'active',
      startAt: NOW - DAY,
      endAt: NOW + DAY,
      completedAt: null,
    });

    running.state = 'closed';
    running.completeDate = NOW;
    planned.name = 'Sprint 62: search';
    world.tracker.sprints.splice(0, 1);
    site.resetLog();
    await sprints.pull();
    expect(site.requests.map(({ path }) => path.split('?')[0])).toContain('/rest/agile/1.0/board/1/sprint');
    expect(site.requests.length).toBeLessThanOrEqual(2);
    expect(sprints.live.get('61')).toMatchObject({ state: 'closed', completedAt: NOW });
    expect(sprints.live.get('62')).toMatchObject({ name: 'Sprint 62: search' });

    world.tracker.sprints.pop();
    await sprints.pull();
    expect(sprints.live.has('62')).toBe(false);

    // An old one that is gone is found when the boards are read whole again.
    site.now += DAY + HOUR;
    await sprints.pull();
    expect(sprints.live.has('1')).toBe(false);
    expect(sprints.live.size).toBe(60);
  });

  test('a project that plans without boards has none, and that is complete', async () => {
    const world = bench();
    world.tracker.boards.push({ id: 9, name: 'Kanban', type: 'kanban', project: world.project });
    const pulled = await pull(await siteOf(world.tracker, dialect), {}, { stream: 'sprints' });
    expect(pulled.records).toEqual([]);
    expect(pulled.cursor).not.toBeNull();
  });
});

describe.each(DIALECTS)('worklogs on %s', (dialect) => {
  test('come with hours, day and person; corrections, deletions and lost issues are seen', async () => {
    const world = bench();
    const { tracker, by, at } = world;
    const [one, two] = [world.story('2026-11-02T09:00'), world.story('2026-11-02T10:00')];
    world.story('2026-11-02T11:00');
    logWork(tracker, one, 5400, at('2026-11-03T15:00'), Date.parse('2026-11-03T09:00Z'));
    for (let index = 0; index < 25; index++)
      logWork(tracker, two, 3600, at(`2026-11-04T10:${String(index).padStart(2, '0')}`));
    const site = await siteOf(tracker, dialect);
    const logs = keeper(site, 'worklogs', { worklogs: true });
    await logs.pull();
    // More than come with an issue.
    expect(logs.live.size).toBe(26);
    const [first] = [...logs.live.values()];
    expect(first).toMatchObject({
      recordType: 'worklog',
      project: 'WEB',
      ticket: one.key,
      author: dialect === 'cloud' ? by.displayName : by.name,
      startedAt: Date.parse('2026-11-03T09:00Z'),
      hours: 1.5,
    });

    site.now += HOUR;
    deleteWorklog(tracker, one, one.worklogs[0]?.id ?? '', { at: site.now - MINUTE, by });
    logWork(tracker, one, 7200, { at: site.now - MINUTE, by });
    await logs.pull();
    expect(
      [...logs.live.values()].filter((log) => log.recordType === 'worklog' && log.ticket === one.key),
    ).toMatchObject([{ hours: 2 }]);

    deleteIssue(tracker, two);
    site.now += DAY + HOUR;
    await logs.pull();
    expect(logs.live.size).toBe(1);
  });
});

describe.each(DIALECTS)('versions on %s', (dialect) => {
  test('are releases of the project, on days of the user’s zone; a version that is gone is removed', async () => {
    const world = bench('America/New_York');
    const { tracker, project } = world;
    const add = (id: string, released: boolean, startDate: string | null, releaseDate: string | null) =>
      tracker.versions.push({
        id,
        name: `v${id}`,
        description: '',
        project,
        released,
        startDate,
        releaseDate,
      });
    add('1', true, '2026-10-01', '2026-10-15');
    add('2', false, '2026-10-16', '2026-11-30');
    add('3', false, null, null);
    const site = await siteOf(tracker, dialect);
    const versions = keeper(site, 'versions', { versions: true });
    await versions.pull();
    expect([...versions.live.values()]).toEqual([
      expect.objectContaining({
        recordType: 'release',
        repository: 'WEB',
        tag: 'v1',
        draft: false,
        // Midnight in New York.
        createdAt: Date.parse('2026-10-01T04:00Z'),
        publishedAt: Date.parse('2026-10-15T04:00Z'),
      }),
      expect.objectContaining({ tag: 'v2', draft: true, publishedAt: null }),
    ]);
    tracker.versions.shift();
    await versions.pull();
    expect([...versions.live.keys()]).toEqual(['2']);
  });
});

describe.each(DIALECTS)('first responses on %s', (dialect) => {
  const world = () => {
    const made = bench();
    const [author, other] = made.tracker.users;
    const bot = made.tracker.users.at(-1);
    if (!author || !other || !bot) throw new Error('the site has people and a bot');
    const say = (issue: JiraIssue, by: typeof author, at: string) =>
      comment(made.tracker, issue, 'x', { at: Date.parse(`${at}Z`), by });
    return { ...made, author, other, bot, say };
  };

  test('are by neither the reporter nor a bot', async () => {
    const { tracker, story, say, author, other, bot } = world();
    const issue = story('2026-11-02T09:00');
    say(issue, author, '2026-11-02T09:10');
    say(issue, bot, '2026-11-02T09:20');
    say(issue, other, '2026-11-02T09:30');
    say(issue, other, '2026-11-02T09:40');
    const silent = story('2026-11-02T10:00');
    const site = await siteOf(tracker, dialect);
    // Cloud marks its apps; elsewhere the configuration does.
    const pulled = await pull(site, { bots: dialect === 'cloud' ? [] : ['automation'] });
    expect(ticket(pulled, issue.key)).toMatchObject({
      firstResponseAt: Date.parse('2026-11-02T09:30Z'),
      responsesRead: true,
    });
    expect(ticket(pulled, silent.key)).toMatchObject({ firstResponseAt: null, responsesRead: true });
    const without = await pull(site, { comments: false });
    expect(ticket(without, issue.key)).toMatchObject({ firstResponseAt: null, responsesRead: false });
  });
});

describe('queries', () => {
  const site = async () => {
    const tracker = generateTracker({ seed: 11, now: NOW - HOUR, weeks: 6, issues: 90 });
    return siteOf(tracker, 'cloud');
  };
  const queries = [{ name: 'all', jql: 'project in (WEB, OPS) OR labels = nothing ORDER BY created DESC' }];

  test('bring what they name, whatever is put around them', async () => {
    const server = await site();
    const pulled = tickets(
      await pull(server, { projects: [], queries }, { stream: 'queries', member: 'all' }),
    );
    expect(new Set(pulled.map(({ project }) => project))).toEqual(new Set(['WEB', 'OPS']));
    expect(pulled).toHaveLength(server.tracker.issues.size);
  });

  test('leave out the projects of the same source, so that nothing counts twice', async () => {
    const server = await site();
    const pulled = tickets(
      await pull(server, { projects: ['WEB'], queries }, { stream: 'queries', member: 'all' }),
    );
    expect(new Set(pulled.map(({ project }) => project))).toEqual(new Set(['OPS']));
  });
});
