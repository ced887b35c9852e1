import type { Release } from '../../src/domain/records.ts';
import { ConnectorError } from '../errors.ts';
import { releaseSchema } from './schemas.ts';
import { webAddress } from './settings.ts';
import { type Pull, projectStream } from './stream.ts';
import { pullWholeList } from './whole-list.ts';

/** All releases, whatever the start: the first one inside a window is measured from the one before it. */
export const releases = projectStream({
  name: 'releases',
  yields: ['release'],
  version: 1,
  pull: (pull) => {
    const path = `${pull.project}/releases?order_by=released_at&sort=desc&per_page=100`;
    return pullWholeList(pull, {
      path,
      row: releaseSchema,
      recordType: 'release',
      record: (row) => {
        if (row.tag_name !== null) return toRelease(pull, { ...row, tag_name: row.tag_name });
        throw tagsHidden(pull.client.endpoint(path));
      },
    });
  },
});

/** Of what a token gets that may see the project and not its code. */
export function tagsHidden(endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'forbidden',
    message: 'GitLab shows the releases without their tags',
    endpoint,
    remedy: 'Give the owner of the token the role Reporter, which may read the code',
  });
}

type Row = (typeof releaseSchema)['_output'] & { readonly tag_name: string };

function toRelease({ context, member }: Pull, row: Row): Release {
  // One whose day is still to come is announced, not out.
  const isUpcoming = row.upcoming_release ?? (row.released_at !== null && row.released_at > context.now());
  const address = `${webAddress(context.settings)}/${member}/-/releases/${encodeURIComponent(row.tag_name)}`;
  return {
    recordType: 'release',
    // A project has one release of a tag, and GitLab gives it no number.
    id: `${member}@${row.tag_name}`,
    key: `${member}@${row.tag_name}`,
    title: row.name || row.tag_name,
    url: row._links?.self ?? address,
    repository: member,
    tag: row.tag_name,
    draft: isUpcoming,
    // GitLab knows no pre-releases.
    prerelease: false,
    createdAt: row.created_at,
    publishedAt: isUpcoming ? null : (row.released_at ?? row.created_at),
  };
}
