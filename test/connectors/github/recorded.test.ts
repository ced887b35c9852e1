import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openClient } from '../../../connectors/github/client.ts';
import { issues } from '../../../connectors/github/issues.ts';
import { linkedPages } from '../../../connectors/github/listing.ts';
import { issueSchema, releaseSchema, repositorySchema } from '../../../connectors/github/schemas.ts';
import { parseAnswer } from '../../../connectors/http.ts';
import { type ForeignServer, startForeign } from './processes.ts';
import { contextFor, type Loopback, pullAll, serve } from './support.ts';

interface Recording {
  readonly path: string;
  readonly status: number;
  readonly response: unknown;
  readonly headers: Readonly<Record<string, string | number>>;
}

/** The recordings are made with this token and answer to no other. */
const settings = { token: '0000000000000000000000000000000000000001' };

function recordingsOf(scenario: string): readonly Recording[] {
  const file = `@octokit/fixtures/scenarios/api.github.com/${scenario}/normalized-fixture.json`;
  return JSON.parse(readFileSync(new URL(`../../../node_modules/${file}`, import.meta.url), 'utf8'));
}

describe('recorded answers of the real GitHub, over the server of Octokit', () => {
  let server: ForeignServer;
  beforeAll(async () => {
    server = await startForeign('@octokit/fixtures-server', (port) => [
      '--input-type=module',
      '--eval',
      `import express from 'express';
      import fixturesServer from './index.js';
      express()
        .use(fixturesServer({ fixturesUrl: 'http://localhost:${port}', logLevel: 'silent', ttl: 600000 }))
        .listen(${port});`,
    ]);
  }, 60_000);
  afterAll(() => server?.stop());

  async function clientOf(scenario: string) {
    const response = await fetch(`${server.url}/fixtures`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scenario }),
    });
    const { url } = (await response.json()) as { url: string };
    return openClient(contextFor({ url, settings }));
  }

  it('are paged through to the end by links that lead to another path', async () => {
    const client = await clientOf('paginate-issues');
    const numbers: number[] = [];
    for await (const rows of linkedPages(
      client,
      '/repos/octokit-fixture-org/paginate-issues/issues?per_page=3',
      issueSchema,
    )) {
      numbers.push(...rows.map((row) => row.number));
    }
    expect(numbers).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('have an ETag, and a repository that parses', async () => {
    const client = await clientOf('get-repository');
    const answer = await client.get('/repos/octokit-fixture-org/hello-world');
    expect(answer.etag).toMatch(/^(W\/)?"/);
    expect(parseAnswer(repositorySchema, answer.data, answer.endpoint)).toMatchObject({
      full_name: 'octokit-fixture-org/hello-world',
      archived: false,
      fork: false,
    });
  });

  it('have a release that parses', async () => {
    const client = await clientOf('release-assets');
    const answer = await client.get('/repos/octokit-fixture-org/release-assets/releases/tags/v1.0.0');
    expect(parseAnswer(releaseSchema, answer.data, answer.endpoint)).toMatchObject({
      tag_name: 'v1.0.0',
      draft: false,
    });
  });
});

describe('recorded answers of the real GitHub, through the stream', () => {
  let server: Loopback | undefined;
  afterEach(() => server?.close());

  it('become tickets as they are', async () => {
    const pages = recordingsOf('paginate-issues');
    server = await serve((request) => {
      const query = request.url.searchParams;
      if (query.get('state') === 'open') return { json: [] };
      const page = pages[Number(query.get('page') ?? 1) - 1];
      if (!page) throw new Error(`nothing recorded for ${request.url}`);
      const link = String(page.headers.link).replaceAll('https://api.github.com', request.url.origin);
      return { json: page.response, headers: { link } };
    });
    const { records } = await pullAll(issues, contextFor({ url: server.url, start: '2010-01-01T00:00:00Z' }));
    expect(new Set(records.map((record) => record.key)).size).toBe(13);
    expect(records[0]).toMatchObject({
      recordType: 'ticket',
      key: 'acme/web#13',
      status: 'open',
      statusCategory: 'new',
      authorIsBot: false,
    });
  });

  it('parse though they are as old as 2017, and lack what came later', () => {
    const [page] = recordingsOf('paginate-issues');
    const [first] = (page?.response ?? []) as readonly Record<string, unknown>[];
    const { node_id: _, state_reason: __, ...old } = first ?? {};
    expect(parseAnswer(issueSchema, old, 'GET /')).toMatchObject({
      state_reason: null,
      type: null,
      parent_issue_url: null,
    });
  });
});
