import * as z from 'zod';

export const releaseOptions = z.strictObject({
  prereleases: z.boolean().default(false).describe('Whether pre-releases count.'),
});

/** A moment at which a repository released. */
export interface ReleaseMoment {
  readonly repository: string;
  readonly at: number;
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
      readonly taggedAt: number;
    };

/** The fields that both metrics of releases read. */
export const RELEASE_READS = {
  release: ['repository', 'draft', 'prerelease', 'publishedAt'],
  tag: ['repository', 'taggedAt'],
} as const;

/** Published releases of each repository; its git tags where it has no releases at all. */
export function releaseMoments(
  records: Iterable<Published>,
  options: { readonly prereleases: boolean },
): readonly ReleaseMoment[] {
  const releases: ReleaseMoment[] = [];
  const tags: ReleaseMoment[] = [];
  const releasing = new Set<string>();
  for (const record of records) {
    const { ref, repository } = record;
    if (record.recordType === 'tag') {
      tags.push({ repository, at: record.taggedAt, ref });
      continue;
    }
    releasing.add(repository);
    if (record.draft || record.publishedAt === null || (record.prerelease && !options.prereleases)) continue;
    releases.push({ repository, at: record.publishedAt, ref });
  }
  return [...releases, ...tags.filter((tag) => !releasing.has(tag.repository))];
}
