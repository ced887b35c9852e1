import { DAY, HOUR } from '../../domain/time.ts';
import { nearestWork, WEEK, workMoments } from '../company/calendar.ts';
import { createRandom, hashText, type Random } from '../random.ts';
import { createIssue } from './changes.ts';
import { type Lives, planIncident, planStory } from './lives.ts';
import type { JiraIssue, JiraProject, JiraSprint, Tracker } from './model.ts';
import { addProject, emptyTracker, statusNamed, typeNamed } from './tracker.ts';

export interface TrackerOptions {
  /** The same seed, `now` and sizes give the same site, to the last id. */
  readonly seed: number;
  /** The history ends here, in milliseconds since the epoch. */
  readonly now: number;
  /** How many weeks of work there are before `now`. Default 13. */
  readonly weeks?: number;
  /** Issues of both projects together; default what a company of a dozen developers has in so many weeks. */
  readonly issues?: number;
  /** The asking user's zone. Default Europe/Stockholm. */
  readonly zone?: string;
  readonly pointsAsText?: boolean;
}

const ISSUES_A_WEEK = 15;
const OPS_SHARE = 0.2;
const SPRINT = 2 * WEEK;
const GOALS = [
  'Guests can pay without an account',
  'The start page is fast on old phones',
  'Orders can be changed until they ship',
  'Support sees what the customer sees',
  'Invoices in every currency we sell in',
  'Search finds what people mean',
];
const EPICS = ['Guest checkout', 'Fast start page', 'Order changes', 'Invoices', 'Search', 'Accounts'];
const COMPONENTS = ['checkout', 'catalog', 'accounts', 'search'];

/**
 * The Jira of the same small company: `WEB` plans in sprints of two weeks, with epics, story points and versions;
 * `OPS` takes incidents as they come. Work happens on weekdays, and gets slowly faster over the weeks.
 */
export function generateTracker(options: TrackerOptions): Tracker {
  const { seed, weeks = 13, zone = 'Europe/Stockholm', pointsAsText = false } = options;
  const now = Math.floor(options.now / 1000) * 1000;
  const total = options.issues ?? weeks * ISSUES_A_WEEK;
  const tracker = emptyTracker({ zone, pointsAsText });
  const random = createRandom(seed ^ hashText('jira'));
  const web = addProject(tracker, 'WEB', 'Web shop');
  const ops = addProject(tracker, 'OPS', 'Operations');
  const begin = now - weeks * WEEK;
  for (const [index, name] of COMPONENTS.entries()) {
    tracker.components.push({ id: String(10_500 + index), name, project: web });
  }
  addSprints(tracker, web, begin, now);
  tracker.boards.push({ id: tracker.boards.length + 1, name: 'OPS board', type: 'kanban', project: ops });
  addVersions(tracker, web, begin, now);
  const epics = addEpics(tracker, web, random, begin);

  const lives: Lives = { tracker, random, now, history: { now, weeks }, epics, events: [] };
  const forOps = Math.round(total * OPS_SHARE);
  const pace = { start: 1, end: 1.1 };
  for (const at of workMoments(random, Math.max(0, total - forOps - epics.length), { now, weeks }, pace)) {
    planStory(lives, web, at);
  }
  for (const at of workMoments(random, forOps, { now, weeks }, pace)) planIncident(lives, ops, at);
  carryOut(lives);
  return tracker;
}

/** In the order of time, whoever planned it first: so ids grow as they would have. */
function carryOut(lives: Lives): void {
  const { events, now } = lives;
  events.sort((a, b) => a.at - b.at);
  for (const { at, run } of events) if (at <= now) run();
}

function addSprints(tracker: Tracker, project: JiraProject, begin: number, now: number): void {
  const board = { id: tracker.boards.length + 1, name: 'WEB board', type: 'scrum' as const, project };
  tracker.boards.push(board);
  const monday = begin - ((new Date(begin).getUTCDay() + 6) % 7) * DAY;
  const first = Math.floor(monday / DAY) * DAY + 8 * HOUR;
  for (let number = 0; ; number++) {
    const startDate = first + number * SPRINT;
    const endDate = startDate + SPRINT - 3 * DAY;
    const sprint: JiraSprint = {
      id: 100 + number,
      name: `WEB Sprint ${number + 1}`,
      goal: GOALS[number % GOALS.length] ?? '',
      board,
      state: endDate < now ? 'closed' : startDate < now ? 'active' : 'future',
      startDate: startDate < now ? startDate : null,
      endDate: startDate < now ? endDate : null,
      completeDate: endDate < now ? endDate + 2 * HOUR : null,
    };
    tracker.sprints.push(sprint);
    if (startDate > now) return;
  }
}

function addVersions(tracker: Tracker, project: JiraProject, begin: number, now: number): void {
  const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);
  for (let number = 0; begin + number * 2 * WEEK < now + 2 * WEEK; number++) {
    const start = begin + number * 2 * WEEK;
    const end = start + 11 * DAY;
    tracker.versions.push({
      id: String(10_700 + number),
      name: `2.${number}.0`,
      description: '',
      project,
      released: end < now,
      startDate: dateOf(start),
      releaseDate: dateOf(end),
    });
  }
}

function addEpics(
  tracker: Tracker,
  project: JiraProject,
  random: Random,
  begin: number,
): readonly JiraIssue[] {
  const type = typeNamed(tracker, 'Epic');
  const status = statusNamed(tracker, 'To Do');
  return EPICS.map((summary, index) => {
    const at = nearestWork(random, begin + index * DAY + 9 * HOUR);
    return createIssue(
      tracker,
      { project, type, summary, status },
      { at, by: random.pick(tracker.users.slice(0, 3)) },
    );
  });
}
