import { PAGE } from './arguments.ts';

/**
 * What github.com has beyond the schema that @octokit/graphql-schema publishes: issue types, sub-issues and closing
 * as a duplicate. https://docs.github.com/graphql/reference/objects#issue
 */
export const NEWER = `
extend type Issue {
  issueType: IssueType
  parent: Issue
  subIssues(${PAGE}): IssueConnection!
  subIssuesSummary: SubIssuesSummary!
}

type IssueType implements Node {
  color: IssueTypeColor!
  description: String
  id: ID!
  isEnabled: Boolean!
  isPrivate: Boolean!
  name: String!
}

enum IssueTypeColor { GRAY BLUE GREEN YELLOW ORANGE RED PINK PURPLE }

type SubIssuesSummary {
  completed: Int!
  percentCompleted: Int!
  total: Int!
}

type IssueTypeAddedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  issueType: IssueType
}

type IssueTypeChangedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  issueType: IssueType
  prevIssueType: IssueType
}

type IssueTypeRemovedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  issueType: IssueType
}

extend union IssueTimelineItems = IssueTypeAddedEvent | IssueTypeChangedEvent | IssueTypeRemovedEvent

extend enum IssueTimelineItemsItemType {
  ISSUE_TYPE_ADDED_EVENT
  ISSUE_TYPE_CHANGED_EVENT
  ISSUE_TYPE_REMOVED_EVENT
}

extend enum IssueStateReason { DUPLICATE }
`;

/** An argument that a field has got, which SDL cannot add by an extension. */
export function withNewerArguments(sdl: string): string {
  return sdl.replace(
    '  state: IssueState!\n  stateReason: IssueStateReason',
    '  state: IssueState!\n  stateReason(enableDuplicate: Boolean = false): IssueStateReason',
  );
}
