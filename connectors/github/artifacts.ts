import * as z from 'zod';
import type { RecordRef } from '../../src/domain/records.ts';
import type { Batch, PullContext, Stream } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import { FaultList } from '../files.ts';
import { parseAnswer } from '../http.ts';
import { isPattern } from '../patterns.ts';
import type { PackedSamples } from '../report-kinds.ts';
import { type Candidate, candidatesOf, listPath, newRows, wholeOf } from './artifacts-list.ts';
import { type ArtifactSettings, artifactsOf } from './artifacts-settings.ts';
import type { GitHubClient } from './client.ts';
import { members, namesOf } from './repositories.ts';
import { type ArtifactRow, defaultBranchSchema } from './schemas.ts';
import type { GitHubSettings } from './settings.ts';

const listSchema = z.object({
  /** Of the list's first page; null where there is more to be read. */
  etag: z.string().nullable(),
  /** The highest number up to which all was read. */
  reached: z.number(),
  /** What was read beyond that, while something before it is looked at again. */
  beyond: z.array(z.number()).default([]),
});
/** By the address of a list. */
const cursorSchema = z.record(z.string(), listSchema);
type Lists = z.infer<typeof cursorSchema>;

interface Pull {
  readonly context: PullContext<GitHubSettings>;
  readonly client: GitHubClient;
  readonly member: string;
  /** The branch of an entry. */
  readonly branchOf: (entry: ArtifactSettings) => Promise<string>;
  readonly storedIds: () => Promise<readonly string[]>;
  readonly faults: FaultList;
}

/** Reports out of the artifacts of workflow runs, for each commit of a branch the newest. */
export const artifacts: Stream<GitHubSettings> = {
  yields: ['sample'],
  version: 1,
  needs: 'artifacts',
  series: [
    'coverage-lines',
    'coverage-branches',
    'coverage-functions',
    'tests',
    'test-pass-rate',
    'test-duration',
    'tests-flaky',
    'lighthouse-lcp',
    'lighthouse-ttfb',
    'lighthouse-fcp',
    'lighthouse-cls',
    'lighthouse-tbt',
    'lighthouse-si',
    'lighthouse-performance',
    'lighthouse-accessibility',
    'lighthouse-best-practices',
    'lighthouse-seo',
  ],
  async *members(context) {
    if (context.settings.artifacts === undefined) return;
    for await (const member of members(context)) {
      if (artifactsOf(context.settings.artifacts, member.id).length > 0) yield member;
    }
  },
  definition: (settings, member) => artifactsOf(settings.artifacts, member),
  async *pull(context, member, cursor) {
    if (isPattern(member)) await namesOf(context, member);
    const { openClient } = await import('./client.ts');
    const client = openClient(context);
    let branch: Promise<string> | null = null;
    let stored: Promise<readonly string[]> | null = null;
    const pull: Pull = {
      context,
      client,
      member,
      async branchOf(entry) {
        if (entry.branch !== undefined) return entry.branch;
        branch ??= defaultBranch(client, member);
        return branch;
      },
      storedIds() {
        stored ??= context.storedIds('sample');
        return stored;
      },
      faults: new FaultList(),
    };
    const entries = artifactsOf(context.settings.artifacts, member);
    const known = readCursor(cursorSchema, cursor) ?? {};
    const paths = new Set(entries.map((entry) => listPath(member, entry)));
    let lists: Lists = Object.fromEntries(Object.entries(known).filter(([path]) => paths.has(path)));
    for (const path of paths) {
      const own = entries.filter((entry) => listPath(member, entry) === path);
      for await (const { list, ...batch } of pullList(pull, path, own, lists[path] ?? null)) {
        lists = { ...lists, [path]: list };
        yield { ...batch, cursor: JSON.stringify(lists) };
      }
    }
    pull.faults.throwIfAny();
  },
};

async function defaultBranch(client: GitHubClient, member: string): Promise<string> {
  const answer = await client.get(`/repos/${member}`);
  return parseAnswer(defaultBranchSchema, answer.data, answer.endpoint).default_branch;
}

type ListBatch = Omit<Batch, 'cursor'> & { readonly list: Lists[string] };

