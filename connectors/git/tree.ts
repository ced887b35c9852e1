import { createHash } from 'node:crypto';
import { type GitPlace, splitGit, streamGit } from './run.ts';

/** The files of a commit's tree that say how its history is to be read. */
export interface RuleFiles {
  /** The blob of .mailmap; null where there is none. */
  readonly mailmap: string | null;
  /** Every .gitattributes: its folder (empty for the root) and blob. */
  readonly attributes: readonly { readonly folder: string; readonly blob: string }[];
  /** Changes when any of them does. */
  readonly id: string;
}

/** More than any .gitattributes that was seen; git itself stops at 100 MB. */
const LARGEST = 2 ** 20;

export async function readRuleFiles(place: GitPlace, commit: string): Promise<RuleFiles> {
  let mailmap: string | null = null;
  const attributes: { folder: string; blob: string }[] = [];
  for await (const entries of splitGit(place, ['ls-tree', '-r', '-z', '--full-tree', commit])) {
    for (const entry of entries) {
      if (!entry.endsWith('.gitattributes') && !entry.endsWith('\t.mailmap')) continue;
      // A link (mode 120000) is not followed by git either.
      const [, blob, path] =
        /^100\d{3} blob (\w+)\t((?:.*\/)?\.(?:gitattributes|mailmap))$/s.exec(entry) ?? [];
      if (blob === undefined || path === undefined) continue;
      if (path === '.mailmap') mailmap = blob;
      else attributes.push({ folder: path.slice(0, Math.max(0, path.lastIndexOf('/'))), blob });
    }
  }
  const id = createHash('sha256')
    .update(JSON.stringify([mailmap, attributes]))
    .digest('hex')
    .slice(0, 16);
  return { mailmap, attributes, id };
}

/** The texts of blobs, in their order; empty for one that is too large. */
export async function readBlobs(place: GitPlace, blobs: readonly string[]): Promise<readonly string[]> {
  if (blobs.length === 0) return [];
  const chunks: Buffer[] = [];
  const input = `${blobs.join('\n')}\n`;
  for await (const chunk of streamGit(place, ['cat-file', '--batch'], { input })) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  const texts: string[] = [];
  for (let at = 0; at < all.length; ) {
    const line = all.indexOf(0x0a, at);
    const size = Number(all.toString('latin1', at, line).split(' ')[2]);
    const end = line + 1 + size;
    texts.push(size <= LARGEST ? all.toString('utf8', line + 1, end) : '');
    at = end + 1;
  }
  return texts;
}
