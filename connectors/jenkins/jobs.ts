import picomatch from 'picomatch';
import * as z from 'zod';
import type { Member, PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { isPattern, membersOf } from '../patterns.ts';
import { jobPath } from './client.ts';
import { baseUrl, type JenkinsSettings } from './settings.ts';

/** A folder, an organization folder or a multibranch pipeline has `jobs`; anything else is a job. */
interface Item {
  readonly name: string;
  readonly jobs?: readonly Item[] | null | undefined;
  readonly lastBuild?: { readonly number: number } | null | undefined;
}

const itemSchema: z.ZodType<Item> = z.object({
  name: z.string(),
  get jobs() {
    return z.array(itemSchema).nullish();
  },
  lastBuild: z.object({ number: z.number().int() }).nullish(),
});
const folderSchema = z.object({ jobs: z.array(itemSchema) });

/** How many folders may lie in each other below the one that a glob begins in. */
const DEPTH = 8;
const TREE = Array.from({ length: DEPTH }).reduce<string>(
  (inner) => `jobs[name,lastBuild[number]${inner === '' ? '' : `,${inner}`}]`,
  '',
);

/** The number of the newest build of each job; null where it has none. */
type Listing = ReadonlyMap<string, number | null>;

/** What each folder held in one run, by its signal: both streams of a source ask for the same. */
const listings = new WeakMap<AbortSignal, Map<string, Promise<Listing>>>();

/**
 * The jobs of the source, each once. A plain name is taken as it is written, without a request; a glob brings what it
 * matches now. One that matches nothing stands for itself: pulling it is the error that says so.
 */
export function members(context: PullContext<JenkinsSettings>): AsyncGenerator<Member> {
  return membersOf(context.settings.jobs, (pattern) => namesOf(context, pattern));
}

/** What a glob matches; nothing is a `not_found` error. */
export async function namesOf(
  context: PullContext<JenkinsSettings>,
  pattern: string,
): Promise<readonly string[]> {
  const folder = folderOf(pattern);
  const listing = await listingOf(context, folder);
  const matches = picomatch(pattern, { dot: true });
  const names = [...listing.keys()].filter((name) => matches(name)).sort();
  if (names.length > 0) return names;
  const { openClient } = await import('./client.ts');
  throw new ConnectorError({
    code: 'not_found',
    message: `No job that the user can see matches ${pattern}`,
    endpoint: openClient(context).endpoint(folder === '' ? '' : jobPath(folder)),
    remedy: 'Check the pattern under `jobs`: `acme/*` are the jobs of a folder, `acme/**` those below it too',
  });
}

/** The newest build of a job as a glob's list told it in this run; undefined where it was not listed. */
export async function newestListed(
  context: PullContext<JenkinsSettings>,
  member: string,
): Promise<number | null | undefined> {
  for (const pattern of context.settings.jobs.filter(isPattern)) {
    const known = listings.get(context.signal)?.get(keyOf(context, folderOf(pattern)));
    // A list that failed is told where its members are asked for.
    const listing = await known?.catch(() => undefined);
    if (listing?.has(member)) return listing.get(member);
  }
  return undefined;
}

function listingOf(context: PullContext<JenkinsSettings>, folder: string): Promise<Listing> {
  const ofRun = listings.get(context.signal) ?? new Map<string, Promise<Listing>>();
  listings.set(context.signal, ofRun);
  const key = keyOf(context, folder);
  const found = ofRun.get(key) ?? list(context, folder);
  ofRun.set(key, found);
  return found;
}

function keyOf({ settings }: PullContext<JenkinsSettings>, folder: string): string {
  return JSON.stringify([baseUrl(settings), settings.user, settings.token, folder]);
}

/** One request for all folders in each other. */
async function list(context: PullContext<JenkinsSettings>, folder: string): Promise<Listing> {
  const { openClient } = await import('./client.ts');
  const path = folder === '' ? '' : jobPath(folder);
  const { jobs } = await openClient(context).get(path, TREE, folderSchema);
  const listing = new Map<string, number | null>();
  const add = (item: Item, above: string): void => {
    const name = above === '' ? item.name : `${above}/${item.name}`;
    if (!item.jobs) listing.set(name, item.lastBuild?.number ?? null);
    for (const inner of item.jobs ?? []) add(inner, name);
  };
  for (const item of jobs) add(item, folder);
  return listing;
}

/** The part of a pattern before its first star. */
function folderOf(pattern: string): string {
  const segments = pattern.split('/');
  return segments.slice(0, segments.findIndex(isPattern)).join('/');
}
