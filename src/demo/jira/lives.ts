import { DAY, HOUR } from '../../domain/time.ts';
import { nearestWork, trend } from '../company/calendar.ts';
import { AREAS, issueTitle } from '../company/vocabulary.ts';
import type { Random } from '../random.ts';
import {
  assign,
  comment,
  createIssue,
  editSummary,
  logWork,
  type Moment,
  setEpic,
  setFixVersions,
  setLabels,
  setPoints,
  setSprints,
  setType,
  transition,
} from './changes.ts';
import type { JiraIssue, JiraProject, JiraSprint, JiraUser, Tracker } from './model.ts';
import { resolutionNamed, statusNamed, typeNamed } from './tracker.ts';

/** What will happen, in no order yet. */
export interface Lives {
  readonly tracker: Tracker;
  readonly random: Random;
  readonly now: number;
  readonly history: { readonly now: number; readonly weeks: number };
  readonly epics: readonly JiraIssue[];
  readonly events: { readonly at: number; readonly run: () => void }[];
}

const MINUTE = 60_000;
const POINTS = [1, 2, 2, 3, 3, 5, 5, 8] as const;
const LABELS = ['customer', 'tech-debt', 'accessibility', 'performance', 'security'];

/** A story, bug or task of the team that plans in sprints, from its creation to its end. */
export function planStory(lives: Lives, project: JiraProject, created: number): void {
  const { tracker, random, events } = lives;
  const people = tracker.users.filter(({ accountType }) => accountType === 'atlassian');
  const name = random.weighted([
    ['Story', 4],
    ['Bug', 3],
    ['Task', 2],
  ]);
  const by = random.pick(people);
  const entry = {
    project,
    type: typeNamed(tracker, name),
    summary: issueTitle(
      random,
      name === 'Bug' ? 'bug' : name === 'Story' ? 'feature' : 'chore',
      random.pick(AREAS),
    ),
    status: statusNamed(tracker, 'To Do'),
    epic: name === 'Story' && random.chance(0.5) ? random.pick(lives.epics) : null,
    labels: random.chance(0.3) ? [random.pick(LABELS)] : [],
    components: random.chance(0.7) ? [random.pick(tracker.components)] : [],
  };
  // All chance is taken now, so that what happens later does not depend on the order of events.
  const fate = {
    points: name === 'Task' && random.chance(0.5) ? null : random.pick(POINTS),
    late: random.chance(0.15),
    wait: random.logNormal(trend(created, lives.history, 170, 75) * HOUR, 0.8),
    work: random.logNormal(trend(created, lives.history, 40, 11) * HOUR, 0.8),
    review: random.logNormal(trend(created, lives.history, 24, 5) * HOUR, 0.7),
    dropped: random.chance(0.06),
    bounced: random.chance(0.25),
    blocked: random.chance(0.1),
    reopened: random.chance(0.05),
    assignee: random.pick(people),
    reviewer: random.pick(people),
    hours: random.int(1, 12),
    answers: random.chance(0.6),
    retyped: random.chance(0.04),
    epicLater: random.chance(0.2) ? random.pick(lives.epics) : null,
    subtask: random.chance(0.12),
  };
  const work = (at: number) => nearestWork(random, at);
  /** The same, but never before what it follows. */
  const after = (at: number, span: number) => Math.max(at + 10 * MINUTE, nearestWork(random, at + span));

  let issue: JiraIssue | null = null;
  events.push({
    at: created,
    run: () => {
      issue = createIssue(tracker, entry, { at: created, by });
      if (fate.subtask) planSubtask(lives, issue, work(created + 5 * HOUR), fate.assignee);
    },
  });
  const then: Planned['then'] = (at, change, who = by) => {
    const when = Math.floor(at);
    events.push({
      at: when,
      run: () => {
        if (issue) change(issue, { at: when, by: who });
      },
    });
  };
  planWork({ lives, then, fate, created, after });
}

interface Planned {
  readonly lives: Lives;
  readonly then: (at: number, change: (issue: JiraIssue, moment: Moment) => void, who?: JiraUser) => void;
  readonly fate: {
    readonly points: number | null;
    readonly late: boolean;
    readonly wait: number;
    readonly work: number;
    readonly review: number;
    readonly dropped: boolean;
    readonly bounced: boolean;
    readonly blocked: boolean;
    readonly reopened: boolean;
    readonly assignee: JiraUser;
    readonly reviewer: JiraUser;
    readonly hours: number;
    readonly answers: boolean;
    readonly retyped: boolean;
    readonly epicLater: JiraIssue | null;
  };
  readonly created: number;
  readonly after: (at: number, span: number) => number;
}

