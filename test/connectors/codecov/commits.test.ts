import { describe, expect, onTestFinished, test } from 'vitest';
import { codecov } from '../../../connectors/codecov/index.ts';
import { codecovSettings } from '../../../connectors/codecov/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { loadExample } from '../../support/examples.ts';
import type { JsonServer } from '../../support/json-server.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { commitsOf, type StandInRepository, startCodecov, TOKEN } from './api.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.parse('2026-11-02T06:00:00Z');

async function serve(overrides: Partial<StandInRepository> = {}) {
  const repository: StandInRepository = {
    branch: 'main',
    commits: commitsOf(3, FROM, HOUR),
    components: [],
    ...overrides,
  };
  const server = await startCodecov({ 'acme/web': repository });
  onTestFinished(() => server.close());
  return { server, repository };
}

async function pull(server: JsonServer, extra: object = {}, cursor: string | null = null) {
  const settings = codecovSettings.parse({
    url: server.url,
    token: TOKEN,
    repositories: [{ repository: 'acme/web', ...extra }],
  });
  server.requests.length = 0;
  const context = pullContext(settings, { fetch: globalThis.fetch, start: FROM });
  const pulled = await drain(codecov.streams.commits, context, 'acme/web', cursor);
  return { ...pulled, samples: pulled.records as readonly Sample[] };
}

describe('Codecov', () => {
  test('a commit is a sample of the exact share, dated by the commit', async () => {
    const { server, repository } = await serve();
    const { samples, error } = await pull(server);
    expect(error).toBeNull();
    expect(samples).toHaveLength(3);
    expect(samples[1]).toMatchObject({
      series: 'coverage-lines',
      subject: 'acme/web',
      measuredAt: FROM + HOUR,
      value: 101 / 200,
      of: 200,
      branch: 'main',
      commit: repository.commits[1]?.sha,
    });
  });

  test('a commit without a report, with one still worked on, or with nothing to cover is no sample', async () => {
    const [first, ...others] = commitsOf(4, FROM, HOUR);
    const [a, b, c] = others;
    if (!first || !a || !b || !c) throw new Error('there are four');
    const { server } = await serve({
      commits: [
        first,
        { ...a, totals: null },
        { ...b, state: 'pending' },
        { ...c, totals: { lines: 0, hits: 0 } },
      ],
    });
    const { samples } = await pull(server);
    expect(samples.map(({ commit }) => commit)).toEqual([first.sha]);
  });

  test('all pages are read, back to the start and no further', async () => {
    const commits = [
      ...commitsOf(230, FROM, HOUR),
      { ...commitsOf(1, FROM - DAY, 0)[0], sha: 'f'.repeat(40) },
    ];
    const { server } = await serve({ commits: commits as StandInRepository['commits'] });
    const { samples } = await pull(server);
    expect(samples).toHaveLength(230);
    expect(server.requests.map(({ url }) => url.searchParams.get('page'))).toEqual([null, '1', '2', '3']);
  });

  test('a flag that was carried forward keeps the date of the commit that it came with', async () => {
    const [first, second] = commitsOf(2, FROM, DAY);
    if (!first || !second) throw new Error('there are two');
    const { server } = await serve({
      commits: [
        { ...first, flags: { unit: 'uploaded', e2e: 'uploaded' } },
        { ...second, flags: { unit: 'uploaded', e2e: 'carriedforward' } },
      ],
    });
    const { samples } = await pull(server, { flags: ['unit', 'e2e'] });
    const datesOf = (subject: string) =>
      samples.filter((one) => one.subject === subject).map(({ measuredAt }) => measuredAt);
    expect(datesOf('acme/web flag unit')).toEqual([FROM, FROM + DAY]);
    expect(datesOf('acme/web flag e2e')).toEqual([FROM]);
  });

  test('components are subjects of their own, and one that a commit lacks is no sample', async () => {
    const { server } = await serve({ components: ['checkout'] });
    const { samples, error } = await pull(server, { components: ['checkout', 'gone'] });
    expect(error).toBeNull();
    // The last commit of the day alone is asked for its parts.
    expect(samples.filter(({ subject }) => subject !== 'acme/web')).toMatchObject([
      { subject: 'acme/web component checkout', value: 0.18, labels: { component: 'checkout' } },
    ]);
  });

  test('an unchanged repository costs one request, and a report that was added to is read again', async () => {
    const { server, repository } = await serve();
    const { cursor } = await pull(server);
    const again = await pull(server, {}, cursor);
    expect([again.batches, server.requests.length]).toEqual([[], 1]);
    const [first] = repository.commits;
    if (first) first.totals = { lines: 400, hits: 300 };
    const added = await pull(server, {}, cursor);
    expect(added.samples).toMatchObject([{ commit: first?.sha, value: 0.75 }]);
  });

  test('a repository that the token may not see is an error', async () => {
    const server = await startCodecov({});
    onTestFinished(() => server.close());
    expect((await pull(server)).error).toMatchObject({ code: 'not_found' });
  });

  test('the example of its page is a valid configuration', async () => {
    const { objectives } = await loadExample('codecov');
    expect(objectives[0]?.keyResults).toHaveLength(2);
  });
});
