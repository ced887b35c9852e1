import { addUp, type Coverage, type Totals } from './totals.ts';

/**
 * Of the files that lie under the patterns, from any folder on: reports write paths from the root of a disk, of a
 * repository or of a package. Null where the report names no such file.
 */
export async function componentOf(totals: Totals, patterns: readonly string[]): Promise<Coverage | null> {
  const { default: picomatch } = await import('picomatch');
  const anywhere = patterns.flatMap((pattern) =>
    pattern.startsWith('/') ? [pattern] : [pattern, `**/${pattern}`],
  );
  const matches = picomatch(anywhere, { dot: true });
  const files = totals.files().filter(({ path }) => matches(path.replace(/^\.\//, '')));
  return files.length === 0 ? null : addUp(files);
}
