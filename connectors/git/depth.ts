import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Instant } from '../../src/domain/records.ts';
import type { Tip } from './repository.ts';
import { askGit, type GitPlace, runGit } from './run.ts';

/** Where a clone's history breaks off. */
export interface Cut {
  /** Changes when the clone is deepened or made anew; empty for a whole one. */
  readonly id: string;
  /** Commits whose parents the clone lacks; git shows them as if they had added the whole tree. */
  readonly hidden: ReadonlySet<string>;
  /** All that was committed from here on is there; null where everything is. */
  readonly coveredFrom: Instant | null;
}

const WHOLE: Cut = { id: '', hidden: new Set(), coveredFrom: null };

/** The cut below the tip. What lies behind it is older than the commit that it is made at. */
export async function cutOf(place: GitPlace, tip: Tip): Promise<Cut> {
  if (!tip.shallow) return WHOLE;
  const path = await runGit(place, ['rev-parse', '--git-path', 'shallow']);
  const text = await readFile(resolve(place.folder, path.trim()), 'utf8').catch(() => '');
  const boundary = new Set(text.split('\n').filter(Boolean));
  // To git a commit at the cut has no parents.
  const roots = await runGit(place, ['log', '--max-parents=0', '--format=%H %ct', tip.sha, '--']);
  const hidden = new Set<string>();
  let last = 0;
  for (const line of roots.split('\n')) {
    const [sha = '', committed] = line.split(' ');
    if (!boundary.has(sha)) continue;
    hidden.add(sha);
    last = Math.max(last, Number(committed));
  }
  if (hidden.size === 0) return WHOLE;
  const id = createHash('sha256')
    .update([...hidden].sort().join())
    .digest('hex')
    .slice(0, 16);
  return { id, hidden, coveredFrom: (last + 1) * 1000 };
}

/** Says what a person may not expect of this clone. */
export async function warnOfGaps(place: GitPlace, cut: Cut, logger: Logger): Promise<void> {
  if (cut.coveredFrom !== null) {
    logger.warn(
      { path: place.name, completeFrom: new Date(cut.coveredFrom).toISOString() },
      'The clone is shallow: what came before is not counted, and nothing that reaches back so far is complete. `git fetch --unshallow` brings the whole history.',
    );
  }
  const partial = await askGit(place, ['config', '--get', 'extensions.partialClone']);
  if (partial !== null) {
    logger.warn(
      { path: place.name },
      'The clone is partial: git fetches the files of each commit one by one, which takes very long. `git fetch --refetch --no-filter` brings them all.',
    );
  }
}
