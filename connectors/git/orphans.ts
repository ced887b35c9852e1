import type { PullContext } from '../contract.ts';
import { askGit, type GitPlace, streamGit } from './run.ts';
import type { GitSettings } from './settings.ts';

const BATCH = 1000;

interface Rewrite {
  /** What was read before and the branch no longer leads to. */
  readonly left: readonly string[];
  readonly tip: string;
  readonly shallow: boolean;
}

export async function reaches(place: GitPlace, ancestor: string, descendant: string): Promise<boolean> {
  if (ancestor === descendant) return true;
  return (await askGit(place, ['merge-base', '--is-ancestor', ancestor, descendant])) !== null;
}

/** Stored commits that the branch no longer has, a batch at a time. */
export async function* orphans(
  context: PullContext<GitSettings>,
  place: GitPlace,
  rewrite: Rewrite,
): AsyncGenerator<readonly string[]> {
  const { left, tip, shallow } = rewrite;
  if (left.length > 0) {
    context.logger.info(
      { path: place.name, left, tip },
      'The branch was rewritten; it is read from the start.',
    );
  }
  const ids = shallow ? await behind(context, place, rewrite) : await storedBut(context, place, tip);
  for (let from = 0; from < ids.length; from += BATCH) yield ids.slice(from, from + BATCH);
}

/** All that is stored and not in the branch, whether or not the clone still has it. */
async function storedBut(
  context: PullContext<GitSettings>,
  place: GitPlace,
  tip: string,
): Promise<readonly string[]> {
  const stored = new Set(await context.storedIds('commit'));
  if (stored.size === 0) return [];
  for await (const sha of listed(place, [tip])) stored.delete(sha);
  return [...stored];
}

/** What a shallow clone does not show may lie behind its cut: gone is only what it shows to be. */
async function behind(
  context: PullContext<GitSettings>,
  place: GitPlace,
  { left, tip }: Rewrite,
): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const old of left) {
    if ((await askGit(place, ['cat-file', '-e', `${old}^{commit}`])) === null) {
      context.logger.warn(
        { path: place.name, old },
        'The shallow clone does not show how the branch came from what was read before: commits that it may have left stay counted.',
      );
      continue;
    }
    for await (const sha of listed(place, [old, `^${tip}`])) gone.push(sha);
  }
  return gone;
}

async function* listed(place: GitPlace, range: readonly string[]): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of streamGit(place, ['rev-list', ...range, '--'])) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
