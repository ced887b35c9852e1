/** What is read of a review, wherever it is listed. */
const REVIEW_FIELDS = `
fragment ReviewFields on PullRequestReview {
  fullDatabaseId
  url
  state
  submittedAt
  author { __typename login }
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
        timelineItems(last: 1, itemTypes: [READY_FOR_REVIEW_EVENT]) {
          nodes { ... on ReadyForReviewEvent { createdAt } }
        }
        files(first: 100) {
          pageInfo { hasNextPage endCursor }
          nodes { path additions deletions }
        }
      }
    }
  }
}
${REVIEW_FIELDS}`;

/** The reviews of one pull request beyond the first page. Variables: owner, name, number, after. */
export const REVIEWS_QUERY = `
query Reviews($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviews(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { ...ReviewFields }
      }
    }
  }
}
${REVIEW_FIELDS}`;

/** The changed files of one pull request beyond the first page. Variables: owner, name, number, after. */
export const FILES_QUERY = `
query Files($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      files(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { path additions deletions }
      }
    }
  }
}`;

/** The least that shows that GraphQL is reachable and the token accepted. */
export const REACH_QUERY = `
query Reach {
  rateLimit { remaining }
}`;
