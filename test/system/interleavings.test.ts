import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { connectorOf } from '../../connectors/index.ts';
import { fullName } from '../../src/demo/company/model.ts';
import { generateCompany } from '../../src/demo/company.ts';
import type { Fault, FaultRequest } from '../../src/demo/github/faults.ts';
import { type GitHubStandIn, startGitHubStandIn } from '../../src/demo/github/index.ts';
import { DAY, HOUR } from '../../src/domain/time.ts';
import { openStore } from '../../src/store/index.ts';
import { runSync } from '../../src/sync/index.ts';
import { type Life, lifeOf } from '../support/github-standin-life.ts';
import { type Rows, readRows } from '../support/rows.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = Date.parse('2026-11-24T05:15:00Z');
const SINCE = NOW - 10 * DAY;
const TOKEN = 'test-token';
const SEEDS = 200;
const TOGETHER = 10;
/** Syncs of one story before the last one. */
const STEPS = 3;
/** So small that a dozen items make several pages, and a short conversation too. */
const PAGE = 4;

// Waits between attempts are not what is tested here; the timers of requests that take too long stay as they are.
const SHORT_MS = 5_000;
vi.mock('node:timers/promises', async (original) => {
  const actual = await original<typeof import('node:timers/promises')>();
  return { ...actual, default: actual, setTimeout: () => actual.setImmediate() };
});
beforeEach(() => {
  const real = globalThis.setTimeout;
  const hurried = (run: () => void, ms = 0, ...more: []) =>
    ms < SHORT_MS ? setImmediate(run, ...more) : real(run, ms, ...more);
  vi.stubGlobal('setTimeout', Object.assign(hurried, real));
});
afterEach(() => void vi.unstubAllGlobals());

type Trouble = (request: FaultRequest, kill: AbortController) => Fault;
/** What may become of any request. */
const TROUBLES: readonly Trouble[] = [
  () => ({ status: 403, body: { message: 'Resource not accessible by integration' } }),
  () => ({
    status: 403,
    headers: {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
    },
    body: { message: 'API rate limit exceeded' },
  }),
  () => ({ status: 502, body: { message: 'Server Error' } }),
  () => ({ reset: 'middle' }),
  (_, kill) => {
    kill.abort();
    return {};
  },
];

type Store = Awaited<ReturnType<typeof openStore>>;

interface World {
  readonly life: Life;
  readonly standIn: GitHubStandIn;
  /** Pulls into a store; false when something failed. */
  sync(store: Store, weather: Weather): Promise<boolean>;
}
interface Weather {
  /** How likely something changes while a request is answered. */
  readonly unrest: number;
  /** Which request fails, counted from now; none by default. */
  readonly failing?: number;
}
const CALM: Weather = { unrest: 0 };

async function worldOf(seed: number): Promise<World> {
  const repositories = seed % 3 === 0 ? 2 : 1;
  const company = generateCompany({ seed, now: NOW, weeks: 2, issues: 9, pulls: 6, repositories });
  const life = lifeOf(company, seed);
  const { random } = life;
  let weather = CALM;
  let asked = 0;
  let kill = new AbortController();

  function disturb(request: FaultRequest): Fault | undefined {
    asked += 1;
    if (random.chance(weather.unrest)) {
      const issue = subjectOf(request, life);
      if (issue && random.chance(0.5)) life.depart(issue);
      else for (let changes = random.int(1, 2); changes > 0; changes--) life.change();
    }
    return asked === weather.failing ? random.pick(TROUBLES)(request, kill) : undefined;
  }

  const standIn = await startGitHubStandIn({
    company,
    token: TOKEN,
    now: () => life.now,
    largestPage: PAGE,
    limits: { anonymous: 1e6 },
    faults: disturb,
  });
  const connector = connectorOf('github');
  if (!connector) throw new Error('there is no connector of GitHub');
  const settings = connector.settings.parse({
    url: standIn.url,
    // Without a token everything comes by REST.
    ...(seed % 5 === 0 ? {} : { token: TOKEN }),
    repositories: company.repositories.map(fullName),
    streams: ['issues', 'pulls'],
  });

  return {
    life,
    standIn,
    async sync(store, now) {
      weather = now;
      asked = 0;
      kill = new AbortController();
      try {
        const { failures } = await runSync({
          sources: [{ id: `seed-${seed}`, kind: 'github', settings, directory: '.' }],
          connectorOf: () => connector,
          store,
          since: SINCE,
          signal: kill.signal,
          now: () => life.now,
          logger: pino({ enabled: false }),
          fetch: standIn.fetch,
          secrets: [TOKEN],
          // One after another, so that a seed is always the same story.
          concurrency: 1,
        });
        return failures.length === 0;
      } catch (error) {
        if (kill.signal.aborted) return false;
        throw error;
      } finally {
        weather = CALM;
      }
    },
  };
}

