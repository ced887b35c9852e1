import { countsForImpact } from '../generated-files.ts';
import { gitGlob } from './glob.ts';
import type { GitPlace } from './run.ts';
import { type RuleFiles, readBlobs } from './tree.ts';

/** Keeps the verdicts on the paths that come again and again. */
const REMEMBERED = 50_000;

/** As `name`, `-name`, `name=value` and `!name` have it. */
type State = true | false | string | null;
type Setting = readonly [name: string, state: State];

interface Rule {
  readonly folder: string;
  readonly matches: (path: string) => boolean;
  readonly settings: readonly Setting[];
}

const READ: ReadonlySet<string> = new Set(['linguist-generated', 'linguist-vendored', 'diff']);

/**
 * Whether a path counts for line impact: as `linguist-generated`, `linguist-vendored` and `-diff` in the
 * .gitattributes of the tree say, else as the path itself tells.
 */
export async function impactFilter(place: GitPlace, files: RuleFiles): Promise<(path: string) => boolean> {
  const texts = await readBlobs(
    place,
    files.attributes.map(({ blob }) => blob),
  );
  const attributes = attributeReader(
    files.attributes.map(({ folder }, index) => ({ folder, text: texts[index] ?? '' })),
  );
  const verdicts = new Map<string, boolean>();
  return (path) => {
    const known = verdicts.get(path);
    if (known !== undefined) return known;
    const counts = attributes.isEmpty ? countsForImpact(path) : verdictOn(path, attributes.of(path));
    if (verdicts.size >= REMEMBERED) verdicts.clear();
    verdicts.set(path, counts);
    return counts;
  };
}

function verdictOn(path: string, states: ReadonlyMap<string, State>): boolean {
  if (states.get('diff') === false) return false;
  const spoken = ['linguist-generated', 'linguist-vendored'].map((name) => states.get(name) ?? null);
  if (spoken.some((state) => state !== null && state !== false && state !== 'false')) return false;
  return spoken.some((state) => state !== null) || countsForImpact(path);
}

export interface AttributeReader {
  readonly isEmpty: boolean;
  /** What is said of a path; what was taken back by `!name` is null. */
  of(path: string): ReadonlyMap<string, State>;
}

/** Reads .gitattributes as git does: a deeper file goes before one above it, a later line before an earlier one. */
export function attributeReader(
  files: readonly { readonly folder: string; readonly text: string }[],
): AttributeReader {
  const byDepth = [...files].sort((a, b) => a.folder.length - b.folder.length);
  const macros = new Map<string, readonly Setting[]>([
    ['binary', [['diff', false] as const, ['merge', false] as const, ['text', false] as const]],
  ]);
  const lines = byDepth.flatMap(({ folder, text }) =>
    text.split(/\r?\n/).map((line) => ({ folder, ...parseLine(line) })),
  );
  // Git reads a macro in the root's file alone.
  for (const { folder, macro, settings } of lines) {
    if (macro !== null && folder === '') macros.set(macro, settings);
  }
  const rules: Rule[] = [];
  for (const { folder, pattern, settings } of lines) {
    const read = expand(settings, macros, 0).filter(([name]) => READ.has(name));
    const matches = pattern !== null && read.length > 0 ? gitGlob(pattern) : null;
    if (matches) rules.push({ folder, matches, settings: read });
  }
  rules.reverse();

  return {
    isEmpty: rules.length === 0,
    of(path) {
      const states = new Map<string, State>();
      for (const { folder, matches, settings } of rules) {
        const inside =
          folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
        if (inside === null || !matches(inside)) continue;
        for (const [name, state] of settings) if (!states.has(name)) states.set(name, state);
        if (states.size === READ.size) break;
      }
      return states;
    },
  };
}

interface Line {
  readonly macro: string | null;
  readonly pattern: string | null;
  readonly settings: readonly Setting[];
}

function parseLine(line: string): Line {
  const text = line.trim();
  const [, quoted, plain = '', rest = ''] = /^(?:"((?:[^"\\]|\\.)*)"|(\S+))\s*(.*)$/s.exec(text) ?? [];
  const settings = rest
    .split(/\s+/)
    .filter(Boolean)
    .map((word): Setting => {
      const sign = word[0];
      if (sign === '-') return [word.slice(1), false];
      if (sign === '!') return [word.slice(1), null];
      const equals = word.indexOf('=');
      return equals < 0 ? [word, true] : [word.slice(0, equals), word.slice(equals + 1)];
    });
  if (plain.startsWith('[attr]')) return { macro: plain.slice('[attr]'.length), pattern: null, settings };
  const pattern = quoted === undefined ? plain : unquote(quoted);
  // Git refuses a pattern that begins with `!`.
  const none = pattern === '' || plain.startsWith('#') || pattern.startsWith('!');
  return { macro: null, pattern: none ? null : pattern, settings };
}

/** The settings with those that macros stand for, what holds first. */
function expand(
  settings: readonly Setting[],
  macros: ReadonlyMap<string, readonly Setting[]>,
  depth: number,
): readonly Setting[] {
  return [...settings].reverse().flatMap((setting): readonly Setting[] => {
    const macro = setting[1] === true && depth < 8 ? macros.get(setting[0]) : undefined;
    return macro ? [setting, ...expand(macro, macros, depth + 1)] : [setting];
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** C-style quotes, in which git writes bytes above ASCII as three octal digits. */
function unquote(text: string): string {
  const bytes = text.replaceAll(/\\([0-3][0-7]{2}|.)/gs, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped, 8)) : (ESCAPES[escaped] ?? escaped),
  );
  return /[\x80-\xff]/.test(bytes) && !/[^\0-\xff]/.test(bytes)
    ? Buffer.from(bytes, 'latin1').toString('utf8')
    : bytes;
}
