import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant; null when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = fold(word);
  // In a word of one or two letters every letter counts; two letters swapped are two edits.
  const limit = [0, 0, 0, 1, 1][wanted.length] ?? Math.max(2, Math.floor(wanted.length / 3));
  let best: string | null = null;
  let least = limit + 1;
  for (const candidate of candidates) {
    const away = distance(wanted, fold(candidate));
    if (away < least) {
      best = candidate;
      least = away;
    }
  }
  return best ?? (wanted.length < 3 ? null : begunWith(wanted, candidates));
}

/** The one candidate that begins so: `repo` is `repository`. */
function begunWith(start: string, candidates: Iterable<string>): string | null {
  const found = [...candidates].filter((candidate) => fold(candidate).startsWith(start));
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** `; did you mean …?`, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === null || near === word ? '' : `; did you mean \`${near}\`?`;
}

/** Case, and how the words are joined, are no difference: `key_results` is `keyResults`. */
function fold(word: string): string {
  return word.toLowerCase().replace(/[-_ .]/g, '');
}
