import type { Channel } from '../contract.ts';
import { type JiraChannelSettings, jiraSettings } from './settings.ts';

/** Writes to issues of Jira Cloud, Data Center and Server. */
export const jira: Channel<JiraChannelSettings> = {
  kind: 'jira',
  title: 'Jira: comments of an issue, or number fields that hold where key results stand',
  settings: jiraSettings,
  async check(context) {
    await (await import('./deliver.ts')).checkJira(context);
  },
  async deliver(context, message) {
    return (await import('./deliver.ts')).deliverToJira(context, message);
  },
};
