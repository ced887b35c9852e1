import { expect, test } from 'vitest';
import { iso, mergeRequest, note } from './company.ts';
import { project, type Row } from './standin.ts';
import { bench, DAY, HOUR, NOW, only } from './support.ts';

const opened = NOW - 20 * DAY;
const at = (hours: number) => opened + hours * HOUR;

/** The pull request made of one merge request with these parts. */
async function made(fields: Row, parts: Record<string, Row[]> = {}) {
  const web = project(1, 'acme/web');
  web.mergeRequests.push(mergeRequest(3, opened, { updated_at: iso(at(50)), ...fields }));
  for (const [name, rows] of Object.entries(parts)) web.parts.set(`merge_requests/3/${name}`, rows);
  const { pull } = await bench([web]);
  const [found] = only(await pull('mergeRequests'), 'pull_request');
  if (!found) throw new Error('there is no pull request');
  return found;
}

test('approvals, requested changes, line comments and the conversation are told apart', async () => {
  const { reviews } = await made(
    {},
    {
      notes: [
        note(1, 'bo', at(1), 'how about this', { type: 'DiffNote' }),
        note(2, 'bo', at(1) + 30_000, 'and this', { type: 'DiffNote' }),
        note(3, 'ana', at(2), 'done'),
        note(4, 'cy', at(3), 'requested changes', { system: true }),
        note(5, 'bo', at(4), 'approved this merge request', { system: true }),
        note(6, 'bo', at(5), 'unapproved this merge request', { system: true }),
        note(7, 'group_4_bot_1', at(6), 'approved this merge request', { system: true }),
        note(8, 'ana', at(7), 'added 1 commit', { system: true }),
        note(9, 'ghost', at(8), 'thanks'),
      ],
    },
  );
  expect(
    reviews?.map(({ author, state, submittedAt, authorIsBot }) => [author, state, submittedAt, authorIsBot]),
  ).toEqual([
    ['bo', 'commented', at(1), false],
    ['ana', 'conversation', at(2), false],
    ['cy', 'changes_requested', at(3), false],
    ['bo', 'dismissed', at(4), false],
    ['group_4_bot_1', 'approved', at(6), true],
    [null, 'conversation', at(8), false],
  ]);
});

test('draft and ready are dated by the notes of the time, those of old servers too', async () => {
  const pull = await made(
    { labels: ['bug'] },
    {
      notes: [
        note(1, 'ana', at(1), 'marked as a **Work In Progress**', { system: true }),
        note(2, 'ana', at(2), 'unmarked as a **Work In Progress**', { system: true }),
        note(3, 'ana', at(3), 'marked this merge request as **draft**', { system: true }),
        note(4, 'ana', at(4), 'marked this merge request as **ready**', { system: true }),
        note(5, 'ana', at(5), 'marked this merge request as **ready**, she said'),
      ],
      resource_label_events: [{ id: 1, action: 'add', label: { name: 'bug' }, created_at: iso(at(6)) }],
    },
  );
  expect(pull.readyAt).toBe(at(4));
  expect(pull.history?.map(({ field, at: time, to }) => [field, (time - opened) / HOUR, to])).toEqual([
    ['draft', 1, true],
    ['draft', 2, false],
    ['draft', 3, true],
    ['draft', 4, false],
    ['labels', 6, ['bug']],
  ]);
});

test('a merge knows its commit: of the merge, of the squash, or of a fast-forward', async () => {
  const merged = { state: 'merged', merged_at: iso(at(9)), sha: 'head' };
  expect(await made({ ...merged, merge_commit_sha: 'merge', squash_commit_sha: 'squash' })).toMatchObject({
    state: 'merged',
    mergedAt: at(9),
    closedAt: at(9),
    mergeCommit: 'merge',
  });
  expect((await made({ ...merged, squash_commit_sha: 'squash' })).mergeCommit).toBe('squash');
  expect((await made(merged)).mergeCommit).toBe('head');
  expect((await made({ sha: 'head' })).mergeCommit).toBeNull();
});

test('the size is counted in the changed files, and unknown where GitLab leaves a large one out', async () => {
  const commits = [
    { id: 'b', authored_date: iso(at(-1)) },
    { id: 'a', authored_date: iso(at(-7)) },
  ];
  const code = { new_path: 'src/a.ts', diff: '@@ -1,2 +1,3 @@\n--- old\n+++ new\n+two\n same\n' };
  const lock = { new_path: 'package-lock.json', diff: '@@ -1 +1 @@\n-a\n+b\n' };
  const test = { new_path: 'src/a.test.ts', diff: '', collapsed: false };
  expect(await made({}, { diffs: [code, lock, test], commits })).toMatchObject({
    firstCommitAt: at(-7),
    additions: 3,
    deletions: 2,
    changedFiles: 3,
    lineImpact: 3,
    testsTouched: true,
  });
  expect(await made({}, { diffs: [code, { new_path: 'big.sql', too_large: true }] })).toMatchObject({
    additions: null,
    deletions: null,
    changedFiles: 2,
    lineImpact: null,
    testsTouched: false,
  });
});

test('authors that are automations are marked, and those that are declared people are not', async () => {
  expect((await made({ author: { id: 1, username: 'project_7_bot_ab12' } })).bot).toBe(true);
  expect((await made({ author: { id: 1, username: 'renovate-bot' } })).bot).toBe(true);
  expect((await made({ author: { id: 1, username: 'abbot' } })).bot).toBe(false);
  expect(await made({ author: { id: 1, username: 'ghost' } })).toMatchObject({ author: null, bot: false });
});