function planWork({ lives, then, fate, created, after }: Planned): void {
  const { tracker } = lives;
  const status = (name: string) => statusNamed(tracker, name);
  const refined = after(created, 3 * HOUR);
  if (fate.answers)
    then(
      after(created, 90 * MINUTE),
      (issue, at) => comment(tracker, issue, 'Seen it too.', at),
      fate.reviewer,
    );
  if (fate.retyped)
    then(refined - MINUTE, (issue, at) => setType(tracker, issue, typeNamed(tracker, 'Task'), at));
  if (fate.points !== null) then(refined, (issue, at) => setPoints(tracker, issue, fate.points, at));
  const epic = fate.epicLater;
  if (epic !== null) then(refined + MINUTE, (issue, at) => setEpic(tracker, issue, epic, at));

  const sprint = sprintFor(tracker, created, fate.late);
  const opens = sprint === null ? created : (sprint.startDate ?? lives.now + DAY);
  const planned =
    sprint === null ? refined : fate.late ? Math.max(refined, opens + DAY) : Math.max(refined, opens - DAY);
  if (sprint !== null) then(planned, (issue, at) => setSprints(tracker, issue, [sprint], at));

  const start = after(Math.max(planned, opens), fate.wait);
  if (fate.dropped) {
    then(start, (issue, at) =>
      transition(tracker, issue, status('Done'), at, resolutionNamed(tracker, "Won't Do")),
    );
    return;
  }
  then(start, (issue, at) => assign(tracker, issue, fate.assignee, at), fate.assignee);
  then(start + MINUTE, (issue, at) => transition(tracker, issue, status('In Progress'), at), fate.assignee);
  let at = after(start, fate.work);
  if (fate.blocked) {
    const back = after(start, fate.work / 3);
    const on = after(back, DAY);
    then(back, (issue, moment) => transition(tracker, issue, status('Blocked'), moment));
    then(on, (issue, moment) => transition(tracker, issue, status('In Progress'), moment));
    at = after(on, (fate.work * 2) / 3);
  }
  const hours = fate.hours;
  then(at - MINUTE, (issue, moment) => logWork(tracker, issue, hours * 3600, moment), fate.assignee);
  then(at, (issue, moment) => transition(tracker, issue, status('In Review'), moment), fate.assignee);
  at = after(at, fate.review);
  if (fate.bounced) {
    then(at, (issue, moment) => transition(tracker, issue, status('In Progress'), moment), fate.reviewer);
    then(at + MINUTE, (issue, moment) => comment(tracker, issue, 'Two small things.', moment), fate.reviewer);
    at = after(at, fate.review / 2);
    then(at, (issue, moment) => transition(tracker, issue, status('In Review'), moment), fate.assignee);
    at = after(at, fate.review / 2);
  }
  carryOver(lives, then, sprint, at);
  const version = tracker.versions.find(
    ({ releaseDate }) => releaseDate !== null && Date.parse(releaseDate) > at,
  );
  if (version) then(at, (issue, moment) => setFixVersions(tracker, issue, [version], moment), fate.assignee);
  then(at + MINUTE, (issue, moment) => transition(tracker, issue, status('Done'), moment), fate.assignee);
  if (!fate.reopened) return;
  const again = after(at, 3 * DAY);
  then(again, (issue, moment) => transition(tracker, issue, status('In Progress'), moment));
  then(again + MINUTE, (issue, moment) => setLabels(tracker, issue, [...issue.labels, 'regression'], moment));
  then(
    after(again, DAY),
    (issue, moment) => transition(tracker, issue, status('Done'), moment),
    fate.assignee,
  );
}

/** What is not done when a sprint closes goes on in the next one. */
function carryOver(lives: Lives, then: Planned['then'], first: JiraSprint | null, doneAt: number): void {
  const { tracker } = lives;
  let sprint = first;
  while (sprint !== null && sprint.completeDate !== null && sprint.completeDate < doneAt) {
    const closed = sprint;
    const next = tracker.sprints.find(({ id }) => id === closed.id + 1);
    if (!next) return;
    then(sprint.completeDate, (issue, at) => setSprints(tracker, issue, [...issue.sprints, next], at));
    sprint = next;
  }
}

/** The sprint that begins next, or the one that is running. */
function sprintFor(tracker: Tracker, created: number, late: boolean): JiraSprint | null {
  const running = tracker.sprints.findLast(({ startDate }) => startDate !== null && startDate <= created);
  const next = tracker.sprints.find(({ startDate }) => startDate === null || startDate > created);
  return (late ? (running ?? next) : next) ?? null;
}

function planSubtask(lives: Lives, parent: JiraIssue, at: number, assignee: JiraUser): void {
  const { tracker, now } = lives;
  if (at > now) return;
  const entry = {
    project: parent.project,
    type: typeNamed(tracker, 'Sub-task'),
    summary: `Measure: ${parent.summary}`,
    status: statusNamed(tracker, 'To Do'),
    parent,
  };
  const issue = createIssue(tracker, entry, { at, by: assignee });
  const done = nearestWork(lives.random, at + DAY);
  if (done <= now) transition(tracker, issue, statusNamed(tracker, 'Done'), { at: done, by: assignee });
}

/** An incident: reported, looked into, resolved. */
export function planIncident(lives: Lives, project: JiraProject, at: number): void {
  const { tracker, random, events } = lives;
  const people = tracker.users.filter(({ accountType }) => accountType === 'atlassian');
  const incident = random.chance(0.6);
  const entry = {
    project,
    type: typeNamed(tracker, incident ? 'Incident' : 'Task'),
    summary: issueTitle(random, 'bug', random.pick(AREAS)),
    status: statusNamed(tracker, 'Reported'),
    labels: incident ? [`sev-${random.int(1, 3)}`] : [],
  };
  const by = incident ? (tracker.users.at(-1) ?? null) : random.pick(people);
  const onCall = random.pick(people);
  const first = at + Math.floor(random.logNormal(20 * MINUTE, 0.8));
  const resolved = first + random.logNormal(trend(at, lives.history, 4, 2) * HOUR, 0.8);
  events.push({
    at,
    run: () => {
      const issue = createIssue(tracker, entry, { at, by });
      const steps: readonly (readonly [number, (moment: Moment) => void])[] = [
        [first, (moment) => transition(tracker, issue, statusNamed(tracker, 'Investigating'), moment)],
        [first + 2 * MINUTE, (moment) => comment(tracker, issue, 'Looking into it.', moment)],
        [
          resolved - MINUTE,
          (moment) => editSummary(tracker, issue, `${issue.summary} (cause found)`, moment),
        ],
        [resolved, (moment) => transition(tracker, issue, statusNamed(tracker, 'Resolved'), moment)],
      ];
      for (const [when, change] of steps) if (when <= lives.now) change({ at: Math.floor(when), by: onCall });
    },
  });
}
