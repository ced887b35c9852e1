import type { Connector } from '../contract.ts';
import { alerts, codeScanning } from './alerts.ts';
import { artifacts } from './artifacts.ts';
import { builds } from './builds.ts';
import { check } from './check.ts';
import { deployments } from './deployments.ts';
import { issues } from './issues.ts';
import { pulls } from './pulls.ts';
import { releases } from './releases.ts';
import { type GitHubSettings, type StreamName, settingsSchema } from './settings.ts';
import { tags } from './tags.ts';

/** GitHub.com and GitHub Enterprise Server. Octokit is loaded by the pulls, not by this file. */
export const github: Connector<GitHubSettings> = {
  kind: 'github',
  title:
    'Issues, pull requests with their reviews, releases, tags, deployments, workflow runs, alerts and report artifacts of GitHub repositories.',
  settings: settingsSchema,
  check,
  streams: {
    issues,
    pulls,
    releases,
    tags,
    deployments,
    builds,
    alerts,
    codeScanning,
    artifacts,
  } satisfies Record<StreamName, unknown>,
};
