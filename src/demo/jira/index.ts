export { generateTracker, type TrackerOptions } from './company.ts';
export { trackerOf } from './exported.ts';
export { type JiraRequest, type JiraStandIn, type JiraStandInOptions, startJiraStandIn } from './server.ts';
