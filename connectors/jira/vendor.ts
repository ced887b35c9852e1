import { createRequire } from 'node:module';

/** What is used of jira-client: it builds addresses and requests, and hands them to the transport that it is given. */
export interface JiraApi {
  makeUri(options: {
    readonly pathname: string;
    readonly intermediatePath: string;
    readonly query?: Readonly<Record<string, string | number>>;
  }): string;
  makeRequestHeader(uri: string, options: Readonly<Record<string, unknown>>): VendorRequest;
  doRequest(request: VendorRequest): Promise<unknown>;
}

/** A request as jira-client describes it. */
export interface VendorRequest {
  readonly uri: string;
  readonly method: string;
  readonly body?: unknown;
  readonly auth?: { readonly user?: string; readonly pass?: string; readonly bearer?: string };
  readonly [option: string]: unknown;
}

export interface JiraApiOptions {
  readonly protocol: string;
  readonly host: string;
  readonly port?: string;
  readonly base: string;
  readonly bearer?: string;
  readonly username?: string;
  readonly password?: string;
  readonly request: (request: VendorRequest) => Promise<unknown>;
}

type JiraApiClass = new (options: JiraApiOptions) => JiraApi;

let loaded: JiraApiClass | null = null;

/**
 * jira-client, without postman-request: it requires that old HTTP stack as soon as it is loaded, though it never
 * calls it when it is given a `request` of its own. So an empty module stands in its place while it loads.
 */
export function jiraApi(): JiraApiClass {
  loaded ??= load();
  return loaded;
}

function load(): JiraApiClass {
  const require = createRequire(import.meta.url);
  const path = require.resolve('jira-client');
  const oldStack = createRequire(path).resolve('postman-request');
  const before = require.cache[oldStack];
  const empty = {
    id: oldStack,
    filename: oldStack,
    path: oldStack,
    loaded: true,
    exports: {},
    children: [],
    paths: [],
  };
  require.cache[oldStack] = Object.assign(Object.create(null), empty);
  try {
    return require(path) as JiraApiClass;
  } finally {
    if (before) require.cache[oldStack] = before;
    else delete require.cache[oldStack];
  }
}
