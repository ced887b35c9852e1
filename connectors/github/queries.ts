/** What is read of a review, wherever it is listed. */
const REVIEW_FIELDS = `
fragment ReviewFields on PullRequestReview {
  fullDatabaseId
  url
  state
  submittedAt
  author { __typename login }
}`;

/** What is read of a comment in the conversation of an issue or pull request. */
const COMMENT_FIELDS = `
fragment CommentFields on IssueComment {
  fullDatabaseId
  url
  createdAt
  author { __typename login }
}`;

const PULL_TIMELINE_TYPES = `[
  LABELED_EVENT, UNLABELED_EVENT, MILESTONED_EVENT, DEMILESTONED_EVENT, READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT
]`;

const LABEL_AND_MILESTONE_EVENTS = `
  ... on LabeledEvent { createdAt label { name } }
  ... on UnlabeledEvent { createdAt label { name } }
  ... on MilestonedEvent { createdAt milestoneTitle }
  ... on DemilestonedEvent { createdAt milestoneTitle }`;

const PULL_TIMELINE = `
fragment PullTimeline on PullRequestTimelineItemsConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    __typename
    ${LABEL_AND_MILESTONE_EVENTS}
    ... on ReadyForReviewEvent { createdAt }
    ... on ConvertToDraftEvent { createdAt }
  }
}`;

/**
 * One page of pull requests with everything that is stored of them. Variables: owner, name, first, after, and
 * states and direction, so that one query serves both the walk from the newest update and that over the open ones.
 */
export const PULLS_QUERY = `
query Pulls(
  $owner: String!, $name: String!, $first: Int!, $after: String,
  $states: [PullRequestState!], $direction: OrderDirection!
) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: $first, after: $after, states: $states, orderBy: { field: UPDATED_AT, direction: $direction }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        fullDatabaseId
        number
        title
        url
        state
        isDraft
        createdAt
        updatedAt
        mergedAt
        closedAt
        baseRefName
        additions
        deletions
        changedFiles
        author { __typename login }
        milestone { title }
        mergeCommit { oid }
        labels(first: 100) { nodes { name } }
        commits(first: 1) { nodes { commit { authoredDate } } }
        reviews(first: 100) {
          pageInfo { hasNextPage endCursor }
          nodes { ...ReviewFields }
        }
        comments(first: 50) {
          pageInfo { hasNextPage endCursor }
          nodes { ...CommentFields }
        }
        timelineItems(first: 50, itemTypes: ${PULL_TIMELINE_TYPES}) { ...PullTimeline }
        files(first: 100) {
          pageInfo { hasNextPage endCursor }
          nodes { path additions deletions }
        }
      }
    }
  }
}
${REVIEW_FIELDS}${COMMENT_FIELDS}${PULL_TIMELINE}`;

/** A list inside one pull request beyond its first page. Variables: owner, name, number, after. */
function pullPart(name: string, list: string, fragment: string): string {
  return `
query ${name}($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      ${list}
    }
  }
}
${fragment}`;
}

export const REVIEWS_QUERY = pullPart(
  'Reviews',
  'reviews(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { ...ReviewFields } }',
  REVIEW_FIELDS,
);
export const FILES_QUERY = pullPart(
  'Files',
  'files(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { path additions deletions } }',
  '',
);
export const PULL_COMMENTS_QUERY = pullPart(
  'PullComments',
  'comments(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { ...CommentFields } }',
  COMMENT_FIELDS,
);
export const PULL_TIMELINE_QUERY = pullPart(
  'PullTimeline',
  `timelineItems(first: 100, after: $after, itemTypes: ${PULL_TIMELINE_TYPES}) { ...PullTimeline }`,
  PULL_TIMELINE,
);

/** What a query of issues asks beside what every server knows. */
export interface IssueParts {
  /** https://docs.github.com/issues/tracking-your-work-with-issues/configuring-issues/managing-issue-types-in-an-organization */
  readonly issueTypes: boolean;
  readonly parents: boolean;
  /** Without asking for them, duplicates are told as not planned. */
  readonly duplicates: boolean;
  /** The number field of a project that holds the story points. */
  readonly projectField: boolean;
}

function issueTimelineTypes(parts: IssueParts): string {
  const types = parts.issueTypes
    ? ', ISSUE_TYPE_ADDED_EVENT, ISSUE_TYPE_CHANGED_EVENT, ISSUE_TYPE_REMOVED_EVENT'
    : '';
  return `[CLOSED_EVENT, REOPENED_EVENT, LABELED_EVENT, UNLABELED_EVENT, MILESTONED_EVENT, DEMILESTONED_EVENT${types}]`;
}

