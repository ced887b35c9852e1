import { expect, test } from 'vitest';
import {
  comment,
  createIssue,
  deleteIssue,
  type Moment,
  moveIssue,
  setFixVersions,
  setHidden,
  setLabels,
  setPoints,
  setSprints,
  setType,
  transition,
} from '../../../src/demo/jira/changes.ts';
import type { JiraIssue, JiraProject, Tracker } from '../../../src/demo/jira/model.ts';
import { addProject, emptyTracker, typeNamed } from '../../../src/demo/jira/tracker.ts';
import type { EngineeringRecord, Ticket } from '../../../src/domain/records.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { drain } from '../../support/pull-context.ts';
import { createRandom } from '../../support/random.ts';
import { type Dialect, MINUTE, type Site, siteOf, streamOf } from './support.ts';

/** Zones with the hours in which daylight saving begins and ends there. */
const TURNS: readonly (readonly [zone: string, turn: string])[] = [
  ['Europe/Stockholm', '2026-10-25T01:00:00Z'],
  ['Europe/Stockholm', '2026-03-29T01:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
];
const RUNS = 104;

class World {
  readonly tracker: Tracker;
  readonly web: JiraProject;
  readonly ops: JiraProject;
  readonly random: () => number;
  /** Changed in a way that no search for updates can see, since keys were last compared. */
  readonly unseen = new Set<string>();
  site: Site | null = null;

  constructor(seed: number, zone: string) {
    this.random = createRandom(seed);
    this.tracker = emptyTracker({ zone });
    this.web = addProject(this.tracker, 'WEB', 'Web shop');
    this.ops = addProject(this.tracker, 'OPS', 'Operations');
    const board = { id: 1, name: 'Board', type: 'scrum' as const, project: this.web };
    for (const id of [1, 2]) {
      this.tracker.sprints.push({
        id,
        name: `S${id}`,
        goal: '',
        board,
        state: 'future',
        startDate: null,
        endDate: null,
        completeDate: null,
      });
      this.tracker.versions.push({
        id: `${id}`,
        name: `v${id}`,
        description: '',
        project: this.web,
        released: false,
        startDate: null,
        releaseDate: null,
      });
    }
  }

  pick<T>(from: readonly T[]): T {
    const one = from[Math.floor(this.random() * from.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }

  change(): void {
    const { tracker, random } = this;
    const { site } = this;
    if (!site) throw new Error('nothing happens before there is a site');
    site.now += 1 + Math.floor(random() * 500);
    const moment: Moment = { at: site.now, by: this.pick(tracker.users) };
    const issues = [...tracker.issues.values()];
    if (issues.length < 6 || random() < 0.15) {
      const project = random() < 0.8 ? this.web : this.ops;
      const entry = {
        project,
        type: typeNamed(tracker, 'Story'),
        summary: 'x',
        status: this.pick(tracker.statuses),
      };
      createIssue(tracker, entry, moment);
      return;
    }
    const issue = this.pick(issues);
    const [one, two] = [this.pick(tracker.sprints), this.pick(tracker.versions)];
    const kinds: readonly (() => void)[] = [
      () => transition(tracker, issue, this.pick(tracker.statuses), moment),
      () => transition(tracker, issue, this.pick(tracker.statuses), moment),
      () => setLabels(tracker, issue, [`l${Math.floor(random() * 9)}`], moment),
      () => setPoints(tracker, issue, random() < 0.2 ? null : Math.floor(random() * 8), moment),
      () => setSprints(tracker, issue, random() < 0.3 ? [] : [one], moment),
      () => setFixVersions(tracker, issue, random() < 0.3 ? [] : [two], moment),
      () => setType(tracker, issue, this.pick(tracker.types), moment),
      () => comment(tracker, issue, 'x', moment),
      () => {
        this.unseen.add(issue.id);
        deleteIssue(tracker, issue);
      },
      () => {
        // Whoever leaves is not seen to leave; whoever comes is.
        if (issue.project === this.web) this.unseen.add(issue.id);
        moveIssue(tracker, issue, issue.project === this.web ? this.ops : this.web, moment);
      },
      () => {
        this.unseen.add(issue.id);
        setHidden(tracker, issue, !issue.hidden);
      },
    ];
    this.pick(kinds)();
  }

  visible(): JiraIssue[] {
    return [...this.tracker.issues.values()].filter((issue) => issue.project === this.web && !issue.hidden);
  }
}

/** What sync leaves in a store, as far as it is compared. */
class Stored {
  readonly live = new Map<string, Ticket>();
  cursor: string | null = null;

  async pull(site: Site, now: () => number, most: number): Promise<boolean> {
    const context = site.context({}, { now, start: 0, storedIds: async () => [...this.live.keys()] });
    let batches = 0;
    for await (const batch of streamOf('issues').pull(context, 'WEB', this.cursor)) {
      batches += 1;
      for (const record of batch.records) this.keep(record);
      for (const { id } of batch.removed ?? []) this.live.delete(id);
      this.cursor = batch.cursor ?? this.cursor;
      if (batches >= most) return false;
    }
    return true;
  }

  keep(record: EngineeringRecord): void {
    if (record.recordType === 'ticket') this.live.set(record.id, record);
  }
}

function factsOf(issue: JiraIssue) {
  const entered = issue.changelog.flatMap(({ created, items }) =>
    items.filter(({ field }) => field === 'status').map(({ to }) => ({ created, to })),
  );
  return {
    key: issue.key,
    status: issue.status.name,
    type: issue.type.name,
    labels: issue.labels,
    estimate: issue.points,
    sprint: issue.sprints.at(-1)?.name ?? null,
    versions: issue.fixVersions.map(({ name }) => name),
    updatedAt: issue.updated,
    open: issue.status.category !== 'done',
    moves: entered.length,
  };
}

function factsOfTicket(ticket: Ticket) {
  const { key, status, type, labels, estimate, sprint, versions, updatedAt, resolvedAt, history } = ticket;
  const moves = (history ?? []).filter(({ field }) => field === 'status').length;
  return {
    key,
    status,
    type,
    labels,
    estimate,
    sprint,
    versions,
    updatedAt,
    open: resolvedAt === null,
    moves,
  };
}

function byId<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => Number(a) - Number(b)));
}

