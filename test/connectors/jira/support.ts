import { onTestFinished } from 'vitest';
import type { Stream } from '../../../connectors/contract.ts';
import { jira } from '../../../connectors/jira/index.ts';
import { type JiraSettings, settingsSchema } from '../../../connectors/jira/settings.ts';
import { createIssue, type Moment, transition } from '../../../src/demo/jira/changes.ts';
import { type JiraStandIn, type JiraStandInOptions, startJiraStandIn } from '../../../src/demo/jira/index.ts';
import type { JiraIssue, JiraProject, JiraUser, Tracker } from '../../../src/demo/jira/model.ts';
import { addProject, emptyTracker, statusNamed, typeNamed } from '../../../src/demo/jira/tracker.ts';
import type { Ticket } from '../../../src/domain/records.ts';
import { drain, type Pulled, pullContext, type TestContext } from '../../support/pull-context.ts';

export type Dialect = 'cloud' | 'server';
export const DIALECTS: readonly Dialect[] = ['cloud', 'server'];
export const MINUTE = 60_000;
/** A quiet hour in which nothing changes by itself. */
export const NOW = Date.parse('2026-11-24T10:00:00Z');
export const EMAIL = 'ana@acme.example';
export const TOKEN = 'ATATT3xNobody0gave1this2token3to4anyone5';

export interface Site extends JiraStandIn {
  readonly tracker: Tracker;
  readonly dialect: Dialect;
  /** The time at the site and in krsync, which tests move. */
  now: number;
  context(settings?: Partial<JiraSettings>, overrides?: ContextOverrides): TestContext<JiraSettings>;
}

export interface ContextOverrides {
  readonly start?: number;
  readonly storedIds?: TestContext<JiraSettings>['storedIds'];
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

/** A stand-in that is gone when the running test ends. */
export async function siteOf(
  tracker: Tracker,
  dialect: Dialect,
  options: Partial<JiraStandInOptions> = {},
): Promise<Site> {
  const clock = { now: NOW };
  const standIn = await startJiraStandIn({
    tracker,
    dialect,
    now: () => clock.now,
    credentials: dialect === 'cloud' ? `${EMAIL}:${TOKEN}` : TOKEN,
    ...options,
  });
  onTestFinished(() => standIn.close());
  return {
    ...standIn,
    tracker,
    dialect,
    get now() {
      return clock.now;
    },
    set now(at: number) {
      clock.now = at;
    },
    context: (settings = {}, overrides = {}) =>
      pullContext(settingsFor(standIn.url, dialect, settings), {
        fetch: globalThis.fetch,
        now: () => clock.now,
        start: Date.parse('2026-07-01T00:00:00Z'),
        ...overrides,
      }),
  };
}

export function settingsFor(
  url: string,
  dialect: Dialect,
  settings: Partial<JiraSettings> = {},
): JiraSettings {
  const access = dialect === 'cloud' ? { email: EMAIL, token: TOKEN } : { token: TOKEN };
  const scope = settings.queries ? {} : { projects: ['WEB'] };
  return settingsSchema.parse({ url, ...access, ...scope, ...settings });
}

export function streamOf(name: string): Stream<JiraSettings> {
  const stream = jira.streams[name];
  if (!stream) throw new Error(`there is no stream ${name}`);
  return stream;
}

/** Pulls and expects no error. */
export async function pull(
  site: Site,
  settings: Partial<JiraSettings> = {},
  options: ContextOverrides & { stream?: string; member?: string; cursor?: string | null } = {},
): Promise<Pulled & { readonly warnings: readonly string[] }> {
  const { stream = 'issues', member = 'WEB', cursor = null, ...overrides } = options;
  const context = site.context(settings, overrides);
  const pulled = await drain(streamOf(stream), context, member, cursor);
  if (pulled.error !== null && pulled.error !== undefined) throw pulled.error;
  return { ...pulled, warnings: context.warnings };
}

export function tickets(pulled: Pulled): Ticket[] {
  return pulled.records.filter((record) => record.recordType === 'ticket');
}

export function ticket(pulled: Pulled, key: string): Ticket {
  const found = tickets(pulled).findLast((one) => one.key === key);
  if (!found) throw new Error(`${key} was not pulled`);
  return found;
}

/** Searches of either dialect, of the requests so far. */
export function searches(site: JiraStandIn): number {
  return site.requests.filter(({ path }) => /\/search(\/jql)?$/.test(path)).length;
}

export interface Bench {
  readonly tracker: Tracker;
  readonly project: JiraProject;
  readonly by: JiraUser;
  /** A story that is created at a time such as `2026-11-02T09:00`, UTC. */
  story(at: string, status?: string): JiraIssue;
  move(issue: JiraIssue, status: string, at: string): void;
  at(time: string): Moment;
}

/** An empty project WEB, for tests that write every event themselves. */
export function bench(zone = 'Europe/Stockholm'): Bench {
  const tracker = emptyTracker({ zone });
  const project = addProject(tracker, 'WEB', 'Web shop');
  const [by] = tracker.users;
  if (!by) throw new Error('the site has no people');
  const moment = (time: string): Moment => ({ at: Date.parse(`${time}Z`), by });
  return {
    tracker,
    project,
    by,
    at: moment,
    story(at, status = 'To Do') {
      const entry = {
        project,
        type: typeNamed(tracker, 'Story'),
        summary: 'A story',
        status: statusNamed(tracker, status),
      };
      return createIssue(tracker, entry, moment(at));
    },
    move: (issue, status, at) => transition(tracker, issue, statusNamed(tracker, status), moment(at)),
  };
}
