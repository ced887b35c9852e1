import { PAGE } from './arguments.ts';

/** Planning boards, as far as a report reads them: the number fields of their items. */
export const PROJECTS = `
type ProjectV2 implements Closable & Node {
  closed: Boolean!
  closedAt: DateTime
  createdAt: DateTime!
  creator: Actor
  databaseId: Int
  field(name: String!): ProjectV2FieldConfiguration
  id: ID!
  number: Int!
  public: Boolean!
  readme: String
  resourcePath: URI!
  shortDescription: String
  template: Boolean!
  title: String!
  updatedAt: DateTime!
  url: URI!
}

type ProjectV2Item implements Node {
  content: ProjectV2ItemContent
  createdAt: DateTime!
  creator: Actor
  databaseId: Int
  fieldValueByName(name: String!): ProjectV2ItemFieldValue
  fieldValues(${PAGE}, orderBy: ProjectV2ItemFieldValueOrder = {field: POSITION, direction: ASC}): ProjectV2ItemFieldValueConnection!
  fullDatabaseId: BigInt
  id: ID!
  isArchived: Boolean!
  project: ProjectV2!
  type: ProjectV2ItemType!
  updatedAt: DateTime!
}

type ProjectV2ItemFieldNumberValue implements Node & ProjectV2ItemFieldValueCommon {
  createdAt: DateTime!
  creator: Actor
  databaseId: Int
  field: ProjectV2FieldConfiguration!
  id: ID!
  item: ProjectV2Item!
  number: Float
  updatedAt: DateTime!
}

type ProjectV2ItemFieldTextValue implements Node & ProjectV2ItemFieldValueCommon {
  createdAt: DateTime!
  creator: Actor
  databaseId: Int
  field: ProjectV2FieldConfiguration!
  id: ID!
  item: ProjectV2Item!
  text: String
  updatedAt: DateTime!
}

type ProjectV2Field implements Node & ProjectV2FieldCommon {
  createdAt: DateTime!
  dataType: ProjectV2FieldType!
  databaseId: Int
  id: ID!
  name: String!
  project: ProjectV2!
  updatedAt: DateTime!
}

interface ProjectV2FieldCommon {
  createdAt: DateTime!
  dataType: ProjectV2FieldType!
  databaseId: Int
  id: ID!
  name: String!
  project: ProjectV2!
  updatedAt: DateTime!
}

interface ProjectV2ItemFieldValueCommon {
  createdAt: DateTime!
  creator: Actor
  databaseId: Int
  field: ProjectV2FieldConfiguration!
  id: ID!
  item: ProjectV2Item!
  updatedAt: DateTime!
}

union ProjectV2FieldConfiguration = ProjectV2Field

union ProjectV2ItemFieldValue = ProjectV2ItemFieldNumberValue | ProjectV2ItemFieldTextValue

union ProjectV2ItemContent = Issue | PullRequest

enum ProjectV2ItemType { ISSUE PULL_REQUEST DRAFT_ISSUE REDACTED }

enum ProjectV2FieldType {
  ASSIGNEES LINKED_PULL_REQUESTS REVIEWERS LABELS MILESTONE REPOSITORY TITLE TEXT SINGLE_SELECT NUMBER
  DATE ITERATION TRACKS TRACKED_BY
}

input ProjectV2ItemFieldValueOrder {
  field: ProjectV2ItemFieldValueOrderField!
  direction: OrderDirection!
}

enum ProjectV2ItemFieldValueOrderField { POSITION }
`;