async function play(seed: number, dialect: Dialect): Promise<void> {
  const [zone, turn] = TURNS[seed % TURNS.length] ?? ['UTC', ''];
  const world = new World(seed, zone);
  const { random } = world;
  let restless = false;
  const site = await siteOf(world.tracker, dialect, {
    pageSize: 4,
    ambiguousHour: random() < 0.5 ? 'earlier' : 'later',
    // Things change while pages are being read.
    faults: ({ path }) => {
      if (restless && path.includes('/search') && random() < 0.5) world.change();
      return random() < 0.01 ? { status: 403 } : undefined;
    },
  });
  world.site = site;
  site.now = Date.parse(turn) - 3 * HOUR;
  const skew = Math.floor((random() - 0.5) * 40 * MINUTE);
  const now = () => site.now + skew;
  for (let made = 0; made < 14; made++) world.change();
  const stored = new Stored();

  for (let step = 0; step < 8; step++) {
    site.now += Math.floor(random() * 45 * MINUTE);
    for (let changes = Math.floor(random() * 5); changes > 0; changes--) world.change();
    site.now += 1000 + Math.floor(random() * 10_000);
    restless = random() < 0.4;
    const whole = await stored
      .pull(site, now, random() < 0.3 ? 1 + Math.floor(random() * 3) : 99)
      .catch(() => false);
    if (!whole || restless) continue;
    // Every change that an update tells of is there now; what left without one may wait for the comparison of keys.
    for (const issue of world.visible()) {
      if (world.unseen.has(issue.id)) continue;
      const ticket = stored.live.get(issue.id);
      expect(ticket && factsOfTicket(ticket), `${issue.key}, step ${step} of seed ${seed}`).toEqual(
        factsOf(issue),
      );
    }
  }

  restless = false;
  site.now += DAY + HOUR;
  for (let tries = 0; !(await stored.pull(site, now, 99).catch(() => false)); tries++) {
    if (tries > 20) throw new Error('the last pull never ends');
  }
  const expected = byId(world.visible().map((issue) => [issue.id, factsOf(issue)] as const));
  const actual = byId([...stored.live].map(([id, ticket]) => [id, factsOfTicket(ticket)] as const));
  expect(actual, `seed ${seed}, ${dialect}, ${zone}`).toEqual(expected);

  // And an unchanged project costs no more than one request afterwards.
  site.resetLog();
  await drain(streamOf('issues'), site.context({}, { now, start: 0 }), 'WEB', stored.cursor);
  expect(site.requests.length).toBeLessThanOrEqual(4);
}

test(`${RUNS} interleavings of changes and syncs, across daylight saving, end with what the site has`, async () => {
  for (let seed = 1; seed <= RUNS; seed++) await play(seed, seed % 2 === 0 ? 'cloud' : 'server');
}, 120_000);
