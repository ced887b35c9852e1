import { schema as published, validate as validatePublic } from '@octokit/graphql-schema';
import { buildClientSchema, extendSchema, type IntrospectionQuery, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as queries from '../../../connectors/github/queries.ts';
import { assertGitHubAnswer } from '../../support/github-openapi.ts';
import { issue, pull, release, repository, review } from './fixtures.ts';

describe('the answers that the other tests are made of', () => {
  it('are issues as GitHub describes them', () => {
    assertGitHubAnswer('GET /repos/{owner}/{repo}/issues', [
      issue(1, { login: null, type: 'Bug' }),
      issue(2, { closed: '2026-10-03T08:00:00Z', reason: 'not_planned', pull: true }),
    ]);
  });

  it('are releases and reviews as GitHub describes them', () => {
    assertGitHubAnswer('GET /repos/{owner}/{repo}/releases', [
      release(1, 'v1', { published: null }),
      release(2, 'v2'),
    ]);
    assertGitHubAnswer('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', [
      review(1, 'APPROVED', '2026-10-03T08:00:00Z'),
      review(2, 'PENDING', undefined),
    ]);
  });

  it('are pull requests and repositories as GitHub describes them', () => {
    assertGitHubAnswer('GET /repos/{owner}/{repo}/pulls', [
      pull(1),
      pull(2, { merged: '2026-10-03T08:00:00Z' }),
    ]);
    assertGitHubAnswer('GET /users/{username}/repos', [repository('acme/web')]);
  });

  it('are told apart from what GitHub would not answer', () => {
    expect(() => assertGitHubAnswer('GET /repos/{owner}/{repo}/issues', [{ id: 'x' }])).toThrow('number');
    expect(() => assertGitHubAnswer('GET /nowhere', [])).toThrow('describes no');
  });
});

/** What newer servers know, as https://docs.github.com/graphql/reference describes it; the published schema lags behind. */
const NEWER = `
  type IssueType { name: String! }
  extend type Issue {
    issueType: IssueType
    parent: Issue
  }
  type IssueTypeAddedEvent { createdAt: DateTime! issueType: IssueType }
  type IssueTypeChangedEvent { createdAt: DateTime! issueType: IssueType prevIssueType: IssueType }
  type IssueTypeRemovedEvent { createdAt: DateTime! issueType: IssueType }
  extend union IssueTimelineItems = IssueTypeAddedEvent | IssueTypeChangedEvent | IssueTypeRemovedEvent
  extend enum IssueTimelineItemsItemType { ISSUE_TYPE_ADDED_EVENT ISSUE_TYPE_CHANGED_EVENT ISSUE_TYPE_REMOVED_EVENT }`;

describe('the GraphQL queries', () => {
  const texts = Object.entries(queries).filter(([, query]) => typeof query === 'string');
  const builders = Object.entries(queries).flatMap(([name, build]) =>
    typeof build === 'function' ? [[name, build] as const] : [],
  );
  const plain = { issueTypes: false, parents: false, duplicates: false };

  it.each(texts)('%s is valid in the public schema of GitHub', (_, query) => {
    expect(validatePublic(query as string)).toEqual([]);
  });

  it.each(builders)('%s is valid there too, with a field of a project and without', (_, build) => {
    for (const projectField of [true, false])
      expect(validatePublic(build({ ...plain, projectField }))).toEqual([]);
  });

  it.each(builders)(
    '%s asks newer servers for issue types and parents as GitHub documents them',
    (_, build) => {
      const schema = extendSchema(
        buildClientSchema(published.json as unknown as IntrospectionQuery),
        parse(NEWER),
      );
      const query = build({ issueTypes: true, parents: true, duplicates: false, projectField: true });
      expect(query).toContain('ISSUE_TYPE_CHANGED_EVENT');
      expect(validate(schema, parse(query))).toEqual([]);
    },
  );
});
