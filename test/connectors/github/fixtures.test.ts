import { validate } from '@octokit/graphql-schema';
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

describe('the GraphQL queries', () => {
  it.each(Object.entries(queries))('%s is valid in the public schema of GitHub', (_, query) => {
    expect(validate(query)).toEqual([]);
  });
});
