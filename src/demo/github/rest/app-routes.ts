import type { Account, Company } from '../../company/model.ts';
import type { AppOptions, Apps } from '../apps.ts';
import { nodeId } from '../node-ids.ts';
import { simpleUser } from './accounts.ts';
import { type Addresses, timestamp } from './addresses.ts';
import { type Answer, notFound, ok, unauthorized } from './answer.ts';

const READ = {
  metadata: 'read',
  contents: 'read',
  issues: 'read',
  pull_requests: 'read',
  deployments: 'read',
  actions: 'read',
  vulnerability_alerts: 'read',
  security_events: 'read',
  organization_projects: 'read',
} as const;

interface AppRequest {
  readonly company: Company;
  readonly addresses: Addresses;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly app: AppOptions | undefined;
  readonly apps: Apps;
}

/** Whether the path is one that an app asks as itself, with a signature in place of a token. */
export function isAppPath(segments: readonly string[]): boolean {
  const [area, , , last] = segments;
  return area === 'app' || (area === 'repos' && last === 'installation');
}

/** `/app`, its installation, a new token for it, and where a repository has it. */
export function appRoute(request: AppRequest, segments: readonly string[]): Answer {
  const { app, apps, addresses, company } = request;
  const refusal = apps.refuses(request.authorization);
  if (refusal !== null || !app) return unauthorized(refusal ?? 'Integration not found');
  const [area, list, id, action] = segments;
  if (area === 'repos') return ok(installation(addresses, company.organization, app));
  if (list === undefined) return ok(integration(addresses, company.organization, app));
  if (list !== 'installations') return notFound();
  if (id === undefined) return ok([installation(addresses, company.organization, app)]);
  if (id !== String(app.installationId))
    return notFound('/apps/apps#get-an-installation-for-the-authenticated-app');
  if (action === undefined) return ok(installation(addresses, company.organization, app));
  if (action !== 'access_tokens' || request.method !== 'POST') return notFound();
  const { token, expiresAt } = apps.issue();
  const body = {
    token,
    expires_at: timestamp(expiresAt),
    permissions: permissionsOf(app),
    repository_selection: 'all',
  };
  return { status: 201, json: JSON.stringify(body) };
}

function permissionsOf(app: AppOptions): Readonly<Record<string, string>> {
  const lacks = new Set<string>(app.lacks);
  return Object.fromEntries(Object.entries(READ).filter(([name]) => !lacks.has(name)));
}

/** The schema `installation`. */
function installation(addresses: Addresses, owner: Account, app: AppOptions) {
  const url = `${addresses.api}/app/installations/${app.installationId}`;
  const at = timestamp(owner.createdAt);
  return {
    id: app.installationId,
    account: simpleUser(addresses, owner),
    repository_selection: 'all',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${addresses.api}/installation/repositories`,
    html_url: `${addresses.web}/organizations/${owner.login}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: owner.id,
    target_type: 'Organization',
    permissions: permissionsOf(app),
    events: [],
    created_at: at,
    updated_at: at,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}

/** The schema `integration`. */
function integration(addresses: Addresses, owner: Account, app: AppOptions) {
  const at = timestamp(owner.createdAt);
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: simpleUser(addresses, owner),
    name: app.slug,
    description: '',
    external_url: addresses.web,
    html_url: `${addresses.web}/apps/${app.slug}`,
    created_at: at,
    updated_at: at,
    permissions: permissionsOf(app),
    events: [],
    installations_count: 1,
  };
}
