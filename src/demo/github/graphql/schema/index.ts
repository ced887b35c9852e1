import { ACCOUNTS } from './accounts.ts';
import { DELIVERY } from './delivery.ts';
import { ISSUES } from './issues.ts';
import { PROJECTS } from './projects.ts';
import { PULLS } from './pulls.ts';
import { REPOSITORIES } from './repositories.ts';
import { ROOT } from './root.ts';
import { TIMELINE } from './timeline.ts';

const CONNECTIONS = [
  'Issue',
  'PullRequest',
  'Repository',
  'Label',
  'Milestone',
  'Release',
  'Ref',
  'User',
  'IssueComment',
  'PullRequestReview',
  'PullRequestCommit',
  'PullRequestChangedFile',
  'Commit',
  'Deployment',
  'DeploymentStatus',
  'ProjectV2Item',
  'ProjectV2ItemFieldValue',
];

/** Timelines are connections that also tell when the newest item was. */
const TIMELINES = ['IssueTimelineItems', 'PullRequestTimelineItems'];

function connection(node: string, more = ''): string {
  return `
type ${node}Connection { edges: [${node}Edge] nodes: [${node}] pageInfo: PageInfo! totalCount: Int! ${more} }
type ${node}Edge { cursor: String! node: ${node} }`;
}

/**
 * A subset of GitHub's own schema: what an engineering report asks of it. Names, arguments, nullability and enum
 * values are GitHub's; https://docs.github.com/public/fpt/schema.docs.graphql is the whole of it.
 */
export const SDL = [
  ROOT,
  ACCOUNTS,
  REPOSITORIES,
  ISSUES,
  PULLS,
  TIMELINE,
  DELIVERY,
  PROJECTS,
  ...CONNECTIONS.map((node) => connection(node)),
  ...TIMELINES.map((node) => connection(node, 'filteredCount: Int! pageCount: Int! updatedAt: DateTime!')),
].join('\n');
