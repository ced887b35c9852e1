import { expect, test } from 'vitest';
import { iso, issue, mergeRequest, note, user } from './company.ts';
import { project, startGitLab } from './standin.ts';
import { bench, DAY, HOUR, NOW, only, TOKEN } from './support.ts';

const opened = NOW - 20 * DAY;

test('an issue tells its state, labels, milestone and weight as they changed', async () => {
  const web = project(1, 'acme/web');
  const closed = opened + 3 * DAY;
  web.issues.push(
    issue(7, opened, {
      state: 'closed',
      closed_at: iso(closed),
      updated_at: iso(closed + HOUR),
      labels: ['bug', 'late'],
      milestone: { id: 2, title: 'v2' },
      weight: 5,
      epic: { id: 1, iid: 9, url: '/groups/acme/-/epics/9' },
      assignees: [user('cy')],
    }),
  );
  const at = (hours: number) => iso(opened + hours * HOUR);
  web.parts.set('issues/7/resource_state_events', [
    { id: 1, state: 'closed', created_at: at(10) },
    { id: 2, state: 'reopened', created_at: at(12) },
    { id: 3, state: 'closed', created_at: iso(closed) },
  ]);
  web.parts.set('issues/7/resource_label_events', [
    { id: 1, action: 'add', label: { name: 'wip' }, created_at: at(1) },
    { id: 2, action: 'remove', label: { name: 'wip' }, created_at: at(5) },
    { id: 3, action: 'add', label: { name: 'late' }, created_at: at(5) },
    { id: 4, action: 'add', label: null, created_at: at(6) },
  ]);
  web.parts.set('issues/7/resource_milestone_events', [
    { id: 1, action: 'add', milestone: { title: 'v1' }, created_at: at(2) },
    { id: 2, action: 'add', milestone: { title: 'v2' }, created_at: at(3) },
    { id: 3, action: 'remove', milestone: { title: 'v1' }, created_at: at(3) },
  ]);
  web.parts.set('issues/7/resource_weight_events', [
    { id: 1, weight: 3, created_at: at(1) },
    { id: 2, weight: 5, created_at: at(4) },
  ]);
  const { pull } = await bench([web]);
  const [ticket] = only(await pull('issues'), 'ticket');
  expect(ticket).toMatchObject({
    id: '1007',
    key: 'acme/web#7',
    repository: 'acme/web',
    type: 'issue',
    status: 'closed',
    statusCategory: 'done',
    labels: ['bug', 'late'],
    milestone: 'v2',
    estimate: 5,
    parent: 'acme&9',
    author: 'ana',
    assignee: 'cy',
    resolvedAt: closed,
    responsesRead: true,
    firstResponseAt: null,
  });
  const hours = (ticket?.history ?? [])
    .filter(({ field }) => field !== 'status')
    .map(({ field, at, from, to }) => [(at - opened) / HOUR, field, from, to]);
  expect(hours).toEqual([
    [1, 'labels', ['bug'], ['bug', 'wip']],
    [1, 'estimate', null, 3],
    [2, 'milestone', null, 'v1'],
    [3, 'milestone', 'v1', 'v2'],
    [4, 'estimate', 3, 5],
    [5, 'labels', ['bug', 'wip'], ['bug', 'late']],
    [10, 'statusCategory', 'new', 'done'],
    [12, 'statusCategory', 'done', 'new'],
    [72, 'statusCategory', 'new', 'done'],
  ]);
});

test('the first response is by somebody else who is no automation', async () => {
  const web = project(1, 'acme/web');
  web.issues.push(issue(1, opened, { user_notes_count: 3 }), issue(2, opened, { user_notes_count: 0 }));
  web.parts.set('issues/1/notes', [
    note(1, 'ana', opened + HOUR, 'me again'),
    note(2, 'project_12_bot_3f', opened + 2 * HOUR, 'beep'),
    note(3, 'renovate-bot', opened + 3 * HOUR, 'beep'),
    note(4, 'bo', opened + 4 * HOUR, 'closed', { system: true }),
    note(5, 'cy', opened + 5 * HOUR, 'on it'),
  ]);
  const { pull, server } = await bench([web]);
  const tickets = only(await pull('issues'), 'ticket');
  expect(tickets.map(({ firstResponseAt }) => firstResponseAt)).toEqual([opened + 5 * HOUR, null]);
  expect(server.requests.some((one) => one.includes('issues/2/'))).toBe(false);
});

test('the merge requests that closed an issue are named as GitLab refers to them, wherever they are', async () => {
  const web = project(1, 'acme/web');
  const closed = iso(opened + DAY);
  web.issues.push(
    issue(1, opened, { state: 'closed', closed_at: closed, updated_at: closed, merge_requests_count: 3 }),
  );
  web.parts.set('issues/1/closed_by', [
    mergeRequest(4, opened, { state: 'merged' }),
    mergeRequest(5, opened, { state: 'opened' }),
    mergeRequest(6, opened, { state: 'merged', references: { full: 'acme/api!6' } }),
  ]);
  const { pull } = await bench([web]);
  const [ticket] = only(await pull('issues'), 'ticket');
  expect(ticket?.closedBy).toEqual(['acme/api!6', 'acme/web!4']);
});

