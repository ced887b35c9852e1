import { describe, expect, test } from 'vitest';
import {
  changed,
  createIssue,
  moveIssue,
  setEpic,
  setFixVersions,
  setLabels,
  setPoints,
  setSprints,
  setType,
} from '../../../src/demo/jira/changes.ts';
import type { JiraSprint, JiraVersion } from '../../../src/demo/jira/model.ts';
import { addProject, statusNamed, typeNamed } from '../../../src/demo/jira/tracker.ts';
import type { Change, HistoryField, Ticket } from '../../../src/domain/records.ts';
import { type Bench, bench, DIALECTS, MINUTE, NOW, pull, siteOf, ticket } from './support.ts';

function changesOf(from: Ticket, field: HistoryField): Pick<Change, 'from' | 'to'>[] {
  return (from.history ?? [])
    .filter((change) => change.field === field)
    .map(({ from: was, to }) => ({ from: was, to }));
}

function sprint(
  { tracker, project }: Bench,
  id: number,
  name: string,
  closed: string | null = null,
): JiraSprint {
  const [known] = tracker.boards;
  const board = known ?? { id: 1, name: 'Board', type: 'scrum' as const, project };
  if (!known) tracker.boards.push(board);
  const made: JiraSprint = {
    id,
    name,
    goal: '',
    board,
    state: closed === null ? 'active' : 'closed',
    startDate: Date.parse('2026-10-01T08:00Z'),
    endDate: NOW,
    completeDate: closed === null ? null : Date.parse(`${closed}Z`),
  };
  tracker.sprints.push(made);
  return made;
}

function version({ tracker, project }: Bench, id: string, name: string): JiraVersion {
  const made = { id, name, description: '', project, released: false, startDate: null, releaseDate: null };
  tracker.versions.push(made);
  return made;
}