/** The issue that a request for a further page of a list inside it is about. */
function subjectOf({ body }: FaultRequest, life: Life) {
  const { variables } = (body ?? {}) as { variables?: Readonly<Record<string, unknown>> };
  return variables && life.issueOf(variables.owner, variables.name, variables.number);
}

/** The rows of what is alive, with those that belong to them. */
function living({ members, records }: Rows) {
  const removed = new Set(removedIds({ members, records }));
  const alive = Object.entries(records).map(
    ([table, rows]) =>
      [table, rows.filter((row) => !removed.has(String(row.ext_id ?? row.parent_id)))] as const,
  );
  return { members, ...Object.fromEntries(alive) };
}

function removedIds({ records }: Rows): string[] {
  return Object.values(records)
    .flat()
    .filter((row) => row.removed === 1)
    .map((row) => String(row.ext_id));
}

/** Two databases that many stories share, each by a source of its own: opening one takes longer than a sync. */
interface Outcomes {
  readonly disturbed: Store;
  readonly fresh: Store;
  read(): { readonly disturbed: Rows; readonly fresh: Rows };
}

async function outcomes(): Promise<Outcomes> {
  const folder = await tempFolder();
  const paths = { disturbed: join(folder, 'disturbed.db'), fresh: join(folder, 'fresh.db') };
  const disturbed = await openStore({ path: paths.disturbed, now: () => NOW });
  const fresh = await openStore({ path: paths.fresh, now: () => NOW });
  onTestFinished(async () => {
    await disturbed.close();
    await fresh.close();
  });
  return {
    disturbed,
    fresh,
    read: () => ({ disturbed: readRows(paths.disturbed), fresh: readRows(paths.fresh) }),
  };
}

/** Lets things happen, fail and be synced in turns, and then compares with one full sync of what came of it. */
async function play(seed: number, { disturbed, fresh, read }: Outcomes, gone: Set<string>): Promise<void> {
  const { life, standIn, sync } = await worldOf(seed);
  const { random } = life;
  try {
    for (let step = 0; step < STEPS; step++) {
      for (let changes = random.int(0, 4); changes > 0; changes--) life.change();
      const weather = { unrest: random.pick([0, 0.1, 0.4]) };
      await sync(disturbed, random.chance(0.5) ? { ...weather, failing: random.int(1, 25) } : weather);
      if (random.chance(0.15)) life.now += DAY;
    }
    expect(await sync(disturbed, CALM), `the last sync of seed ${seed}`).toBe(true);
    life.now += DAY + HOUR;
    expect(await sync(disturbed, CALM), `the reconciliation of seed ${seed}`).toBe(true);
    expect(await sync(fresh, CALM), `the full sync of seed ${seed}`).toBe(true);

    const rows = read();
    expect(living(rows.disturbed), `seed ${seed}`).toEqual(living(rows.fresh));
    for (const id of life.departed) gone.add(id);
    expect(removedIds(rows.disturbed).filter((id) => !gone.has(id), `seed ${seed}`)).toEqual([]);

    if (seed % 4 !== 0) return;
    life.now += HOUR;
    standIn.resetLog();
    await sync(disturbed, CALM);
    const answeredInFull = standIn.requests.filter(({ notModified }) => !notModified);
    expect(answeredInFull, `an unchanged hour after seed ${seed}`).toEqual([]);
  } finally {
    await standIn.close();
  }
}

for (let first = 1; first <= SEEDS; first += TOGETHER) {
  const last = first + TOGETHER - 1;
  it(`changes, failures and syncs in any order end with the rows of one full sync: seeds ${first} to ${last}`, async () => {
    const stores = await outcomes();
    const gone = new Set<string>();
    for (let seed = first; seed <= last; seed++) await play(seed, stores, gone);
  });
}
