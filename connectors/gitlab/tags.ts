import type { Tag } from '../../src/domain/records.ts';
import { tagSchema } from './schemas.ts';
import { webAddress } from './settings.ts';
import { type Pull, projectStream } from './stream.ts';
import { pullWholeList } from './whole-list.ts';

/** Git tags, all of them whatever the start; one that was moved is another one. */
export const tags = projectStream({
  name: 'tags',
  yields: ['tag'],
  version: 1,
  pull: (pull) =>
    pullWholeList(pull, {
      path: `${pull.project}/repository/tags?order_by=updated&sort=desc&per_page=100`,
      row: tagSchema,
      recordType: 'tag',
      record: (row) => toTag(pull, row),
    }),
});

function toTag({ context, member }: Pull, row: (typeof tagSchema)['_output']): Tag | null {
  const { commit, target } = row;
  // Of a tag on a file or a folder GitLab shows the newest commit there is, another one each day.
  const isLightweight = row.created_at === null && !row.message;
  if (isLightweight && target !== null && target !== commit.id) return null;
  return {
    recordType: 'tag',
    id: `${member}@${row.name}:${commit.id}`,
    key: `${member}@${row.name}`,
    title: row.name,
    url: `${webAddress(context.settings)}/${member}/-/tags/${encodeURI(row.name)}`,
    repository: member,
    name: row.name,
    sha: commit.id,
    // The tagger's time; of a lightweight one that of its commit.
    taggedAt: row.created_at ?? commit.committed_date,
  };
}
