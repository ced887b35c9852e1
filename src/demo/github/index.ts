export { type Fault, type FaultHook, type FaultRequest, secondaryRateLimit } from './faults.ts';
export type { RateLimits } from './limits.ts';
export { type GitHubStandIn, type LoggedRequest, type StandInOptions, startGitHubStandIn } from './server.ts';