test('open issues that nobody touched since the start are read, closed ones of then are not', async () => {
  const web = project(1, 'acme/web');
  const old = NOW - 200 * DAY;
  web.issues.push(
    issue(1, old),
    issue(2, old, { state: 'closed', closed_at: iso(old + DAY), updated_at: iso(old + DAY) }),
    issue(3, opened),
  );
  const { pull } = await bench([web]);
  const tickets = only(await pull('issues'), 'ticket');
  expect(tickets.map(({ key }) => key).sort()).toEqual(['acme/web#1', 'acme/web#3']);
});

test('more than a page is read by time, so that what moves meanwhile is not skipped', async () => {
  const web = project(1, 'acme/web');
  for (let iid = 1; iid <= 230; iid += 1) web.issues.push(issue(iid, opened + iid * 60_000));
  const { pull, server } = await bench([web]);
  const tickets = only(await pull('issues'), 'ticket');
  expect(new Set(tickets.map(({ id }) => id)).size).toBe(230);
  expect(tickets).toHaveLength(230);
  expect(server.requests.filter((one) => /[?&]page=/.test(one))).toEqual([]);
});

test('a page that bears one single time is followed by its link', async () => {
  const web = project(1, 'acme/web');
  for (let iid = 1; iid <= 150; iid += 1) web.issues.push(issue(iid, opened));
  const { pull } = await bench([web]);
  expect(only(await pull('issues'), 'ticket')).toHaveLength(150);
});

test('what did not change costs one request and brings nothing; what did comes again', async () => {
  const web = project(1, 'acme/web');
  for (let iid = 1; iid <= 5; iid += 1) web.issues.push(issue(iid, opened + iid * HOUR));
  const one = await bench([web]);
  const first = await one.pull('issues');
  const before = one.server.requests.length;
  const again = await one.pull('issues', 'acme/web', first.cursor);
  expect(one.server.requests.length - before).toBe(1);
  expect(again.batches).toEqual([]);
  Object.assign(web.issues[0] ?? {}, { title: 'Renamed', updated_at: iso(NOW - HOUR) });
  const changed = await one.pull('issues', 'acme/web', first.cursor);
  expect(only(changed, 'ticket').map(({ title }) => title)).toEqual(['Renamed']);
});

test('what a lagging replica lists late is seen by the next pull', async () => {
  const web = project(1, 'acme/web');
  web.issues.push(issue(1, NOW - 60_000));
  const { pull } = await bench([web]);
  const first = await pull('issues');
  web.issues.push(issue(2, NOW - 120_000));
  const second = await pull('issues', 'acme/web', first.cursor);
  expect(only(second, 'ticket').map(({ key }) => key)).toEqual(['acme/web#2']);
});

test('a deleted issue is found by the comparison of whole lists, and one that came into sight is read', async () => {
  const web = project(1, 'acme/web');
  for (let iid = 1; iid <= 3; iid += 1) web.issues.push(issue(iid, opened + iid * HOUR));
  const one = await bench([web]);
  const first = await one.pull('issues');
  web.issues.splice(1, 1);
  web.issues.push(issue(9, opened));
  const soon = await one.pull('issues', 'acme/web', first.cursor);
  expect(soon.removed).toEqual([]);
  one.now = NOW + 2 * DAY;
  const later = await one.pull('issues', 'acme/web', first.cursor);
  expect(later.removed).toEqual([{ recordType: 'ticket', id: '1002' }]);
  expect(only(later, 'ticket').map(({ key }) => key)).toEqual(['acme/web#9']);
  const after = await one.pull('issues', 'acme/web', later.cursor);
  expect(after.removed).toEqual([]);
});

test('a server that refuses keyset paging is asked without it', async () => {
  const web = project(1, 'acme/web');
  for (let iid = 1; iid <= 3; iid += 1) web.issues.push(issue(iid, opened + iid * HOUR));
  const server = await startGitLab({ token: TOKEN, projects: [web], refusesKeyset: true });
  const one = await bench([web], {}, server);
  const first = await one.pull('issues');
  web.issues.pop();
  one.now = NOW + 2 * DAY;
  const later = await one.pull('issues', 'acme/web', first.cursor);
  expect(later.error).toBeNull();
  expect(later.removed).toEqual([{ recordType: 'ticket', id: '1003' }]);
});

test('without histories nothing is known of the past, and it is said to be so', async () => {
  const web = project(1, 'acme/web');
  const closed = iso(opened + DAY);
  web.issues.push(issue(1, opened, { state: 'closed', closed_at: closed, updated_at: closed }));
  const { pull, server } = await bench([web], { histories: false });
  const [ticket] = only(await pull('issues'), 'ticket');
  expect(ticket).toMatchObject({ history: null, resolvedAt: opened + DAY });
  expect(server.requests.filter((one) => one.includes('_events'))).toEqual([]);
});
