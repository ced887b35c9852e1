import { closest } from 'fastest-levenshtein';

const SHOWN = 20;
const LONGEST_NAME = 200;

/** The second half of a sentence about a name that is not there: the nearest that is, or all of them. */
export function nearestName(name: string, names: readonly string[]): string {
  const there = names.filter((one) => one !== '');
  if (there.length === 0) return '';
  const list = there.slice(0, SHOWN).map((one) => shown(one));
  const more = there.length > SHOWN ? ` and ${there.length - SHOWN} more` : '';
  return `; nearest is ${shown(closest(name, there))}, of ${list.join(', ')}${more}`;
}

/** Whole or by its length alone: half a secret, should the name be one, would be found by no redactor. */
function shown(name: string): string {
  return name.length > LONGEST_NAME ? `a name of ${name.length} characters` : `\`${name}\``;
}
