import { expect, it } from 'vitest';
import type { Stream } from '../../../connectors/contract.ts';
import { github } from '../../../connectors/github/index.ts';
import type { GitHubSettings } from '../../../connectors/github/settings.ts';
import { generateCompany } from '../../../src/demo/company.ts';
import { startGitHubStandIn } from '../../../src/demo/github/index.ts';
import type { EngineeringRecord } from '../../../src/domain/records.ts';
import { DAY } from '../../../src/domain/time.ts';
import { contextFor, pullAll } from './support.ts';

/** The same company on any day that this runs: it works on weekdays. */
const NOW = Date.parse('2026-10-14T15:00:00Z');

/** What costs more requests than there are without a token. */
const GRAPHQL_ONLY: ReadonlySet<string> = new Set([
  'readyAt',
  'lineImpact',
  'testsTouched',
  'history',
  'firstResponseAt',
  'responsesRead',
  'closedBy',
  'commits',
]);

it('REST and GraphQL bring the same records, but for what REST does not read', async () => {
  const token = 'ghp_not_a_real_token';
  const company = generateCompany({ seed: 11, now: NOW, weeks: 13, issues: 80, pulls: 60 });
  const server = await startGitHubStandIn({
    company,
    token,
    now: () => NOW,
    limits: { anonymous: 100_000 },
  });
  try {
    const start = new Date(NOW - 60 * DAY).toISOString();
    for (const [name, stream] of Object.entries(github.streams)) {
      if (name === 'alerts' || name === 'codeScanning' || name === 'artifacts') continue;
      const byRest = await recordsBy(stream, {});
      const byGraphql = await recordsBy(stream, { token });
      expect(byRest.length, name).toBeGreaterThan(name === 'pulls' ? 15 : 0);
      expect(byGraphql.map(common), name).toEqual(byRest.map(common));

      async function recordsBy(of: Stream<GitHubSettings>, settings: { token?: string }) {
        const pulled = await pullAll(
          of,
          contextFor({ url: server.url, start, settings, now: new Date(NOW).toISOString() }),
        );
        // Drafts of releases are for those alone who may push.
        const records = pulled.records.filter((record) => record.recordType !== 'release' || !record.draft);
        return [...new Map(records.map((record) => [record.id, record])).values()].sort((a, b) =>
          a.id.localeCompare(b.id),
        );
      }
    }
  } finally {
    await server.close();
  }
});

function common(record: EngineeringRecord) {
  const fields = Object.entries(record).filter(([name]) => !GRAPHQL_ONLY.has(name));
  const reviews = 'reviews' in record && record.reviews?.filter((review) => review.state !== 'conversation');
  return { ...Object.fromEntries(fields), ...(reviews ? { reviews } : {}) };
}
