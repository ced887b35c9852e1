import type { Instant } from '../../src/domain/records.ts';
import type { Member, PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { endpointOf, parseAnswer } from '../http.ts';
import type { JiraClient } from './client.ts';
import { jqlTime, quoted, withoutOrder } from './jql.ts';
import { projectsSchema } from './schemas.ts';
import { baseUrl, type JiraSettings } from './settings.ts';

/** Which issues a member is about. */
export interface Scope {
  /** As the configuration writes it; null for a query, whose issues may be of any project. */
  readonly project: string | null;
  /** JQL without an order. */
  readonly jql: string;
  /** JQL of the projects of the same source that are left out of it; null where there are none. */
  readonly apart: string | null;
  /** The part of it that the user wrote; null for a project. */
  readonly own: { readonly name: string; readonly jql: string } | null;
}

/** What each glob brought in one run: the streams of a source ask for the same. */
const listed = new WeakMap<AbortSignal, WeakMap<object, Promise<readonly string[]>>>();

/** The projects of the source, each once, in the order of the settings. Only a glob costs a request. */
export async function projectKeys(context: PullContext<JiraSettings>): Promise<readonly string[]> {
  const { projects } = context.settings;
  const keys = new Map<string, string>();
  for (const pattern of projects) {
    const found = pattern.includes('*') ? matching(pattern, await allProjects(context), context) : [pattern];
    for (const key of found) if (!keys.has(key.toUpperCase())) keys.set(key.toUpperCase(), key);
  }
  return [...keys.values()];
}

export async function* projectMembers(context: PullContext<JiraSettings>): AsyncGenerator<Member> {
  for (const key of await projectKeys(context)) yield { id: key, title: key };
}

export async function* queryMembers(context: PullContext<JiraSettings>): AsyncGenerator<Member> {
  for (const { name } of context.settings.queries) yield { id: name, title: name };
}

export function projectScope(project: string): Scope {
  return { project, jql: `project = ${quoted(project)}`, apart: null, own: null };
}

/** What a query brings depends on its own JQL and on the projects that are left out of it, and on no other query. */
export function queryDefinition({ queries, projects }: JiraSettings, name: string): unknown {
  return { jql: queries.find((one) => one.name === name)?.jql, projects };
}

/** The issues of a query that are not already those of a project of the same source. */
export async function queryScope(context: PullContext<JiraSettings>, name: string): Promise<Scope> {
  const query = context.settings.queries.find((one) => one.name === name);
  if (!query) throw new Error(`unreachable: ${name} is not among the queries of the source`);
  const jql = withoutOrder(query.jql);
  const projects = await projectKeys(context);
  const list = projects.map(quoted).join(', ');
  return {
    project: null,
    jql: projects.length === 0 ? `(${jql})` : `(${jql}) AND project not in (${list})`,
    apart: projects.length === 0 ? null : `project in (${list})`,
    own: { name, jql },
  };
}

/** A scope with bounds, each in parentheses, so that no `OR` of one reaches into another. */
export function bounded(scope: Scope, bound: string, zone: string): (createdFrom: Instant | null) => string {
  const within = `(${scope.jql}) AND (${bound})`;
  return (createdFrom) =>
    createdFrom === null ? within : `${within} AND created >= ${quoted(jqlTime(createdFrom, zone))}`;
}

function allProjects(context: PullContext<JiraSettings>): Promise<readonly string[]> {
  const { signal, settings } = context;
  const ofRun = listed.get(signal) ?? new WeakMap<object, Promise<readonly string[]>>();
  listed.set(signal, ofRun);
  const found = ofRun.get(settings) ?? visibleProjects(context);
  ofRun.set(settings, found);
  return found;
}

async function visibleProjects(context: PullContext<JiraSettings>): Promise<readonly string[]> {
  const { openClient } = await import('./client.ts');
  const client: JiraClient = openClient(context);
  const { data, endpoint } = await client.get('/rest/api/2', '/project');
  return parseAnswer(projectsSchema, data, endpoint).map(({ key }) => key);
}

function matching(
  pattern: string,
  keys: readonly string[],
  { settings }: PullContext<JiraSettings>,
): readonly string[] {
  const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i');
  const found = keys.filter((key) => expression.test(key)).sort();
  if (found.length > 0) return found;
  throw new ConnectorError({
    code: 'not_found',
    message: `No project that the user can see matches ${pattern}`,
    endpoint: endpointOf('GET', `${baseUrl(settings)}/rest/api/2/project`),
    remedy: 'Check the pattern under `projects`, and that the user of the source may browse the projects',
  });
}
