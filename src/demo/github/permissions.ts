import type { Account } from '../company/model.ts';

/** What a fine-grained token or an app may be allowed to read, by the names of GitHub's own header. */
export type Permission =
  | 'metadata'
  | 'contents'
  | 'issues'
  | 'pull_requests'
  | 'deployments'
  | 'actions'
  | 'vulnerability_alerts'
  | 'security_events'
  | 'organization_projects';

/** Somebody who signed in, and what they may not read. */
export interface Access {
  /** Whose token it is; an app acts as its bot. */
  readonly account: Account;
  readonly kind: 'token' | 'installation';
  readonly lacks: ReadonlySet<Permission>;
}

/** Any one of these sets suffices. */
export type Requirement = readonly (readonly Permission[])[];

const METADATA: Requirement = [['metadata']];
const ISSUES: Requirement = [['issues']];
const EITHER: Requirement = [['issues'], ['pull_requests']];

/** What a route below a repository requires; https://docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens */
export function requirementOf([collection, , part]: readonly string[]): Requirement {
  if (collection === 'issues') return part === undefined ? ISSUES : EITHER;
  if (collection === 'labels' || collection === 'milestones') return EITHER;
  if (collection === 'pulls') return [['pull_requests']];
  if (collection === 'releases' || collection === 'compare' || collection === 'git') return [['contents']];
  if (collection === 'deployments') return [['deployments']];
  if (collection === 'actions') return [['actions']];
  if (collection === 'dependabot') return [['vulnerability_alerts']];
  if (collection === 'code-scanning') return [['security_events']];
  return METADATA;
}

export function meets(access: Access, requirement: Requirement): boolean {
  return requirement.some((set) => set.every((permission) => !access.lacks.has(permission)));
}

/** As the header `X-Accepted-GitHub-Permissions` writes it. */
export function headerOf(requirement: Requirement): string {
  return requirement.map((set) => set.map((permission) => `${permission}=read`).join(',')).join('; ');
}

export function refusalOf(access: Access): string {
  return `Resource not accessible by ${access.kind === 'installation' ? 'integration' : 'personal access token'}`;
}