/** Reads what is new in one list, oldest first, so that a pull that is stopped goes on where it was. */
async function* pullList(
  pull: Pull,
  path: string,
  entries: readonly ArtifactSettings[],
  known: Lists[string] | null,
): AsyncGenerator<ListBatch> {
  const { context, client, member } = pull;
  const reached = known?.reached ?? 0;
  const first = await client.getUnless(known?.etag ?? null, path);
  if (first.unchanged) return;
  const beyond = known?.beyond ?? [];
  const listed = await newRows(client, first, reached, context.start);
  const rows = listed.filter(({ id }) => !beyond.includes(id));
  sayExpired(context, member, path, rows);
  const candidates: Candidate[] = [];
  for (const entry of rows.length > 0 ? entries : []) {
    candidates.push(...(await candidatesOf(rows, entry, await pull.branchOf(entry))));
  }
  candidates.sort((a, b) => a.newest - b.newest);

  const held = new Set<number>();
  for (const [index, candidate] of candidates.entries()) {
    const isNewest = !candidates.slice(index + 1).some(({ entry }) => entry === candidate.entry);
    const made = await readCandidate(pull, candidate, isNewest);
    if (made === null) for (const { id } of candidate.artifacts) held.add(id);
    if (made === null) continue;
    // Two entries may read one artifact: both are through when the next number comes.
    const isShared = candidates[index + 1]?.newest === candidate.newest;
    const upTo = Math.min(...[...held].map((id) => id - 1), candidate.newest - (isShared ? 1 : 0));
    yield { ...made, list: { etag: null, reached: Math.max(reached, upTo), beyond } };
  }
  const newest = Math.max(reached, ...rows.map(({ id }) => id));
  const upTo = Math.max(reached, Math.min(...[...held].map((id) => id - 1), newest));
  const read = [...beyond, ...rows.map(({ id }) => id)].filter((id) => id > upTo && !held.has(id));
  yield { records: [], list: { etag: held.size === 0 ? first.etag : null, reached: upTo, beyond: read } };
}

function sayExpired(
  { logger }: PullContext<GitHubSettings>,
  member: string,
  path: string,
  rows: readonly ArtifactRow[],
): void {
  const expired = rows.filter((row) => row.expired).length;
  if (expired === 0) return;
  const name = new URLSearchParams(path.split('?')[1]).get('name');
  logger.warn(
    `${member}: ${expired} artifacts${name ? ` named ${name}` : ''} have expired and are passed over; what they held is not known`,
  );
}

/** The samples of a commit in place of those that an older run left; null where it has to be looked at again. */
async function readCandidate(
  pull: Pull,
  candidate: Candidate,
  isNewest: boolean,
): Promise<Omit<Batch, 'cursor'> | null> {
  const { context, client, member, faults } = pull;
  const { entry, sha } = candidate;
  const branch = await pull.branchOf(entry);
  const { commitKey, entryKey, readArtifacts } = await import('./artifacts-read.ts');
  let made: PackedSamples;
  try {
    const parts = await wholeOf(client, member, candidate);
    if (parts === null) {
      context.logger.info(`${member}: ${entry.name} of ${sha.slice(0, 7)} waits for its run to end`);
      return null;
    }
    if (parts.length === 0) return { records: [] };
    made = await readArtifacts({ context, client, member, entry, branch, sha, artifacts: parts });
  } catch (error) {
    if (!(error instanceof ConnectorError) || !isOfReport(error)) throw error;
    if (isNewest && error.code === 'shape') {
      await faults.collect(Promise.reject(error));
      return null;
    }
    context.logger.warn(
      `${member}: ${entry.name} of ${sha.slice(0, 7)} is passed over: ${error.message} (${error.endpoint})`,
    );
    return { records: [] };
  }
  if (made.missing.length > 0) {
    context.logger.warn(
      { member, commit: sha, missing: made.missing.slice(0, 10) },
      `${entry.name} does not tell everything: no sample is made of that.`,
    );
  }
  const prefix = commitKey(entryKey(member, entry, branch), sha);
  const ids = new Set(made.samples.map(({ id }) => id));
  const stored = await pull.storedIds();
  const removed: RecordRef[] = stored
    .filter((id) => id.startsWith(prefix) && !ids.has(id))
    .map((id) => ({ recordType: 'sample', id }));
  return { records: made.samples, ...(removed.length > 0 ? { removed } : {}) };
}

/** The report itself is bad, or gone since it was listed; anything else stops the pull, which goes on from here. */
function isOfReport(error: ConnectorError): boolean {
  return error.code === 'not_found' || (error.code === 'shape' && !/^[A-Z]+ https?:/.test(error.endpoint));
}
