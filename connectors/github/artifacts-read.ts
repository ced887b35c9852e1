import { createHash } from 'node:crypto';
import type { Instant } from '../../src/domain/records.ts';
import { openArchive } from '../archive.ts';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { type PackedSamples, reportKinds } from '../report-kinds.ts';
import type { ReportSource } from '../report-source.ts';
import { downloadArtifact, LARGEST_ARCHIVE } from './artifacts-download.ts';
import type { Artifact } from './artifacts-list.ts';
import type { ArtifactSettings } from './artifacts-settings.ts';
import type { GitHubClient } from './client.ts';
import { webAddress } from './repositories.ts';
import type { GitHubSettings } from './settings.ts';

export interface Reading {
  readonly context: PullContext<GitHubSettings>;
  readonly client: GitHubClient;
  readonly member: string;
  readonly entry: ArtifactSettings;
  readonly branch: string;
  readonly sha: string;
  readonly artifacts: readonly Artifact[];
}

/** What is measured, whatever the artifact is called: begins the id of all its samples. */
export function entryKey(member: string, { kind, subject, flag }: ArtifactSettings, branch: string): string {
  return digest([member.toLowerCase(), kind, subject ?? '', flag ?? '', branch]).slice(0, 12);
}

/** Begins the id of the samples of one commit. */
export function commitKey(key: string, sha: string): string {
  return `${key}-${sha.slice(0, 16)}-`;
}

/** Fetches the artifacts of one commit and reads them as one report. */
export async function readArtifacts(reading: Reading): Promise<PackedSamples> {
  const { context, client, member, entry, branch, sha, artifacts } = reading;
  const kind = await reportKinds[entry.kind]();
  const sources: ReportSource[] = [];
  for (const artifact of artifacts) {
    const name = `${member} artifact ${artifact.name} (${artifact.id})`;
    if (artifact.size_in_bytes > LARGEST_ARCHIVE) {
      throw unfit(
        name,
        `it is larger than ${LARGEST_ARCHIVE / 2 ** 20} MB`,
        'Put the report in an artifact of its own',
      );
    }
    const path = `/repos/${member}/actions/artifacts/${artifact.id}/zip`;
    const bytes = await downloadArtifact(context, client, path);
    const files = await openArchive(bytes, { name, signal: context.signal });
    for (const file of await chosen(files, entry, kind.files, name)) {
      sources.push({ name: `${name}: ${file.path}`, chunks: file.chunks });
    }
  }
  const key = commitKey(entryKey(member, entry, branch), sha);
  const { runId, at } = newest(artifacts);
  return kind.read(
    sources,
    { ...entry, subject: entry.subject ?? (entry.kind === 'lighthouse' ? null : member) },
    {
      commit: sha,
      branch,
      url: `${webAddress(context.settings, member)}/actions/runs/${runId}`,
      at,
      idOf: (...words) => key + digest(words).slice(0, 16),
    },
  );
}

function newest(artifacts: readonly Artifact[]): { readonly runId: string; readonly at: Instant } {
  const [first] = artifacts;
  if (!first) throw new Error('unreachable: a commit without an artifact is no candidate');
  return { runId: first.run.id, at: Math.max(...artifacts.map((artifact) => artifact.created_at)) };
}

/** The files that the settings mean, else those of the first usual name that there is. */
async function chosen<File extends { readonly path: string }>(
  files: readonly File[],
  entry: ArtifactSettings,
  usual: readonly string[],
  name: string,
): Promise<readonly File[]> {
  const { default: picomatch } = await import('picomatch');
  const own = entry.files === undefined ? null : [entry.files].flat();
  for (const patterns of own ? [own] : usual.map((pattern) => [pattern])) {
    const fits = picomatch(patterns, { dot: true });
    const found = files.filter(({ path }) => fits(path));
    if (found.length > 0) return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }
  const some = files.slice(0, 5).map(({ path }) => path.replace(/\p{Cc}/gu, '?').slice(0, 80));
  const holds =
    some.length > 0 ? `it holds ${some.join(', ')}${files.length > 5 ? ', …' : ''}` : 'it is empty';
  throw unfit(
    name,
    `no file in it is a ${entry.kind} report by its name: ${holds}`,
    'Say which is meant with `files`',
  );
}

function unfit(endpoint: string, message: string, remedy: string): ConnectorError {
  return new ConnectorError({
    code: 'shape',
    message: `The artifact cannot be read: ${message}`,
    endpoint,
    remedy,
  });
}

function digest(words: readonly string[]): string {
  return createHash('sha256').update(words.join('\0')).digest('hex');
}
