import type { Build } from '../../src/domain/records.ts';
import type { BuildRow } from './schemas.ts';
import { isRunning, type Job, type Pull } from './walk.ts';

/** https://javadoc.jenkins.io/hudson/model/Result.html; an unstable one is for the settings to judge. */
const RESULTS: Readonly<Record<string, Build['status']>> = {
  SUCCESS: 'succeeded',
  FAILURE: 'failed',
  ABORTED: 'cancelled',
  NOT_BUILT: 'skipped',
};

export function toBuild({ context, member }: Pull, row: BuildRow, { isBranch }: Job): Build {
  const isDone = !isRunning(row);
  const finishedAt = isDone ? row.timestamp + Math.max(0, row.duration) : null;
  const source = sourceOf(row);
  const cut = member.lastIndexOf('/');
  const status =
    row.result === 'UNSTABLE' ? context.settings.unstable : (RESULTS[row.result ?? ''] ?? 'failed');
  return {
    recordType: 'build',
    id: buildId(member, row),
    key: `${member} #${row.number}`,
    title: row.displayName ?? `#${row.number}`,
    url: row.url ?? null,
    repository: null,
    project: member,
    // The branches of a pipeline are jobs of one workflow.
    workflow: isBranch && cut > 0 ? member.slice(0, cut) : member,
    branch: isBranch ? branchOf(member.slice(cut + 1)) : source.branch,
    commit: source.commit,
    event: eventOf(row),
    status: isDone ? status : 'running',
    // A re-run or replay is a build with a number of its own.
    attempt: 1,
    createdAt: row.timestamp,
    updatedAt: finishedAt ?? row.timestamp,
    finishedAt,
    duration: isDone ? Math.max(0, row.duration) : null,
  };
}

/** With its time, for a job that is deleted and made anew counts from 1 again. */
export function buildId(member: string, row: BuildRow): string {
  return `${member}#${row.number}:${row.timestamp}`;
}

/** What was checked out; unknown where it was several repositories, of which none is said to be the job's own. */
export function sourceOf(row: BuildRow): { readonly commit: string | null; readonly branch: string | null } {
  const found = new Map<string, { commit: string; branch: string | null }>();
  for (const action of row.actions ?? []) {
    const commit = action?.lastBuiltRevision?.SHA1;
    if (!commit) continue;
    const name = action?.lastBuiltRevision?.branch?.[0]?.name ?? null;
    const branch = name?.replace(/^refs\/(remotes|heads)\//, '').replace(/^origin\//, '') ?? null;
    found.set(`${action?.remoteUrls?.join(' ')}`, { commit, branch: branch === 'detached' ? null : branch });
  }
  const [only] = found.values();
  return found.size === 1 && only ? only : { commit: null, branch: null };
}

/** The kind of its first cause, as `timer_trigger` or `user_id`. */
function eventOf(row: BuildRow): string | null {
  for (const action of row.actions ?? []) {
    const name = action?.causes?.[0]?._class?.split(/[.$]/).at(-1);
    if (!name) continue;
    const words = name.replace(/Cause$/, '').replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3_$2$4');
    return words.toLowerCase();
  }
  return null;
}

function branchOf(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
