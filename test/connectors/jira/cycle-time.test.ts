import { beforeAll, describe, expect, it } from 'vitest';
import { createIssue, moveIssue, setType } from '../../../src/demo/jira/changes.ts';
import { startJiraStandIn } from '../../../src/demo/jira/index.ts';
import type { JiraIssue } from '../../../src/demo/jira/model.ts';
import { addProject, statusNamed, typeNamed } from '../../../src/demo/jira/tracker.ts';
import { krsync, writeProject } from '../../support/cli.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { type Bench, bench, NOW, TOKEN } from './support.ts';

interface Explained {
  readonly observations: readonly { readonly value: number; readonly ref: { readonly key: string } }[];
}

/** Each case is an issue with its life, and the hours in progress worked out by hand: null for no observation. */
const CASES: readonly {
  readonly name: string;
  readonly hours: number | null;
  readonly lead: number | null;
  readonly live: (world: Bench) => JiraIssue;
}[] = [
  {
    // 09:00 to 13:00 on the 3rd.
    name: 'straight through',
    hours: 4,
    lead: 28,
    live: (world) => {
      const issue = world.story('2026-11-02T09:00');
      world.move(issue, 'In Progress', '2026-11-03T09:00');
      world.move(issue, 'Done', '2026-11-03T13:00');
      return issue;
    },
  },
  {
    // In progress 10-12 and 14-15, blocked in between, in review 15-18: 2 + 1 + 3.
    name: 'back and forth, with a pause that does not count',
    hours: 6,
    lead: 9,
    live: (world) => {
      const issue = world.story('2026-11-04T09:00');
      world.move(issue, 'In Progress', '2026-11-04T10:00');
      world.move(issue, 'Blocked', '2026-11-04T12:00');
      world.move(issue, 'In Progress', '2026-11-04T14:00');
      world.move(issue, 'In Review', '2026-11-04T15:00');
      world.move(issue, 'Done', '2026-11-04T18:00');
      return issue;
    },
  },
  {
    // From To Do to Done at once: never in progress, so it has a lead time and no cycle time.
    name: 'the statuses in between skipped',
    hours: null,
    lead: 5,
    live: (world) => {
      const issue = world.story('2026-11-05T09:00');
      world.move(issue, 'Done', '2026-11-05T14:00');
      return issue;
    },
  },
  {
    // 2 hours, done, reopened into progress for 3 more, done again: the last resolution counts all 5.
    name: 'reopened and done again',
    hours: 5,
    lead: 29,
    live: (world) => {
      const issue = world.story('2026-11-06T08:00');
      world.move(issue, 'In Progress', '2026-11-06T09:00');
      world.move(issue, 'Done', '2026-11-06T11:00');
      world.move(issue, 'In Progress', '2026-11-07T10:00');
      world.move(issue, 'Done', '2026-11-07T13:00');
      return issue;
    },
  },
  {
    name: 'reopened and still open',
    hours: null,
    lead: null,
    live: (world) => {
      const issue = world.story('2026-11-08T08:00');
      world.move(issue, 'In Progress', '2026-11-08T09:00');
      world.move(issue, 'Done', '2026-11-08T11:00');
      world.move(issue, 'To Do', '2026-11-09T10:00');
      return issue;
    },
  },
  {
    // In OPS: reported 08-09, investigating 09-11. Moved to WEB as In Progress at 11, done at 14: 2 + 3.
    name: 'moved from a project with another workflow',
    hours: 5,
    lead: 6,
    live: (world) => {
      const { tracker, project, at } = world;
      const ops =
        tracker.projects.find(({ key }) => key === 'OPS') ?? addProject(tracker, 'OPS', 'Operations');
      const entry = {
        project: ops,
        type: typeNamed(tracker, 'Story'),
        summary: 'Moved',
        status: statusNamed(tracker, 'Reported'),
      };
      const issue = createIssue(tracker, entry, at('2026-11-10T08:00'));
      world.move(issue, 'Investigating', '2026-11-10T09:00');
      moveIssue(tracker, issue, project, at('2026-11-10T11:00'), statusNamed(tracker, 'In Progress'));
      world.move(issue, 'Done', '2026-11-10T14:00');
      return issue;
    },
  },
  {
    // Moved while it was not begun, into a status of the same category: 1 hour in progress afterwards.
    name: 'moved before anything began',
    hours: 1,
    lead: 4,
    live: (world) => {
      const { tracker, project, at } = world;
      const ops =
        tracker.projects.find(({ key }) => key === 'OPS') ?? addProject(tracker, 'OPS', 'Operations');
      const entry = {
        project: ops,
        type: typeNamed(tracker, 'Story'),
        summary: 'Moved early',
        status: statusNamed(tracker, 'Reported'),
      };
      const issue = createIssue(tracker, entry, at('2026-11-11T08:00'));
      moveIssue(tracker, issue, project, at('2026-11-11T09:00'), statusNamed(tracker, 'To Do'));
      world.move(issue, 'In Progress', '2026-11-11T11:00');
      world.move(issue, 'Done', '2026-11-11T12:00');
      return issue;
    },
  },
  {
    // Brought in as already done: resolved when it was made, after no time at all, and never in progress.
    name: 'created done',
    hours: null,
    lead: 0,
    live: (world) => world.story('2026-11-12T09:00', 'Done'),
  },
  {
    // Created in progress: no entry of the changelog tells of that, its first one does. 09-16.
    name: 'created in progress',
    hours: 7,
    lead: 7,
    live: (world) => {
      const issue = world.story('2026-11-13T09:00', 'In Progress');
      world.move(issue, 'Done', '2026-11-13T16:00');
      return issue;
    },
  },
  {
    // From Done to another status of the category done: still the first resolution. 10-12.
    name: 'done, and then done under another name',
    hours: 2,
    lead: 3,
    live: (world) => {
      const issue = world.story('2026-11-16T09:00');
      world.move(issue, 'In Progress', '2026-11-16T10:00');
      world.move(issue, 'Done', '2026-11-16T12:00');
      world.move(issue, 'Resolved', '2026-11-17T12:00');
      return issue;
    },
  },
  {
    // The night of daylight saving's end in Stockholm is an hour longer: 20:00 to 04:00 UTC are 8 hours.
    name: 'in progress over the end of daylight saving',
    hours: 8,
    lead: 9,
    live: (world) => {
      const issue = world.story('2026-10-24T19:00');
      world.move(issue, 'In Progress', '2026-10-24T20:00');
      world.move(issue, 'Done', '2026-10-25T04:00');
      return issue;
    },
  },
];

