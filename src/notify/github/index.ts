import type { Channel } from '../contract.ts';
import { type GitHubChannelSettings, githubSettings } from './settings.ts';

/** Writes to an issue or pull request on GitHub. */
export const github: Channel<GitHubChannelSettings> = {
  kind: 'github',
  title: 'An issue or pull request on GitHub: comments, one comment, or a block in its text',
  settings: githubSettings,
  async check(context) {
    await (await import('./deliver.ts')).checkIssue(context);
  },
  async deliver(context, message) {
    return (await import('./deliver.ts')).deliverToIssue(context, message);
  },
};
