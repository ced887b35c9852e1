import { OWNED } from './arguments.ts';

/** Whoever acts: people, apps and organizations. */
export const ACCOUNTS = `
type User implements Actor & Node & RepositoryOwner & UniformResourceLocatable {
  avatarUrl(size: Int): URI!
  createdAt: DateTime!
  databaseId: Int
  email: String!
  id: ID!
  login: String!
  name: String
  repositories(${OWNED}): RepositoryConnection!
  repository(name: String!, followRenames: Boolean = true): Repository
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
}

type Bot implements Actor & Node & UniformResourceLocatable {
  avatarUrl(size: Int): URI!
  createdAt: DateTime!
  databaseId: Int
  id: ID!
  login: String!
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
}

type Mannequin implements Actor & Node & UniformResourceLocatable {
  avatarUrl(size: Int): URI!
  createdAt: DateTime!
  databaseId: Int
  email: String
  id: ID!
  login: String!
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
}

type EnterpriseUserAccount implements Actor & Node {
  avatarUrl(size: Int): URI!
  createdAt: DateTime!
  id: ID!
  login: String!
  name: String
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
}

type Organization implements Actor & Node & RepositoryOwner & UniformResourceLocatable {
  avatarUrl(size: Int): URI!
  createdAt: DateTime!
  databaseId: Int
  description: String
  email: String
  id: ID!
  login: String!
  name: String
  repositories(${OWNED}): RepositoryConnection!
  repository(name: String!, followRenames: Boolean = true): Repository
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
}
`;
