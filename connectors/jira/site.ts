import * as z from 'zod';
import type { StatusCategory } from '../../src/domain/records.ts';
import { isTimeZone } from '../../src/domain/time.ts';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { JiraClient } from './client.ts';
import { fieldsSchema, myselfSchema, serverInfoSchema, statusesSchema } from './schemas.ts';
import { type JiraSettings, reconcileEveryMs } from './settings.ts';

const field = z.object({ id: z.string(), name: z.string() });
export type Field = z.infer<typeof field>;

/** What must be known of a site to ask it for issues. Kept in cursors, so that an unchanged project costs one request. */
export const siteSchema = z.object({
  dialect: z.enum(['cloud', 'server']),
  /** The user's zone, in which JQL reads its times. */
  zone: z.string(),
  storyPoints: z.array(field),
  sprint: field.nullable(),
  epicLink: field.nullable(),
  readAt: z.number(),
});
export type Site = z.infer<typeof siteSchema>;

export interface KnownStatus {
  readonly name: string;
  readonly category: StatusCategory;
}

/** Where a site does not say the user's zone: nowhere is it earlier, so that a bound written in it is never too late. */
const EARLIEST_ZONE = 'Etc/GMT+12';
const MOST_POINT_FIELDS = 4;

/** https://support.atlassian.com/jira/kb/find-the-custom-field-id/ — the types, unlike ids and names, are the same everywhere. */
const SPRINT_TYPE = 'com.pyxis.greenhopper.jira:gh-sprint';
const EPIC_LINK_TYPE = 'com.pyxis.greenhopper.jira:gh-epic-link';
const POINTS_TYPE = 'com.pyxis.greenhopper.jira:jsw-story-points';
const POINTS_NAMES = new Set(['story points', 'story point estimate']);

interface Memo {
  site?: Promise<Site>;
  statuses?: Promise<ReadonlyMap<string, KnownStatus>>;
}

/** What the members of a source ask alike in one run, which has one signal. */
const memos = new WeakMap<AbortSignal, WeakMap<object, Memo>>();

function memoOf({ signal, settings }: PullContext<JiraSettings>): Memo {
  const ofRun = memos.get(signal) ?? new WeakMap<object, Memo>();
  memos.set(signal, ofRun);
  const memo = ofRun.get(settings) ?? {};
  ofRun.set(settings, memo);
  return memo;
}

/** The site as a cursor knew it, while that is no older than a comparison of keys; else as it is now. */
export async function siteFor(
  context: PullContext<JiraSettings>,
  client: JiraClient,
  known: Site | null,
): Promise<Site> {
  if (known !== null && context.now() - known.readAt < reconcileEveryMs(context.settings)) return known;
  const memo = memoOf(context);
  memo.site ??= readSite(context, client);
  return memo.site;
}

/** Statuses by their ids. */
export function statusesOf(
  context: PullContext<JiraSettings>,
  client: JiraClient,
): Promise<ReadonlyMap<string, KnownStatus>> {
  const memo = memoOf(context);
  memo.statuses ??= readStatuses(client);
  return memo.statuses;
}

/** Jira's own keys. A status of no category is one where nothing has begun. */
export function categoryOf(key: string): StatusCategory {
  if (key === 'done') return 'done';
  return key === 'indeterminate' ? 'in_progress' : 'new';
}

export async function readSite(context: PullContext<JiraSettings>, client: JiraClient): Promise<Site> {
  const { settings } = context;
  const dialect = settings.deployment === 'auto' ? await dialectOf(client) : settings.deployment;
  return {
    dialect,
    zone: (await zoneOf(client, settings)) ?? EARLIEST_ZONE,
    ...(await findFields(client, settings)),
    readAt: context.now(),
  };
}

/** Null where the site does not say, and for a stranger, whom it does not know. */
async function zoneOf(client: JiraClient, { token, username }: JiraSettings): Promise<string | null> {
  if (token === undefined && username === undefined) return null;
  const { data, endpoint } = await client.get('/rest/api/2', '/myself');
  const { timeZone } = parseAnswer(myselfSchema, data, endpoint);
  return timeZone !== null && isTimeZone(timeZone) ? timeZone : null;
}

async function dialectOf(client: JiraClient): Promise<'cloud' | 'server'> {
  const { data, endpoint } = await client.get('/rest/api/2', '/serverInfo');
  return parseAnswer(serverInfoSchema, data, endpoint).deploymentType === 'Cloud' ? 'cloud' : 'server';
}

async function findFields(
  client: JiraClient,
  { fields: chosen }: JiraSettings,
): Promise<Pick<Site, 'storyPoints' | 'sprint' | 'epicLink'>> {
  const { data, endpoint } = await client.get('/rest/api/2', '/field');
  const all = parseAnswer(fieldsSchema, data, endpoint);

  function named(setting: string, wanted: string): Field {
    const lower = wanted.toLowerCase();
    const found = all.find(({ id }) => id === wanted) ?? all.find(({ name }) => name.toLowerCase() === lower);
    if (found) return { id: found.id, name: found.name };
    throw new ConnectorError({
      code: 'input',
      message: `Jira shows this user no field ${wanted}, which \`fields.${setting}\` names`,
      endpoint,
      remedy: 'Correct the id or name, or let the user of the source see the field',
    });
  }
  function ofType(type: string): Field | null {
    const found = all.find(({ schema }) => schema === type);
    return found ? { id: found.id, name: found.name } : null;
  }

  const { storyPoints, sprint, epicLink } = chosen;
  const guessed = all
    .filter(
      ({ schema, name }) =>
        schema === POINTS_TYPE || (schema !== null && POINTS_NAMES.has(name.toLowerCase())),
    )
    .slice(0, MOST_POINT_FIELDS)
    .map(({ id, name }) => ({ id, name }));
  return {
    storyPoints:
      storyPoints === undefined ? guessed : [storyPoints].flat().map((one) => named('storyPoints', one)),
    sprint: sprint === undefined ? ofType(SPRINT_TYPE) : named('sprint', sprint),
    epicLink: epicLink === undefined ? ofType(EPIC_LINK_TYPE) : named('epicLink', epicLink),
  };
}

async function readStatuses(client: JiraClient): Promise<ReadonlyMap<string, KnownStatus>> {
  const { data, endpoint } = await client.get('/rest/api/2', '/status');
  const rows = parseAnswer(statusesSchema, data, endpoint);
  return new Map(
    rows.map(({ id, name, statusCategory }) => [id, { name, category: categoryOf(statusCategory.key) }]),
  );
}
