export type { AppOptions } from './apps.ts';
export { type Fault, type FaultHook, type FaultRequest, secondaryRateLimit } from './faults.ts';
export type { LoggedRequest } from './handler.ts';
export { GITHUB_SECONDARY_LIMITS, type RateLimits, type SecondaryLimits } from './limits.ts';
export type { Permission } from './permissions.ts';
export { type GitHubStandIn, type StandInOptions, startGitHubStandIn } from './server.ts';
