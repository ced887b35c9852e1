import type { Connector } from '../contract.ts';
import { check } from './check.ts';
import { issues, queries } from './issues.ts';
import { type JiraSettings, settingsSchema } from './settings.ts';
import { sprints } from './sprints.ts';
import { versions } from './versions.ts';
import { queryWorklogs, worklogs } from './worklogs.ts';

/** Jira Cloud, Data Center and Server. jira-client is loaded by the pulls, not by this file. */
export const jira: Connector<JiraSettings> = {
  kind: 'jira',
  title: 'Issues of Jira with all their dated changes, sprints, versions and logged hours.',
  settings: settingsSchema,
  check,
  streams: { issues, queries, sprints, versions, worklogs, queryWorklogs },
};
