import { buildSchema, type GraphQLSchema, isObjectType } from 'graphql';
import { type Permission, refusalOf } from '../permissions.ts';
import { ACCOUNT_FIELDS } from './accounts.ts';
import { typedError } from './connection.ts';
import { DELIVERY_FIELDS } from './delivery.ts';
import { ISSUE_FIELDS, NEWER_ISSUE_FIELDS } from './items.ts';
import { PROJECT_FIELDS } from './projects.ts';
import { PULL_FIELDS } from './pulls.ts';
import { REPOSITORY_FIELDS } from './repositories.ts';
import { ROOT_FIELDS } from './root.ts';
import { SDL } from './schema/index.ts';
import { NEWER, withNewerArguments } from './schema/newer.ts';
import { NEWER_TIMELINE_FIELDS, TIMELINE_FIELDS } from './timeline.ts';
import type { Context, Fields } from './types.ts';

const FIELDS: Readonly<Record<string, Fields<never>>> = {
  ...ROOT_FIELDS,
  ...ACCOUNT_FIELDS,
  ...REPOSITORY_FIELDS,
  ...ISSUE_FIELDS,
  ...PULL_FIELDS,
  ...TIMELINE_FIELDS,
  ...DELIVERY_FIELDS,
  ...PROJECT_FIELDS,
};

const NEWER_FIELDS: Readonly<Record<string, Fields<never>>> = {
  ...NEWER_ISSUE_FIELDS,
  ...NEWER_TIMELINE_FIELDS,
};

/** Which server it is: github.com of today, or one of the time of the published schema, without issue types and sub-issues. */
export type Generation = 'today' | 'published';

/** The fields that a token may be refused. */
const REQUIRED: Readonly<Record<string, Permission>> = {
  'Repository.issue': 'issues',
  'Repository.issues': 'issues',
  'Repository.pullRequest': 'pull_requests',
  'Repository.pullRequests': 'pull_requests',
  'Repository.releases': 'contents',
  'Repository.deployments': 'deployments',
  'Issue.projectItems': 'organization_projects',
  'PullRequest.projectItems': 'organization_projects',
};

const made = new Map<Generation, GraphQLSchema>();

/** The schema of a server; several share one, for it takes a while to build and nothing changes it. */
export function schemaOf(generation: Generation): GraphQLSchema {
  const schema = made.get(generation) ?? createSchema(generation);
  made.set(generation, schema);
  return schema;
}

/** The schema with its resolvers. A field without one, outside connections, is a mistake of this program. */
function createSchema(generation: Generation): GraphQLSchema {
  const newer = generation === 'today';
  const schema = buildSchema(newer ? withNewerArguments(SDL) + NEWER : SDL);
  for (const [name, fields] of Object.entries(newer ? { ...FIELDS, ...NEWER_FIELDS } : FIELDS)) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new TypeError(`no object type ${name}`);
    for (const field of Object.values(type.getFields())) {
      const resolve = fields[field.name];
      if (!resolve) throw new TypeError(`no resolver for ${name}.${field.name}`);
      const required = REQUIRED[`${name}.${field.name}`];
      field.resolve = (source, args, context: Context, info) => {
        if (required && context.access.lacks.has(required)) {
          throw typedError('FORBIDDEN', refusalOf(context.access));
        }
        return resolve(source as never, args, context, info);
      };
    }
  }
  return schema;
}