describe.each(DIALECTS)('the history of an issue on %s', (dialect) => {
  test('every field that changed is there, dated, in its own kind of value', async () => {
    const world = bench();
    const { tracker, at } = world;
    const [one, two] = [
      sprint(world, 5, 'Sprint 5', '2026-11-10T08:00'),
      sprint(world, 6, 'Sprint 6, the last'),
    ];
    const [old, next] = [version(world, '1', '1.0'), version(world, '2', '2.0')];
    const epic = world.story('2026-11-01T08:00');
    const other = world.story('2026-11-01T08:05');
    const issue = world.story('2026-11-02T09:00');
    setPoints(tracker, issue, 5, at('2026-11-02T10:00'));
    setPoints(tracker, issue, 3.5, at('2026-11-02T10:01'));
    setLabels(tracker, issue, ['a', 'b'], at('2026-11-02T10:02'));
    setLabels(tracker, issue, ['b'], at('2026-11-02T10:03'));
    setSprints(tracker, issue, [one], at('2026-11-02T10:04'));
    setSprints(tracker, issue, [one, two], at('2026-11-10T08:00'));
    setFixVersions(tracker, issue, [old], at('2026-11-10T09:00'));
    setFixVersions(tracker, issue, [next], at('2026-11-10T09:01'));
    setType(tracker, issue, typeNamed(tracker, 'Bug'), at('2026-11-10T09:02'));
    setEpic(tracker, issue, epic, at('2026-11-10T09:03'));
    setEpic(tracker, issue, other, at('2026-11-10T09:04'));
    world.move(issue, 'In Progress', '2026-11-10T10:00');
    world.move(issue, 'Done', '2026-11-11T10:00');

    const site = await siteOf(tracker, dialect);
    const read = ticket(await pull(site), issue.key);
    expect(changesOf(read, 'estimate')).toEqual([
      { from: null, to: 5 },
      { from: 5, to: 3.5 },
    ]);
    expect(changesOf(read, 'labels')).toEqual([
      { from: [], to: ['a', 'b'] },
      { from: ['a', 'b'], to: ['b'] },
    ]);
    expect(changesOf(read, 'sprint')).toEqual([
      { from: null, to: 'Sprint 5' },
      { from: 'Sprint 5', to: 'Sprint 6, the last' },
    ]);
    expect(changesOf(read, 'versions')).toEqual([
      { from: [], to: ['1.0'] },
      { from: ['1.0'], to: ['2.0'] },
    ]);
    expect(changesOf(read, 'type')).toEqual([{ from: 'Story', to: 'Bug' }]);
    expect(changesOf(read, 'parent')).toEqual([
      { from: null, to: epic.key },
      { from: epic.key, to: other.key },
    ]);
    expect(changesOf(read, 'status')).toEqual([
      { from: 'To Do', to: 'In Progress' },
      { from: 'In Progress', to: 'Done' },
    ]);
    expect(changesOf(read, 'statusCategory')).toEqual([
      { from: 'new', to: 'in_progress' },
      { from: 'in_progress', to: 'done' },
    ]);
    expect(read).toMatchObject({
      estimate: 3.5,
      labels: ['b'],
      sprint: 'Sprint 6, the last',
      versions: ['2.0'],
      type: 'Bug',
      parent: other.key,
      statusCategory: 'done',
      resolution: 'Done',
      resolvedAt: Date.parse('2026-11-11T10:00Z'),
      url: `${site.url}/browse/${issue.key}`,
    });
  });

  test('it is complete beyond what comes with a search, in order, by few requests', async () => {
    const world = bench();
    const long = [
      world.story('2026-10-01T08:00'),
      world.story('2026-10-01T08:01'),
      world.story('2026-10-01T08:02'),
    ];
    const start = Date.parse('2026-10-02T08:00Z');
    for (const issue of long) {
      for (let index = 0; index < 230; index++) {
        setLabels(world.tracker, issue, [`l${index}`], { at: start + index * MINUTE, by: world.by });
      }
    }
    const site = await siteOf(world.tracker, dialect);
    const read = ticket(await pull(site), long[1]?.key ?? '');
    const labels = (read.history ?? []).filter(({ field }) => field === 'labels');
    expect(labels.map(({ to }) => to)).toEqual(Array.from({ length: 230 }, (_, index) => [`l${index}`]));
    expect(labels.map(({ at }) => at)).toEqual(
      Array.from({ length: 230 }, (_, index) => start + index * MINUTE),
    );
    // In bulk on Cloud; pages of each issue elsewhere.
    const asked = site.requests.filter(({ path }) => path.includes('changelog')).length;
    expect(asked).toBe(dialect === 'cloud' ? 1 : 9);
  });

  test('it is complete where the better address is missing', async () => {
    const world = bench();
    const issue = world.story('2026-10-01T08:00');
    for (let index = 0; index < 130; index++) {
      setLabels(world.tracker, issue, [`l${index}`], { at: NOW - 1e7 + index, by: world.by });
    }
    const site = await siteOf(world.tracker, dialect, {
      bulkChangelogs: false,
      changelogPages: dialect === 'cloud',
    });
    expect(ticket(await pull(site), issue.key).history).toHaveLength(130);
  });

  test('a move to another project keeps the issue, with its new key and the statuses of both workflows', async () => {
    const world = bench();
    const { tracker, at } = world;
    const ops = addProject(tracker, 'OPS', 'Operations');
    const issue = world.story('2026-11-02T09:00');
    const { id } = issue;
    world.move(issue, 'In Progress', '2026-11-02T10:00');
    moveIssue(tracker, issue, ops, at('2026-11-03T10:00'), statusNamed(tracker, 'Investigating'));
    const site = await siteOf(tracker, dialect);
    const read = ticket(await pull(site, { projects: ['OPS'] }, { member: 'OPS' }), 'OPS-1');
    expect(read).toMatchObject({
      id,
      project: 'OPS',
      status: 'Investigating',
      statusCategory: 'in_progress',
    });
    expect(changesOf(read, 'status')).toEqual([
      { from: 'To Do', to: 'In Progress' },
      { from: 'In Progress', to: 'Investigating' },
    ]);
    expect(changesOf(read, 'statusCategory')).toEqual([{ from: 'new', to: 'in_progress' }]);
  });

  test('renamed sprints and versions are called as they are called now', async () => {
    const world = bench();
    const { tracker, at } = world;
    const [left, stays] = [sprint(world, 5, 'Sprint 5'), sprint(world, 6, 'Sprint 6')];
    const [dropped, kept] = [version(world, '1', 'next'), version(world, '2', 'later')];
    const issue = world.story('2026-11-02T09:00');
    setSprints(tracker, issue, [left], at('2026-11-02T10:00'));
    setSprints(tracker, issue, [stays], at('2026-11-02T11:00'));
    setFixVersions(tracker, issue, [dropped], at('2026-11-02T12:00'));
    setFixVersions(tracker, issue, [kept], at('2026-11-02T13:00'));
    left.name = 'Payments';
    stays.name = 'Search';
    dropped.name = '3.0';
    kept.name = '3.1';
    changed(tracker);
    const site = await siteOf(tracker, dialect);
    const read = ticket(await pull(site), issue.key);
    expect(changesOf(read, 'sprint')).toEqual([
      { from: null, to: 'Payments' },
      { from: 'Payments', to: 'Search' },
    ]);
    expect(changesOf(read, 'versions')).toEqual([
      { from: [], to: ['3.0'] },
      { from: ['3.0'], to: ['3.1'] },
    ]);
  });

  test('deleted sprints and versions keep the name that they had', async () => {
    const world = bench();
    const { tracker, at } = world;
    const gone = sprint(world, 5, 'Sprint 5');
    const dropped = version(world, '1', 'next');
    const issue = world.story('2026-11-02T09:00');
    setSprints(tracker, issue, [gone], at('2026-11-02T10:00'));
    setSprints(tracker, issue, [], at('2026-11-02T11:00'));
    setFixVersions(tracker, issue, [dropped], at('2026-11-02T12:00'));
    setFixVersions(tracker, issue, [], at('2026-11-02T13:00'));
    tracker.sprints.length = 0;
    tracker.versions.length = 0;
    const read = ticket(await pull(await siteOf(tracker, dialect)), issue.key);
    expect(changesOf(read, 'sprint')).toEqual([
      { from: null, to: 'Sprint 5' },
      { from: 'Sprint 5', to: null },
    ]);
    expect(changesOf(read, 'versions')).toEqual([
      { from: [], to: ['next'] },
      { from: ['next'], to: [] },
    ]);
    expect(read).toMatchObject({ sprint: null, versions: [] });
  });

  test('a status that is gone from every workflow is judged by its name, and said once', async () => {
    const world = bench();
    const { tracker } = world;
    tracker.statuses.push({ id: '99', name: 'Waiting for QA', category: 'indeterminate', listed: true });
    for (const day of ['02', '03']) {
      const issue = world.story(`2026-11-${day}T09:00`);
      world.move(issue, 'Waiting for QA', `2026-11-${day}T10:00`);
      world.move(issue, 'Done', `2026-11-${day}T12:00`);
    }
    const gone = statusNamed(tracker, 'Waiting for QA');
    gone.listed = false;
    const site = await siteOf(tracker, dialect);
    const pulled = await pull(site);
    expect(changesOf(ticket(pulled, 'WEB-1'), 'statusCategory')).toEqual([
      { from: 'new', to: 'in_progress' },
      { from: 'in_progress', to: 'done' },
    ]);
    expect(pulled.warnings).toHaveLength(1);
    expect(pulled.warnings[0]).toContain('Waiting for QA');
  });

  test('points that are written as text are numbers', async () => {
    const world = bench();
    Object.assign(world.tracker.fields, { pointsAsText: true });
    const issue = world.story('2026-11-02T09:00');
    setPoints(world.tracker, issue, 8, world.at('2026-11-02T10:00'));
    const read = ticket(await pull(await siteOf(world.tracker, dialect)), issue.key);
    expect(read.estimate).toBe(8);
    expect(changesOf(read, 'estimate')).toEqual([{ from: null, to: 8 }]);
  });

  test('sub-tasks say so, and name their parent', async () => {
    const world = bench();
    const { tracker, project, at } = world;
    const parent = world.story('2026-11-02T09:00');
    const type = typeNamed(tracker, 'Sub-task');
    const status = statusNamed(tracker, 'To Do');
    createIssue(tracker, { project, type, summary: 'x', status, parent }, at('2026-11-02T10:00'));
    const pulled = await pull(await siteOf(tracker, dialect));
    expect(ticket(pulled, 'WEB-2')).toMatchObject({ subtask: true, parent: 'WEB-1' });
    expect(ticket(pulled, 'WEB-1')).toMatchObject({ subtask: false, parent: null });
  });
});