function issueTimeline(parts: IssueParts): string {
  return `
fragment IssueTimeline on IssueTimelineItemsConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    __typename
    ${LABEL_AND_MILESTONE_EVENTS}
    ... on ClosedEvent {
      createdAt
      closer { __typename ... on PullRequest { number repository { nameWithOwner } } }
    }
    ... on ReopenedEvent { createdAt }
    ${
      parts.issueTypes
        ? `... on IssueTypeAddedEvent { createdAt issueType { name } }
    ... on IssueTypeChangedEvent { createdAt issueType { name } prevIssueType { name } }
    ... on IssueTypeRemovedEvent { createdAt issueType { name } }`
        : ''
    }
  }
}`;
}

/**
 * One page of issues, without the pull requests that REST lists among them, with all that is stored of them, oldest
 * update first. Variables: owner, name, first, after, states, since, and projectField where it is asked for; probe
 * also asks for the open issue that was longest untouched.
 */
export function issuesQuery(parts: IssueParts): string {
  return `
query Issues(
  $owner: String!, $name: String!, $first: Int!, $after: String,
  $states: [IssueState!], $since: DateTime, $probe: Boolean!${parts.projectField ? ', $projectField: String!' : ''}
) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    oldestOpen: issues(first: 1, states: [OPEN], orderBy: { field: UPDATED_AT, direction: ASC }) @include(if: $probe) {
      nodes { updatedAt }
    }
    issues(
      first: $first, after: $after, states: $states, filterBy: { since: $since },
      orderBy: { field: UPDATED_AT, direction: ASC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes {
        fullDatabaseId
        number
        title
        url
        state
        stateReason${parts.duplicates ? '(enableDuplicate: true)' : ''}
        createdAt
        updatedAt
        closedAt
        author { __typename login }
        assignees(first: 1) { nodes { login } }
        milestone { title }
        labels(first: 100) { nodes { name } }
        ${parts.issueTypes ? 'issueType { name }' : ''}
        ${parts.parents ? 'parent { number repository { nameWithOwner } }' : ''}
        closedByPullRequestsReferences(first: 10, includeClosedPrs: true) {
          nodes { number state repository { nameWithOwner } }
        }
        comments(first: 20) {
          pageInfo { hasNextPage endCursor }
          nodes { ...CommentFields }
        }
        timelineItems(first: 100, itemTypes: ${issueTimelineTypes(parts)}) { ...IssueTimeline }
        ${
          parts.projectField
            ? `projectItems(first: 10) {
          nodes { fieldValueByName(name: $projectField) { __typename ... on ProjectV2ItemFieldNumberValue { number } } }
        }`
            : ''
        }
      }
    }
  }
}
${COMMENT_FIELDS}${issueTimeline(parts)}`;
}

/** A list inside one issue beyond its first page. Variables: owner, name, number, after. */
function issuePart(name: string, list: string, fragment: string): string {
  return `
query ${name}($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      ${list}
    }
  }
}
${fragment}`;
}

export const ISSUE_COMMENTS_QUERY = issuePart(
  'IssueComments',
  'comments(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { ...CommentFields } }',
  COMMENT_FIELDS,
);
export function issueTimelineQuery(parts: IssueParts): string {
  return issuePart(
    'IssueTimelinePage',
    `timelineItems(first: 100, after: $after, itemTypes: ${issueTimelineTypes(parts)}) { ...IssueTimeline }`,
    issueTimeline(parts),
  );
}

/** Ids alone, in an order that nothing changes. Variables: owner, name, after, states, since. */
export const ISSUE_IDS_QUERY = `
query IssueIds(
  $owner: String!, $name: String!, $first: Int!, $after: String, $states: [IssueState!], $since: DateTime
) {
  repository(owner: $owner, name: $name) {
    issues(
      first: $first, after: $after, states: $states, filterBy: { since: $since },
      orderBy: { field: CREATED_AT, direction: ASC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes { fullDatabaseId updatedAt }
    }
  }
}`;

/** Tags with their dates, newest commit first. Variables: owner, name, after. */
export const TAGS_QUERY = `
query Tags($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    refs(refPrefix: "refs/tags/", first: 100, after: $after, orderBy: { field: TAG_COMMIT_DATE, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        name
        target {
          __typename
          oid
          ... on Commit { committedDate }
          ... on Tag { tagger { date } target { __typename oid ... on Commit { committedDate } } }
        }
      }
    }
  }
}`;

/** The statuses of many deployments at once. Variables: ids, of nodes. */
export const DEPLOYMENT_STATUSES_QUERY = `
query DeploymentStatuses($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    ... on Deployment {
      id
      statuses(first: 50) {
        pageInfo { hasNextPage endCursor }
        nodes { state createdAt logUrl }
      }
    }
  }
}`;

/** The least that shows that GraphQL is reachable and the token accepted. */
export const REACH_QUERY = `
query Reach {
  rateLimit { remaining }
}`;
