import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** One change that landed on the default branch. */
export interface Change {
  /** When it landed: its committer date, or that of the change before it if that is later. Milliseconds. */
  readonly at: number;
  readonly added: number;
  readonly deleted: number;
  readonly testAdded: number;
  readonly testDeleted: number;
  /** It touches a path that names tests or specs. */
  readonly tested: boolean;
  /** Tracked files more than before it. */
  readonly files: number;
  /** Of merges: when the first commit of the branch was authored. Null for others. */
  readonly begunAt: number | null;
}

/** What the backtest reads of a clone; small enough to keep as JSON. */
export interface GitHistory {
  readonly commit: string;
  readonly changes: readonly Change[];
  /** Dates of the tags that name a version without a pre-release. */
  readonly releases: readonly number[];
}

const TEST_PATH = /(^|[/_.-])(tests?|specs?|__tests__|testing)([/_.-]|$)|\d{4}-[^/]*\.sh$/i;
const NOT_WRITTEN =
  /(^|\/)(dist|build|vendor|node_modules|third_party|\.yarn)\/|(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|npm-shrinkwrap\.json)$|\.min\.(js|css)$|\.map$/;
const VERSION = /^v?\d+\.\d+(\.\d+)*$/;

interface Draft {
  hash: string;
  at: number;
  added: number;
  deleted: number;
  testAdded: number;
  testDeleted: number;
  tested: boolean;
  files: number;
}

/** Reads the default branch of a clone, oldest change first. */
export async function readClone(gitDir: string): Promise<GitHistory> {
  const drafts: Draft[] = [];
  const log = ['log', '--first-parent', '--diff-merges=first-parent', '--no-renames', '--raw', '--numstat'];
  for await (const line of git(gitDir, [...log, '--format=@%H %ct', 'HEAD', '--'])) readLine(line, drafts);
  drafts.reverse();
  const begun = await branchStarts(
    gitDir,
    drafts.map((draft) => draft.hash),
  );
  let latest = Number.NEGATIVE_INFINITY;
  const changes = drafts.map(({ hash, at, ...rest }) => {
    latest = Math.max(latest, at);
    return { ...rest, at: latest, begunAt: begun.get(hash) ?? null };
  });
  const releases: number[] = [];
  for await (const line of git(gitDir, [
    'for-each-ref',
    'refs/tags',
    '--format=%(refname:strip=2) %(creatordate:unix)',
  ])) {
    const [name = '', seconds] = line.split(' ');
    if (VERSION.test(name) && seconds) releases.push(Number(seconds) * 1000);
  }
  releases.sort((a, b) => a - b);
  return { commit: drafts.at(-1)?.hash ?? '', changes, releases };
}

function readLine(line: string, drafts: Draft[]): void {
  if (line.startsWith('@')) {
    const [hash = '', seconds] = line.slice(1).split(' ');
    const none = { added: 0, deleted: 0, testAdded: 0, testDeleted: 0, tested: false, files: 0 };
    drafts.push({ hash, at: Number(seconds) * 1000, ...none });
    return;
  }
  const draft = drafts.at(-1);
  if (draft === undefined || line === '') return;
  if (line.startsWith(':')) {
    const status = line.split('\t', 1)[0]?.split(' ')[4] ?? '';
    if (status.startsWith('A')) draft.files += 1;
    if (status.startsWith('D')) draft.files -= 1;
    return;
  }
  const [added = '', deleted = '', path = ''] = line.split('\t');
  const test = TEST_PATH.test(path);
  if (test) draft.tested = true;
  // A dash stands for a binary file.
  if (added === '-' || NOT_WRITTEN.test(path)) return;
  draft.added += Number(added);
  draft.deleted += Number(deleted);
  if (!test) return;
  draft.testAdded += Number(added);
  draft.testDeleted += Number(deleted);
}

/** When the first commit that each merge brought in was authored. */
async function branchStarts(gitDir: string, landed: readonly string[]): Promise<Map<string, number>> {
  const commits = new Map<string, { authoredAt: number; parents: readonly string[] }>();
  for await (const line of git(gitDir, ['log', '--format=%H %at %P', 'HEAD', '--'])) {
    const [hash = '', seconds, ...parents] = line.split(' ');
    commits.set(hash, { authoredAt: Number(seconds) * 1000, parents });
  }
  const starts = new Map<string, number>();
  const seen = new Set<string>();
  for (const hash of landed) {
    seen.add(hash);
    const open = commits.get(hash)?.parents.slice(1) ?? [];
    let first = Number.POSITIVE_INFINITY;
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const commit = commits.get(next);
      if (commit === undefined || seen.has(next)) continue;
      seen.add(next);
      first = Math.min(first, commit.authoredAt);
      open.push(...commit.parents);
    }
    if (Number.isFinite(first)) starts.set(hash, first);
  }
  return starts;
}

async function* git(gitDir: string, args: readonly string[]): AsyncGenerator<string> {
  const child = spawn('git', [`--git-dir=${gitDir}`, '-c', 'core.quotePath=false', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  yield* createInterface({ input: child.stdout });
  const code = await ended;
  if (code !== 0) throw new Error(`git ${args[0]} of ${gitDir} ended with ${code}`);
}
