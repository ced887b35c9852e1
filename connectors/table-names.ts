import { closest } from 'fastest-levenshtein';
import { firstWords } from '../src/domain/redact.ts';

const SHOWN = 20;
const LONGEST_NAME = 60;

/** The second half of a sentence about a name that is not there: the nearest that is, or all of them. */
export function nearestName(name: string, names: readonly string[]): string {
  const there = names.filter((one) => one !== '');
  if (there.length === 0) return '';
  const list = there.slice(0, SHOWN).map((one) => `\`${firstWords(one, LONGEST_NAME)}\``);
  const more = there.length > SHOWN ? ` and ${there.length - SHOWN} more` : '';
  return `; nearest is \`${firstWords(closest(name, there), LONGEST_NAME)}\`, of ${list.join(', ')}${more}`;
}
