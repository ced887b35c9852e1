import { expect, it } from 'vitest';
import { pulls } from '../../../connectors/github/pulls.ts';
import { generateCompany } from '../../../src/demo/company.ts';
import { startGitHubStandIn } from '../../../src/demo/github/index.ts';
import type { PullRequest } from '../../../src/domain/records.ts';
import { DAY } from '../../../src/domain/time.ts';
import { contextFor, pullAll } from './support.ts';

it('REST and GraphQL bring the same pull requests, but for what REST does not read', async () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  const company = generateCompany({ seed: 3, now, weeks: 13, issues: 20, pulls: 60, repositories: 1 });
  const token = 'ghp_not_a_real_token';
  const server = await startGitHubStandIn({ company, token, limits: { anonymous: 100_000 } });
  try {
    const start = new Date(now - 60 * DAY).toISOString();
    const byRest = await recordsBy({});
    const byGraphql = await recordsBy({ token });
    expect(byRest.length).toBeGreaterThan(30);
    expect(byGraphql.some((pull) => pull.readyAt !== null && pull.lineImpact !== null)).toBe(true);
    expect(byGraphql.map((pull) => ({ ...pull, readyAt: null, lineImpact: null }))).toEqual(byRest);

    async function recordsBy(settings: { token?: string }): Promise<PullRequest[]> {
      const { records } = await pullAll(pulls, contextFor({ url: server.url, start, settings }));
      return (records as PullRequest[]).sort((a, b) => a.number - b.number);
    }
  } finally {
    await server.close();
  }
});
