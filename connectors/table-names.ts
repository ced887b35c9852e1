import { closest } from 'fastest-levenshtein';

const SHOWN = 20;

/** The second half of a sentence about a name that is not there: the nearest that is, or all of them. */
export function nearestName(name: string, names: readonly string[]): string {
  const there = names.filter((one) => one !== '');
  if (there.length === 0) return '';
  const list = there.slice(0, SHOWN).map((one) => `\`${one.slice(0, 60)}\``);
  const more = there.length > SHOWN ? ` and ${there.length - SHOWN} more` : '';
  return `; nearest is \`${closest(name, there).slice(0, 60)}\`, of ${list.join(', ')}${more}`;
}