describe('ticket-cycle-time and ticket-lead-time on Jira histories', () => {
  const keys = new Map<string, string>();
  const cycle = new Map<string, number>();
  const lead = new Map<string, number>();

  beforeAll(async () => {
    const world = bench();
    for (const { name, live } of CASES) {
      const issue = live(world);
      // Something else that changes is no visit.
      setType(world.tracker, issue, typeNamed(world.tracker, 'Story'), { at: issue.updated, by: null });
      keys.set(name, issue.key);
    }
    const site = await startJiraStandIn({ tracker: world.tracker, dialect: 'cloud', now: () => NOW });
    const folder = await makeTempFolder();
    try {
      await writeProject(folder.path, {
        'config/okrs.yaml': `since: 2026-10-01
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
sources: [{ id: jira, kind: jira, url: "${site.url}", email: a@b.c, token: ${TOKEN}, projects: [WEB], sprints: false }]
objectives:
  - id: flow
    title: flow
    owner: a@b.c
    keyResults:
      - { id: cycle, title: cycle, metric: { measure: ticket-cycle-time, window: cycleToDate }, start: 9h, target: 1h }
      - { id: lead, title: lead, metric: { measure: ticket-lead-time, window: cycleToDate }, start: 9h, target: 1h }
`,
      });
      const run = (...args: string[]) => krsync(folder.path, args, { now: () => NOW });
      const { code, stderr } = await run('update');
      expect(code, stderr).toBe(0);
      for (const [id, into] of [
        ['cycle', cycle],
        ['lead', lead],
      ] as const) {
        const { stdout } = await run('explain', id, '--json');
        for (const { value, ref } of (JSON.parse(stdout) as Explained).observations) into.set(ref.key, value);
      }
    } finally {
      await site.close();
      await folder.dispose();
    }
  }, 60_000);

  it.each(CASES)(
    '$name: $hours hours in progress, $lead from open to closed',
    ({ name, hours, lead: leadHours }) => {
      const key = keys.get(name) ?? '';
      expect(key).not.toBe('');
      expect(cycle.get(key) ?? null).toBe(hours);
      expect(lead.get(key) ?? null).toBe(leadHours);
    },
  );
});
