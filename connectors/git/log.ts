import { type GitPlace, streamGit } from './run.ts';

/** One commit as git tells it, its files already added up. */
export interface LogEntry {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly email: string;
  /** Seconds since the epoch. */
  readonly authored: number;
  readonly committed: number;
  readonly subject: string;
  /** `Name <address>` of each Co-authored-by. */
  readonly coAuthors: readonly string[];
  /** Lines, binary files counting none. Git compares a merge with nothing: 0. */
  readonly additions: number;
  readonly deletions: number;
  /** Of both, those in files that count for line impact. */
  readonly impact: number;
}

/** Opens a commit in git's output. A line of numstat begins with a digit or a dash, so it cannot be one. */
const OPENING = '\x1e';
const BETWEEN = '\x1f';
const FIELDS = [
  '%x1e%H',
  '%P',
  '%aN',
  '%aE',
  '%at',
  '%ct',
  '%s',
  '%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x1f)',
];
const FORMAT = `--format=${FIELDS.join('%x00')}`;

/** Commits in git's own order, newest first, as many at a time as git prints at once. `range` are arguments of git log. */
export async function* readLog(
  place: GitPlace,
  range: readonly string[],
  counts: (path: string) => boolean,
): AsyncGenerator<readonly LogEntry[]> {
  const args = [
    'log',
    '-z',
    '--numstat',
    '-M',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--encoding=UTF-8',
  ];
  const parse = logParser(counts);
  const decoder = new TextDecoder();
  for await (const chunk of streamGit(place, [...args, FORMAT, ...range])) {
    const entries = parse(decoder.decode(chunk, { stream: true }));
    if (entries.length > 0) yield entries;
  }
  const last = parse(null);
  if (last.length > 0) yield last;
}

/** Takes git's output piece by piece, and null at its end; gives back the commits that are whole. */
export function logParser(counts: (path: string) => boolean): (chunk: string | null) => readonly LogEntry[] {
  let rest = '';
  let header: string[] = [];
  let renamed = 0;
  let additions = 0;
  let deletions = 0;
  let impact = 0;
  let pendingLines = 0;

  function finish(into: LogEntry[]): void {
    const [sha, parents, author, email, authored, committed, subject, coAuthors] = header;
    if (sha === undefined || subject === undefined) return;
    into.push({
      sha: sha.slice(OPENING.length),
      parents: parents === undefined || parents === '' ? [] : parents.split(' '),
      author: author ?? '',
      email: email ?? '',
      authored: Number(authored),
      committed: Number(committed),
      subject,
      coAuthors: coAuthors ? coAuthors.split(BETWEEN) : [],
      additions,
      deletions,
      impact,
    });
  }

  function take(token: string, into: LogEntry[]): void {
    if (renamed > 0) {
      renamed--;
      // Of the two names the second is the one that the file has now.
      if (renamed === 0 && counts(token)) impact += pendingLines;
      return;
    }
    if (header.length > 0 && header.length < FIELDS.length) {
      header.push(token);
      return;
    }
    if (token.startsWith(OPENING)) {
      finish(into);
      header = [token];
      additions = deletions = impact = 0;
      return;
    }
    const first = token.startsWith('\n') ? 1 : 0;
    const tab = token.indexOf('\t', first);
    if (tab < 0) return;
    const second = token.indexOf('\t', tab + 1);
    // A dash stands for a binary file.
    const added = token[first] === '-' ? 0 : Number(token.slice(first, tab));
    const deleted = token[tab + 1] === '-' ? 0 : Number(token.slice(tab + 1, second));
    additions += added;
    deletions += deleted;
    if (second === token.length - 1) {
      renamed = 2;
      pendingLines = added + deleted;
    } else if (added + deleted > 0 && counts(token.slice(second + 1))) {
      impact += added + deleted;
    }
  }

  return (chunk) => {
    const entries: LogEntry[] = [];
    if (chunk === null) {
      finish(entries);
      return entries;
    }
    const text = rest + chunk;
    let from = 0;
    for (let to = text.indexOf('\0'); to >= 0; to = text.indexOf('\0', from)) {
      take(text.slice(from, to), entries);
      from = to + 1;
    }
    rest = text.slice(from);
    return entries;
  };
}
