import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectorOf } from '../../connectors/index.ts';
import { closeIssue } from '../../src/demo/company/changes.ts';
import { headOf } from '../../src/demo/company/model.ts';
import { developers } from '../../src/demo/company/people.ts';
import { mergePull, openPull, submitReview } from '../../src/demo/company/pull-changes.ts';
import { type Company, generateCompany } from '../../src/demo/company.ts';
import { type GitHubStandIn, type LoggedRequest, startGitHubStandIn } from '../../src/demo/github/index.ts';
import { DAY, HOUR } from '../../src/domain/time.ts';
import { openStore } from '../../src/store/index.ts';
import { runSync } from '../../src/sync/index.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = Date.parse('2026-11-24T05:15:00Z');
const TOKEN = 'test-token';
const ALL = ['issues', 'pulls', 'releases', 'tags', 'deployments', 'builds', 'alerts', 'codeScanning'];

interface Reader {
  readonly standIn: GitHubStandIn;
  /** Syncs and returns what it asked for, with the number of records that came. */
  sync(at?: number): Promise<{ readonly requests: readonly LoggedRequest[]; readonly records: number }>;
}

async function readerOf(company: Company, streams: readonly string[], token?: string): Promise<Reader> {
  let clock = NOW;
  const standIn = await startGitHubStandIn({
    company,
    token: TOKEN,
    now: () => clock,
    limits: { anonymous: 1e6 },
  });
  const store = await openStore({ path: join(await tempFolder(), 'krsync.db'), now: () => clock });
  onTestFinished(async () => {
    await store.close();
    await standIn.close();
  });
  const connector = connectorOf('github');
  if (!connector) throw new Error('there is no connector of GitHub');
  const settings = connector.settings.parse({
    url: standIn.url,
    ...(token === undefined ? {} : { token }),
    repositories: ['acme/web'],
    streams,
  });
  return {
    standIn,
    async sync(at = clock) {
      clock = at;
      standIn.resetLog();
      const { failures, records } = await runSync({
        sources: [{ id: 'gh', kind: 'github', settings, directory: '.' }],
        connectorOf: () => connector,
        store,
        since: NOW - 52 * 7 * DAY,
        signal: new AbortController().signal,
        now: () => clock,
        logger: pino({ enabled: false }),
        fetch: globalThis.fetch,
        secrets: [TOKEN],
      });
      expect(failures).toEqual([]);
      return { requests: [...standIn.requests], records };
    },
  };
}

function isGraphql({ path }: LoggedRequest): boolean {
  return path === '/graphql';
}

/** A hundred merged pull requests, each with a commit before it and two reviews. */
function hundredMerged(): Company {
  const company = generateCompany({ seed: 3, now: NOW, weeks: 1, issues: 0, pulls: 0, repositories: 1 });
  const [web] = company.repositories;
  const [author = null, reviewer = null] = developers(company);
  if (!web) throw new Error('no repository');
  for (let made = 0; made < 100; made++) {
    const at = NOW - 30 * DAY + made * 6 * HOUR;
    const pull = openPull(web, {
      title: `Change ${made}`,
      author,
      at,
      headBranch: `change-${made}`,
      commits: [{ message: 'Begin', authoredAt: at - HOUR, author }],
      files: [{ path: `src/${made}.ts`, status: 'modified', additions: 10, deletions: 2 }],
    });
    submitReview(pull, 'CHANGES_REQUESTED', { at: at + HOUR, by: reviewer });
    submitReview(pull, 'APPROVED', { at: at + 2 * HOUR, by: reviewer });
    mergePull(pull, { at: at + 3 * HOUR, by: author });
  }
  return company;
}

describe('what GitHub is asked', () => {
  it('two queries at most for a hundred merged pull requests with reviews and first commits', async () => {
    const { sync } = await readerOf(hundredMerged(), ['pulls'], TOKEN);
    const { requests, records } = await sync();
    expect(records).toBe(100);
    expect(requests.filter(isGraphql).length).toBeLessThanOrEqual(2);
    expect(requests.length).toBeLessThanOrEqual(4);
  });

  // Pages of REST begin with the last row of the one before, so that none is missed when rows move: two more for
  // a thousand, one of them for the open ones that nobody touched.
  it.each([
    [11, 'with a token', TOKEN],
    [13, 'without one', undefined],
  ])('%i requests at most for a thousand issues %s, beside their timelines', async (most, _, token) => {
    const company = generateCompany({
      seed: 4,
      now: NOW,
      weeks: 40,
      issues: 1000,
      pulls: 0,
      repositories: 1,
    });
    const { sync } = await readerOf(company, ['issues'], token);
    const { requests, records } = await sync();
    expect(records).toBeGreaterThanOrEqual(1000);
    const beside = requests.filter(({ operation }) => !/Timeline|Comments/.test(operation ?? ''));
    expect(beside.length).toBeLessThanOrEqual(most);
  });

  it('one request a stream, answered by nothing new, while the repository is unchanged', async () => {
    const company = generateCompany({ seed: 5, now: NOW, weeks: 8, issues: 120, pulls: 90 });
    const { sync } = await readerOf(company, ALL, TOKEN);
    expect((await sync()).records).toBeGreaterThan(200);
    for (let hour = 1; hour <= 3; hour++) {
      const { requests, records } = await sync(NOW + hour * HOUR);
      expect(records).toBe(0);
      expect(requests.length).toBeLessThanOrEqual(ALL.length);
      expect(requests.filter(({ notModified }) => !notModified)).toEqual([]);
    }
  });

  it('a few requests more when one thing of each kind has changed', async () => {
    const company = generateCompany({
      seed: 6,
      now: NOW,
      weeks: 8,
      issues: 300,
      pulls: 300,
      repositories: 1,
    });
    const { sync } = await readerOf(company, ['issues', 'pulls', 'releases', 'builds'], TOKEN);
    await sync();
    const [web] = company.repositories;
    const open = [...(web?.items.values() ?? [])].filter((item) => item.state === 'open');
    const issue = open.find((item) => item.kind === 'issue');
    const pull = open.find((item) => item.kind === 'pull');
    if (!web || !issue || pull?.kind !== 'pull') throw new Error('nothing is open');
    closeIssue(issue, { at: NOW + 1000, by: null });
    mergePull(pull, { at: NOW + 2000, by: null });
    expect(headOf(web)).toBe(pull.mergeCommit);
    const { requests, records } = await sync(NOW + HOUR);
    expect(records).toBeGreaterThanOrEqual(2);
    expect(requests.length).toBeLessThanOrEqual(10);
  });
});
