import type { Connector } from '../contract.ts';
import { check } from './check.ts';
import { issues } from './issues.ts';
import { pulls } from './pulls.ts';
import { releases } from './releases.ts';
import { type GitHubSettings, settingsSchema } from './settings.ts';

/** GitHub.com and GitHub Enterprise Server. Octokit is loaded by the pulls, not by this file. */
export const github: Connector<GitHubSettings> = {
  kind: 'github',
  title: 'Issues, pull requests with their reviews, and releases of GitHub repositories.',
  settings: settingsSchema,
  check,
  streams: { issues, pulls, releases },
};
