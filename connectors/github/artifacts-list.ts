import type { Instant } from '../../src/domain/records.ts';
import { parseAnswer } from '../http.ts';
import type { ArtifactSettings } from './artifacts-settings.ts';
import type { Answer, GitHubClient } from './client.ts';
import { type ArtifactRow, artifactsPageSchema, runStatusSchema } from './schemas.ts';

/** An artifact whose run tells of which commit it is. */
export interface Artifact extends ArtifactRow {
  readonly created_at: Instant;
  readonly run: { readonly id: string; readonly sha: string };
}

/** What one run holds of a commit for one entry of the settings. */
export interface Candidate {
  readonly entry: ArtifactSettings;
  readonly sha: string;
  readonly runId: string;
  /** New artifacts, the newest of each name; their run may have more. */
  readonly artifacts: readonly Artifact[];
  /** The highest number among them. */
  readonly newest: number;
}

export function isGlob(name: string): boolean {
  return /[*?[\]{}()!+@]/.test(name);
}

/** GitHub filters by a whole name only. */
export function listPath(member: string, { name }: ArtifactSettings): string {
  const filter = isGlob(name) ? '' : `name=${encodeURIComponent(name)}&`;
  return `/repos/${member}/actions/artifacts?${filter}per_page=100`;
}

/** The rows of a list that are newer than what was read, from `start` on. The list begins with the newest. */
export async function newRows(
  client: GitHubClient,
  first: Answer,
  reached: number,
  start: Instant,
): Promise<readonly ArtifactRow[]> {
  const found: ArtifactRow[] = [];
  for (let answer: Answer | null = first; answer !== null; ) {
    const rows: readonly ArtifactRow[] = parseAnswer(
      artifactsPageSchema,
      answer.data,
      answer.endpoint,
    ).artifacts;
    const fresh = rows.filter(({ id, created_at }) => id > reached && (created_at ?? 0) >= start);
    found.push(...fresh);
    answer = answer.next !== null && fresh.length > 0 ? await client.get(answer.next) : null;
  }
  return found;
}

/**
 * The newest run of each commit of the branch that has what the entry names. What a fork's branch of the same name
 * left is no report of this repository.
 */
export async function candidatesOf(
  rows: readonly ArtifactRow[],
  entry: ArtifactSettings,
  branch: string,
): Promise<readonly Candidate[]> {
  const byCommit = new Map<string, Candidate>();
  const fits = await nameTest(entry.name);
  for (const row of [...rows].sort((a, b) => a.id - b.id)) {
    const run = row.workflow_run;
    if (!run?.head_sha || row.created_at === null || row.expired || !fits(row.name)) continue;
    if (run.head_branch !== branch || run.head_repository_id !== run.repository_id) continue;
    const artifact = { ...row, created_at: row.created_at, run: { id: run.id, sha: run.head_sha } };
    const known = byCommit.get(run.head_sha);
    const before = known?.runId === run.id ? known.artifacts : [];
    byCommit.set(run.head_sha, {
      entry,
      sha: run.head_sha,
      runId: run.id,
      artifacts: [...before.filter(({ name }) => name !== row.name), artifact],
      newest: row.id,
    });
  }
  return [...byCommit.values()];
}

/** All that the run has for the entry, or null while it runs: parts may be missing. A whole name is one part. */
export async function wholeOf(
  client: GitHubClient,
  member: string,
  candidate: Candidate,
): Promise<readonly Artifact[] | null> {
  if (!isGlob(candidate.entry.name)) return candidate.artifacts;
  const path = `/repos/${member}/actions/runs/${candidate.runId}`;
  const run = await client.get(path);
  if (parseAnswer(runStatusSchema, run.data, run.endpoint).status !== 'completed') return null;
  const fits = await nameTest(candidate.entry.name);
  const parts = new Map<string, Artifact>();
  for (let next: string | null = `${path}/artifacts?per_page=100`; next !== null; ) {
    const answer: Answer = await client.get(next);
    for (const row of parseAnswer(artifactsPageSchema, answer.data, answer.endpoint).artifacts) {
      if (row.expired || row.created_at === null || !fits(row.name)) continue;
      // A re-run leaves one of the same name beside the first.
      if ((parts.get(row.name)?.id ?? 0) > row.id) continue;
      const of = { id: candidate.runId, sha: candidate.sha };
      parts.set(row.name, { ...row, created_at: row.created_at, run: of });
    }
    next = answer.next;
  }
  return [...parts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function nameTest(name: string): Promise<(name: string) => boolean> {
  if (!isGlob(name)) return (other) => other === name;
  const { default: picomatch } = await import('picomatch');
  return picomatch(name, { dot: true });
}