test('a parent that a team-managed project logs by id alone is called by its key', async () => {
  const world = bench();
  const { tracker, at } = world;
  const [first, second] = [world.story('2026-11-01T08:00'), world.story('2026-11-01T08:01')];
  const issue = world.story('2026-11-02T09:00');
  setEpic(tracker, issue, first, at('2026-11-02T10:00'), 'association');
  setEpic(tracker, issue, second, at('2026-11-02T11:00'), 'association');
  const read = ticket(await pull(await siteOf(tracker, 'cloud')), issue.key);
  expect(changesOf(read, 'parent')).toEqual([
    { from: null, to: first.key },
    { from: first.key, to: second.key },
  ]);
});

test('a field under another name is found where the configuration names it', async () => {
  const world = bench();
  const issue = world.story('2026-11-02T09:00');
  setPoints(world.tracker, issue, 8, world.at('2026-11-02T10:00'));
  const site = await siteOf(world.tracker, 'server');
  const pulled = await pull(site, { fields: { storyPoints: ['story points'] } });
  expect(ticket(pulled, issue.key).estimate).toBe(8);
  await expect(pull(site, { fields: { storyPoints: 'Size' } })).rejects.toMatchObject({
    code: 'input',
    message: 'Jira shows this user no field Size, which `fields.storyPoints` names',
  });
});
