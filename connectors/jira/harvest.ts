import * as z from 'zod';
import type { EngineeringRecord, Instant, RecordRef, RecordType } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { JiraClient } from './client.ts';
import { jqlTime, quoted } from './jql.ts';
import { reconcile } from './reconcile.ts';
import { projectSchema } from './schemas.ts';
import { bounded, type Scope } from './scopes.ts';
import { type Search, searchPages } from './search.ts';
import { type JiraSettings, reconcileEveryMs } from './settings.ts';
import { type Site, siteFor, siteSchema } from './site.ts';

/** What is read of each issue, and what becomes of it. */
export interface Crop<Row extends { readonly id: string; readonly fields: { readonly created: Instant } }> {
  readonly recordType: RecordType;
  readonly row: z.ZodType<Row>;
  readonly fields: (site: Site) => readonly string[];
  readonly changelogs: boolean;
  /** The JQL of what counts from a moment on, for the first pull. */
  readonly firstBound: (start: string) => string;
  /** The issue that a stored record belongs to. */
  readonly issueOf: (storedId: string) => string;
  readonly gather: (rows: readonly Row[], site: Site) => Promise<Gathered>;
}

export interface Gathered {
  readonly records: readonly EngineeringRecord[];
  readonly removed?: readonly RecordRef[];
}

const cursorSchema = z.object({
  site: siteSchema,
  /** Every change before this is stored; null until the first pass ended. */
  reached: z.number().nullable(),
  /** A pass under way: when it began, and the creation of the last issue that it stored. */
  pass: z.object({ began: z.number(), at: z.number().nullable() }).nullable(),
  reconciledAt: z.number(),
});
export type HarvestCursor = z.infer<typeof cursorSchema>;

const PAGE_SIZE = 100;
/** Before any moment at which keys could have been compared. */
const NEVER = 0;
/** Jira's search lags behind what is written, on Cloud by seconds, on a busy Data Center by more. */
const OVERLAP_MS = 5 * 60_000;

/**
 * Pulls what changed of a scope's issues. The position is when the last complete pass began, by the slower of both
 * clocks, so that what changes under way is seen by the next; within a pass it is a creation time, which never moves.
 */
export async function* harvest<
  Row extends { readonly id: string; readonly fields: { readonly created: Instant } },
>(
  context: PullContext<JiraSettings>,
  client: JiraClient,
  scope: Scope,
  stored: string | null,
  crop: Crop<Row>,
): AsyncGenerator<Batch> {
  const started = context.now();
  const known = readCursor(stored);
  const site = await siteFor(context, client, known?.site ?? null);
  let state: HarvestCursor = known
    ? moved(known, site)
    : { site, reached: null, pass: null, reconciledAt: (await holdsAny(context, crop)) ? NEVER : started };

  const searchFrom = (reached: Instant | null): Search<Row> => ({
    jql: bounded(scope, boundOf(crop, site, context.start, reached), site.zone),
    fields: crop.fields(site),
    changelogs: crop.changelogs,
    pageSize: PAGE_SIZE,
    row: crop.row,
    own: scope.own,
  });

  const due = context.now() - state.reconciledAt >= reconcileEveryMs(context.settings);
  // What was hidden for a while and changed meanwhile was never seen to change: all since the last comparison is read again.
  if (due && state.reached !== null) {
    state = { ...state, reached: Math.min(state.reached, state.reconciledAt), pass: null };
  }

  // A pass that an earlier run began has not seen what changed since; a second one has.
  for (let again = state.pass !== null; ; again = false) {
    let { began, at } = state.pass ?? { began: started, at: null };
    let rows = 0;
    for await (const page of searchPages(client, site, searchFrom(state.reached), at)) {
      if (state.pass === null && rows === 0) began = Math.min(began, page.askedAt ?? began);
      rows += page.rows.length;
      at = page.rows.at(-1)?.fields.created ?? at;
      state = { ...state, pass: { began, at } };
      if (page.rows.length === 0) continue;
      yield {
        ...(await crop.gather(page.rows.splice(0), site)),
        cursor: encode(state),
        ...(page.total === null ? {} : { total: page.total }),
      };
    }
    if (rows === 0 && state.reached === null) await assertVisible(client, scope);
    // By the same clock: the first pass compared with nothing, and brought everything.
    const reconciledAt = state.reached === null ? began : state.reconciledAt;
    state = { ...state, reached: began, pass: null, reconciledAt };
    if (!again) break;
  }

  if (due) {
    const found = await reconcile({
      context,
      client,
      site,
      scope,
      crop,
      within: boundOf(crop, site, context.start, null),
      whole: searchFrom(null),
    });
    if (found.stored > 0 && found.listed === 0) await assertVisible(client, scope);
    state = { ...state, reconciledAt: state.reached ?? started };
    for (const gathered of found.gathered) yield { ...gathered, cursor: encode(state) };
  }
  yield { records: [], cursor: encode(state) };
}

/** What an earlier definition of the scope brought is still there, and may not belong to this one. */
async function holdsAny(
  context: PullContext<JiraSettings>,
  { recordType }: Pick<Crop<never>, 'recordType'>,
): Promise<boolean> {
  return (await context.storedIds(recordType)).length > 0;
}

function boundOf(
  crop: Pick<Crop<never>, 'firstBound'>,
  site: Site,
  start: Instant,
  reached: Instant | null,
): string {
  if (reached === null) return crop.firstBound(quoted(jqlTime(Math.max(start, 86_400_000), site.zone)));
  return `updated >= ${quoted(jqlTime(Math.max(0, reached - OVERLAP_MS), site.zone))}`;
}

/** What a site that is not as the cursor knew it leaves of the position. */
function moved(known: HarvestCursor, site: Site): HarvestCursor {
  const { reached } = known;
  const fields = ({ dialect, storyPoints, sprint, epicLink }: Site) =>
    JSON.stringify([dialect, storyPoints, sprint, epicLink]);
  // Another field holds the points now: what is stored was read from the old one.
  if (fields(known.site) !== fields(site)) return { ...known, site, reached: null, pass: null };
  // The user moved to another zone, nobody knows when: bounds may have been wrong since the zone was last asked for.
  if (known.site.zone !== site.zone && reached !== null) {
    return { ...known, site, reached: Math.min(reached, known.site.readAt), pass: null };
  }
  return { ...known, site };
}

/** No issues at all is what a user sees who may see none, too. */
async function assertVisible(client: JiraClient, { project }: Scope): Promise<void> {
  if (project === null) return;
  const { data, endpoint } = await client.get('/rest/api/2', `/project/${project}`);
  parseAnswer(projectSchema, data, endpoint);
}

function readCursor(text: string | null): HarvestCursor | null {
  if (text === null) return null;
  try {
    return cursorSchema.parse(JSON.parse(text));
  } catch {
    throw new ConnectorError({
      code: 'shape',
      message: 'The stored position of the last pull cannot be read',
      endpoint: 'the database',
      remedy: 'Was the database written by a newer version? Use that one',
    });
  }
}

function encode(cursor: HarvestCursor): string {
  return JSON.stringify(cursor);
}
