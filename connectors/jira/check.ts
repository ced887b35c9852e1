import type { PullContext } from '../contract.ts';
import { parseAnswer } from '../http.ts';
import { bareIssueSchema, boardPageSchema, versionsSchema } from './schemas.ts';
import { bounded, projectKeys, projectScope, queryScope, type Scope } from './scopes.ts';
import { searchPages } from './search.ts';
import type { JiraSettings } from './settings.ts';
import { readSite, statusesOf } from './site.ts';

/** Verifies the credentials, the fields, and that each project and query can be searched as the streams do. */
export async function check(context: PullContext<JiraSettings>): Promise<void> {
  const { openClient } = await import('./client.ts');
  const client = openClient(context);
  const { settings } = context;
  const site = await readSite(context, client);
  await statusesOf(context, client);

  async function searchable(scope: Scope): Promise<void> {
    const search = {
      jql: bounded(scope, 'created >= "1970-01-02"', site.zone),
      fields: ['created'],
      changelogs: false,
      pageSize: 1,
      row: bareIssueSchema,
      own: scope.own,
    };
    for await (const _ of searchPages(client, site, search, null)) break;
  }

  for (const project of await projectKeys(context)) {
    await client.get('/rest/api/2', `/project/${project}`);
    await searchable(projectScope(project));
    if (settings.versions) {
      const { data, endpoint } = await client.get('/rest/api/2', `/project/${project}/versions`);
      parseAnswer(versionsSchema, data, endpoint);
    }
    if (settings.sprints) {
      const { data, endpoint } = await client.get('/rest/agile/1.0', '/board', { projectKeyOrId: project });
      parseAnswer(boardPageSchema, data, endpoint);
    }
  }
  for (const { name } of settings.queries) await searchable(await queryScope(context, name));
}
