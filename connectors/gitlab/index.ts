import type { Connector } from '../contract.ts';
import { builds } from './builds.ts';
import { check } from './check.ts';
import { deployments } from './deployments.ts';
import { issues } from './issues.ts';
import { mergeRequests } from './merge-requests.ts';
import { releases } from './releases.ts';
import { type GitLabSettings, type StreamName, settingsSchema } from './settings.ts';
import { tags } from './tags.ts';

/** gitlab.com and GitLab on a server of one's own. */
export const gitlab: Connector<GitLabSettings> = {
  kind: 'gitlab',
  title:
    'Issues, merge requests with their reviews, pipelines, deployments, releases and tags of GitLab projects.',
  settings: settingsSchema,
  check,
  streams: { issues, mergeRequests, builds, deployments, releases, tags } satisfies Record<
    StreamName,
    unknown
  >,
};
