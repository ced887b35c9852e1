import { countsForImpact } from '../generated-files.ts';
import { askGit, type GitPlace } from './run.ts';

/** Keeps the verdicts on the paths that come again and again. */
const REMEMBERED = 50_000;

interface Rule {
  readonly matches: (path: string) => boolean;
  /** Undefined where `!` takes back what an earlier line said. */
  readonly counts: boolean | undefined;
}

/**
 * Whether a path counts for line impact: as `linguist-generated` and `linguist-vendored` in the root's
 * .gitattributes at that commit say, else as the path itself tells.
 */
export async function impactFilter(place: GitPlace, commit: string): Promise<(path: string) => boolean> {
  const text = (await askGit(place, ['show', `${commit}:.gitattributes`])) ?? '';
  const rules = await parseRules(text);
  const verdicts = new Map<string, boolean>();
  return (path) => {
    const known = verdicts.get(path);
    if (known !== undefined) return known;
    const counts = rules.findLast((rule) => rule.matches(path))?.counts ?? countsForImpact(path);
    if (verdicts.size >= REMEMBERED) verdicts.clear();
    verdicts.set(path, counts);
    return counts;
  };
}

async function parseRules(text: string): Promise<readonly Rule[]> {
  const rules: Rule[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [pattern, ...attributes] = line.trim().split(/\s+/);
    const spoken = attributes.map((attribute) => ATTRIBUTE.exec(attribute)).filter((match) => match !== null);
    if (!pattern || pattern.startsWith('#') || spoken.length === 0) continue;
    rules.push({ matches: await matcher(pattern), counts: verdict(spoken) });
  }
  return rules;
}

const ATTRIBUTE = /^([-!]?)linguist-(?:generated|vendored)(?:=(.*))?$/;

/** False for generated or vendored, true where that is denied. */
function verdict(attributes: readonly RegExpExecArray[]): boolean | undefined {
  const denied = attributes.map(([, sign, value]) =>
    sign === '!' ? undefined : sign === '-' || value === 'false',
  );
  return denied.includes(false) ? false : denied.includes(true) ? true : undefined;
}

/** As gitattributes(5) has it: a pattern without a slash matches a name at any depth; a folder alone matches nothing in it. */
async function matcher(pattern: string): Promise<(path: string) => boolean> {
  const { default: picomatch } = await import('picomatch');
  const anchored = pattern.replace(/^\//, '');
  return picomatch(pattern.includes('/') ? anchored : `**/${pattern}`, { dot: true });
}
