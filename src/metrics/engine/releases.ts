import * as z from 'zod';

export const releaseOptions = z.strictObject({
  prereleases: z.boolean().default(false).describe('Whether pre-releases count.'),
});

/** A moment at which a repository released. */
export interface ReleaseMoment {
  readonly repository: string;
  readonly at: number;
  readonly kind: Published['recordType'];
  /** The window ends up to which it counts. */
  readonly until: number;
  readonly ref: number;
}

type Published =
  | {
      readonly recordType: 'release';
      readonly ref: number;
      readonly repository: string;
      readonly draft: boolean;
      readonly prerelease: boolean;
      readonly publishedAt: number | null;
    }
  | {
      readonly recordType: 'tag';
      readonly ref: number;
      readonly repository: string;
      readonly name: string;
      readonly taggedAt: number;
    };

/** The fields that both metrics of releases read. */
export const RELEASE_READS = {
  release: ['repository', 'draft', 'prerelease', 'publishedAt'],
  tag: ['repository', 'name', 'taggedAt'],
} as const;

/**
 * Published releases of each repository. Its git tags serve while it has none, so that the first release takes their
 * place without rewriting what they said before. A draft is not a release, and a tag that two sources read is one.
 */
export function releaseMoments(
  records: Iterable<Published>,
  options: { readonly prereleases: boolean },
): readonly ReleaseMoment[] {
  const releases: ReleaseMoment[] = [];
  const tags = new Map<string, ReleaseMoment>();
  const firstAt = new Map<string, number>();
  for (const record of records) {
    const { ref, repository } = record;
    if (record.recordType === 'tag') {
      const { recordType: kind, name, taggedAt: at } = record;
      const tag = { repository, kind, at, until: Number.POSITIVE_INFINITY, ref };
      const known = tags.get(`${repository}\0${name}`);
      const isFirst = known === undefined || at < known.at || (at === known.at && ref < known.ref);
      if (isFirst) tags.set(`${repository}\0${name}`, tag);
      continue;
    }
    const { draft, prerelease, publishedAt: at } = record;
    if (draft || at === null) continue;
    firstAt.set(repository, Math.min(at, firstAt.get(repository) ?? at));
    if (!prerelease || options.prereleases) {
      releases.push({ repository, kind: record.recordType, at, until: Number.POSITIVE_INFINITY, ref });
    }
  }
  const served = Array.from(tags.values(), (tag) => ({
    ...tag,
    until: firstAt.get(tag.repository) ?? tag.until,
  }));
  return [...releases, ...served];
}
