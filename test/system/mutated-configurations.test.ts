import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { connectors } from '../../connectors/index.ts';
import { ConfigError, type Configuration, loadConfiguration } from '../../src/config/index.ts';
import { metrics } from '../../src/metrics/index.ts';
import { channels as ways } from '../../src/notify/index.ts';
import { createRandom } from '../support/random.ts';

const NOW = Date.UTC(2026, 10, 24, 6);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SEED = 20_261_125;

// biome-ignore lint/suspicious/noExplicitAny: a tree on its way to being broken has no type
type Tree = any;
type Random = () => number;

let folder: string;
let base: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'krsync-mutations-'));
  const shared: Tree = parse(await readFile(join(ROOT, 'config/sources.yaml'), 'utf8'));
  const team: Tree = parse(await readFile(join(ROOT, 'config/okrs-web.yaml'), 'utf8'));
  const schedule = '15 6 * * 1-5';
  const incidents = { source: 'gh', where: { labels: 'incident' }, link: 'latest' };
  const objectives = [...team.objectives, COMPUTED];
  base = JSON.stringify({
    ...shared,
    ...team,
    objectives,
    channels,
    since: '2026-07-01',
    schedule,
    incidents,
  });
});

/** What the examples lack: numbers that are computed, steps, and what must not suffer meanwhile. */
const COMPUTED = {
  id: 'computed',
  title: 'Computed',
  keyResults: [
    {
      id: 'ratio',
      title: 'Merged for each release',
      metric: {
        measure: 'formula',
        options: {
          expression: 'merged / max(released, 1)',
          terms: {
            merged: { measure: 'pull-requests-merged' },
            released: { measure: 'releases', source: 'gh' },
          },
        },
      },
      start: 9,
      target: 4,
    },
    {
      id: 'rows',
      title: 'Bugs',
      metric: {
        measure: 'sql',
        source: 'gh',
        options: { query: 'SELECT created_at AS at, 1 AS value FROM v_tickets' },
      },
      start: 0,
      target: 9,
      guard: [{ metric: { measure: 'tickets-open' }, keep: { max: 40 } }],
    },
    {
      id: 'steps',
      title: 'Moved',
      milestones: [
        { title: 'Ten in', share: '40%', when: { metric: { measure: 'pull-requests-merged' }, gte: 10 } },
        { title: 'Old one gone', share: 0.6, done: '2026-11-20', by: 'ana@acme.dev' },
      ],
    },
  ],
};
const channels = [
  {
    id: 'leads',
    kind: 'webhook',
    url: 'https://hooks.acme.dev/krsync',
    teams: ['Web'],
    digest: 'weekly',
    quietHours: { from: '19:00', to: '07:30', weekends: true },
    mostPerWeek: 5,
  },
];

afterAll(() => rm(folder, { recursive: true, force: true }));

/** JSON is YAML, and one key to a line has places as any file has them. */
async function load(tree: Tree): Promise<Configuration | ConfigError> {
  const path = join(folder, 'krsync.yaml');
  await writeFile(path, JSON.stringify(tree, null, 1) ?? 'null');
  try {
    const env = { GITHUB_TOKEN: 'example-token' };
    return await loadConfiguration({ path, cwd: folder, env, now: NOW, connectors, metrics, channels: ways });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}

const objective = (tree: Tree, random: Random): Tree => pick(tree.objectives, random);
const keyResult = (tree: Tree, random: Random): Tree => pick(objective(tree, random).keyResults, random);
const keyResults = (tree: Tree): Tree[] => tree.objectives.flatMap((one: Tree) => one.keyResults);
const reaching = (tree: Tree, random: Random): Tree =>
  pick(
    keyResults(tree).filter((one) => 'target' in one),
    random,
  );
const keeping = (tree: Tree, random: Random): Tree =>
  pick(
    keyResults(tree).filter((one) => 'keep' in one),
    random,
  );
const computed = new Set(['formula', 'sql']);
const rules = (tree: Tree): Tree[] =>
  [
    ...tree.metrics,
    ...keyResults(tree).flatMap((one) => (typeof one.metric === 'object' ? [one.metric] : [])),
  ].filter(({ measure }) => !computed.has(measure));
const named = (tree: Tree, id: string): Tree => keyResults(tree).find((one) => one.id === id);
const rule = (tree: Tree, random: Random): Tree => pick(rules(tree), random);
const inHours = (tree: Tree): Tree[] =>
  rules(tree).filter(({ measure }) => metrics.get(measure)?.unit === 'hours');
const mappings = (value: Tree): Tree[] => {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [] : [value]), ...Object.values(value).flatMap(mappings)];
};

/** Each breaks a valid tree in a way that must be refused, and says what the refusal must mention. */
const BREAKING: Readonly<Record<string, (tree: Tree, random: Random) => string>> = {
  'an unknown key': (tree, random) => {
    pick(mappings(tree), random).zzUnknown = 1;
    return 'zzUnknown';
  },
  'an unknown measure': (tree, random) => {
    rule(tree, random).measure = 'pull-request-cycle-tim';
    return 'measure';
  },
  'an unknown field in where': (tree, random) => {
    rule(tree, random).where = { colour: 'red' };
    return 'colour';
  },
  'an unknown option': (tree, random) => {
    rule(tree, random).options = { nonsense: true };
    return 'nonsense';
  },
  'an unknown aggregate': (tree, random) => {
    rule(tree, random).aggregate = 'average';
    return 'aggregate';
  },
  'an empty window': (tree, random) => {
    rule(tree, random).window = '0d';
    return 'window';
  },
  'an unknown source': (tree, random) => {
    rule(tree, random).source = 'nowhere';
    return 'nowhere';
  },
  'an unknown shared rule': (tree, random) => {
    const measured = keyResults(tree).filter((one) => 'metric' in one);
    pick(measured, random).metric = 'no-such-rule';
    return 'no-such-rule';
  },
  'an unknown calendar': (tree, random) => {
    pick(inHours(tree), random).calendar = 'no-such-calendar';
    return 'no-such-calendar';
  },
  'a calendar where nothing is in hours': (tree) => {
    rules(tree).find(({ measure }) => measure === 'releases').calendar = 'office';
    return 'calendar';
  },
  'a calendar that is never open': (tree, random) => {
    Object.assign(tree.calendars[0], pick([{ hours: '17:00-09:00' }, { hours: [] }, { days: [] }], random));
    return 'calendars';
  },
  'a target in days of a calendar': (tree) => {
    const one = keyResults(tree).find(({ id }) => id === 'pickup');
    Object.assign(one, { metric: { ...one.metric, calendar: 'office' }, target: '1d' });
    return 'working hours of `office`';
  },
  'a stretch short of its target': (tree, random) => {
    const one = reaching(tree, random);
    one.stretch = one.target;
    return 'stretch';
  },
  'advice that there is not': (tree, random) => {
    pick([objective(tree, random), keyResult(tree, random)], random).accept = { nonsense: 'because' };
    return 'nonsense';
  },
  'start equal to target': (tree, random) => {
    const one = reaching(tree, random);
    one.start = one.target;
    return 'target';
  },
  'no target': (tree, random) => {
    delete reaching(tree, random).target;
    return 'target';
  },
  'a target beside a band': (tree, random) => {
    Object.assign(keeping(tree, random), { start: 1, target: 2 });
    return 'keep';
  },
  'a band without limits': (tree, random) => {
    keeping(tree, random).keep = { for: '90%' };
    return 'keep';
  },
  'more than all of the days': (tree, random) => {
    keeping(tree, random).keep.for = '101%';
    return 'for';
  },
  'a target that is no quantity': (tree, random) => {
    reaching(tree, random).target = pick(['soon', '24 parsecs', '', '1,000h'], random);
    return 'target';
  },
  'no title': (tree, random) => {
    delete pick([objective(tree, random), keyResult(tree, random)], random).title;
    return 'title';
  },
  'an empty title': (tree, random) => {
    keyResult(tree, random).title = pick(['', '   '], random);
    return 'title';
  },
  'a weight below zero': (tree, random) => {
    pick([objective(tree, random), keyResult(tree, random)], random).weight = -random() - 0.001;
    return 'weight';
  },
  'half a sample': (tree, random) => {
    keyResult(tree, random).minSamples = pick([-1, 1.5, '5'], random);
    return 'minSamples';
  },
  'a length that is none': (tree, random) => {
    keyResult(tree, random).freshness = pick(['4', 'often', '-4d', 4], random);
    return 'freshness';
  },
  'the same objective twice': (tree, random) => {
    tree.objectives.push(structuredClone(objective(tree, random)));
    return 'id';
  },
  'the same key result twice': (tree, random) => {
    const { keyResults: list } = objective(tree, random);
    list.push(structuredClone(pick(list, random)));
    return 'id';
  },
  'the same source twice': (tree, random) => {
    tree.sources.push(structuredClone(pick(tree.sources, random)));
    return 'id';
  },
  'an unknown kind of source': (tree, random) => {
    pick(tree.sources as Tree[], random).kind = 'githbu';
    return 'kind';
  },
  'a cycle that ends before it starts': (tree) => {
    tree.cycles[0] = { ...tree.cycles[0], start: tree.cycles[0].end, end: tree.cycles[0].start };
    return 'cycles';
  },
  'cycles that overlap': (tree) => {
    tree.cycles[1].start = tree.cycles[0].end;
    return 'cycles';
  },
  'a day that does not exist': (tree) => {
    tree.cycles[0].start = '2026-02-30';
    return 'start';
  },
  'an unknown cycle': (tree, random) => {
    objective(tree, random).cycle = '2031-Q1';
    return '2031-Q1';
  },
  'an unknown parent': (tree, random) => {
    objective(tree, random).parent = 'nobody';
    return 'nobody';
  },
  'an objective under itself': (tree, random) => {
    const one = objective(tree, random);
    one.parent = one.id;
    return 'parent';
  },
  'no key results': (tree, random) => {
    objective(tree, random).keyResults = [];
    return 'keyResults';
  },
  'no time zone': (tree) => {
    tree.timezone = 'Europe/Stokholm';
    return 'timezone';
  },
  'no schedule': (tree, random) => {
    tree.schedule = pick(['every day', '61 * * * *', '* * *'], random);
    return 'schedule';
  },
  'a beginning in the future': (tree) => {
    tree.since = '2027-01-01';
    return 'since';
  },
  'a variable that is not set': (tree, random) => {
    keyResult(tree, random).title = `\${NOT_SET_${Math.floor(random() * 1e6)}}`;
    return 'NOT_SET_';
  },
  'a reference that is not closed': (tree, random) => {
    objective(tree, random).title = `\${GITHUB_TOKEN`;
    return 'title';
  },
  'a mapping for a scalar': (tree, random) => {
    keyResult(tree, random).id = { nonsense: 1 };
    return 'id';
  },
  'a list for a scalar': (tree, random) => {
    objective(tree, random).title = [['nonsense']];
    return 'title';
  },
  nothing: (tree, random) => {
    keyResult(tree, random).id = null;
    return 'id';
  },
  'a term that there is not': (tree) => {
    named(tree, 'ratio').metric.options.expression = 'merged / relased';
    return 'relased';
  },
  'an expression that runs something': (tree, random) => {
    const calls = [
      'merged.constructor',
      'eval(merged)',
      'merged = released',
      'merged[released]',
      '() => merged',
    ];
    named(tree, 'ratio').metric.options.expression = pick(calls, random);
    return 'expression';
  },
  'a term that is no measure': (tree) => {
    named(tree, 'ratio').metric.options.terms.merged = { measure: 'pull-request-merged' };
    return 'measure';
  },
  'a query that writes, or reads nothing of ours': (tree, random) => {
    const queries = [
      'DELETE FROM v_tickets',
      'SELECT 1 AS at, 1 AS value',
      '',
      'PRAGMA table_info(v_tickets)',
    ];
    named(tree, 'rows').metric.options.query = pick(queries, random);
    return 'query';
  },
  'a guard without a band': (tree) => {
    delete named(tree, 'rows').guard[0].keep;
    return 'keep';
  },
  'steps that are more or less than the whole': (tree, random) => {
    named(tree, 'steps').milestones[0].share = pick(['41%', 0.39, 1], random);
    return 'milestones';
  },
  'a step that nothing decides': (tree) => {
    delete named(tree, 'steps').milestones[0].when;
    return 'when';
  },
  'steps beside a target': (tree) => {
    named(tree, 'steps').target = 3;
    return 'milestones';
  },
  'an unknown kind of channel': (tree) => {
    tree.channels[0].kind = 'webhok';
    return 'kind';
  },
  'a digest at no time': (tree, random) => {
    tree.channels[0].digest = pick(['hourly', '0 8 31 2 *', '61 * * * *'], random);
    return 'digest';
  },
  'quiet hours that are none': (tree, random) => {
    tree.channels[0].quietHours = pick(
      [
        { from: '07:00', to: '07:00' },
        { from: '24:00', to: '07:00' },
        { from: '7', to: '9' },
      ],
      random,
    );
    return 'quietHours';
  },
  'the same channel twice': (tree) => {
    tree.channels.push(structuredClone(tree.channels[0]));
    return 'id';
  },
  'incidents from nowhere': (tree) => {
    tree.incidents.source = 'nowhere';
    return 'nowhere';
  },
};

const words = [
  'Zürich',
  '"quoted"',
  'a: b',
  '- x',
  '#1',
  '日本語',
  '\u202eabc',
  '🙂',
  '{x}',
  "it's",
  '%',
  '&a',
  '*',
];

/** Each keeps a valid tree valid. */
const HARMLESS: Readonly<Record<string, (tree: Tree, random: Random) => void>> = {
  'a calendar': (tree, random) => {
    tree.calendars[0] = {
      ...tree.calendars[0],
      days: pick([['sat'], ['mon', 'sun'], ['wed', 'tue']], random),
      hours: pick(['00:00-24:00', '9:30 - 16:00', ['00:00-06:00', '22:00-24:00']], random),
      holidays: pick([[], ['2026-12-24', '2026-12-24'], ['2027-02-28']], random),
    };
  },
  'accepted advice': (tree, random) => {
    objective(tree, random).accept = { 'few-key-results': pick(words, random), percent: pick(words, random) };
  },
  'another title': (tree, random) => {
    keyResult(tree, random).title = `${pick(words, random)} ${pick(words, random)} ${pick(words, random)}`;
  },
  'another owner': (tree, random) => {
    objective(tree, random).owner = pick(words, random);
  },
  'another team': (tree, random) => {
    Object.assign(objective(tree, random), { team: pick(words, random), focusArea: pick(words, random) });
  },
  'another weight': (tree, random) => {
    pick([objective(tree, random), keyResult(tree, random)], random).weight = pick([0, 1, 7.25, 1e6], random);
  },
  'another target': (tree, random) => {
    reaching(tree, random).target = 0.001 + random();
  },
  'another start': (tree, random) => {
    reaching(tree, random).start = pick<unknown>(['auto', 0.0005], random);
  },
  'another band': (tree, random) => {
    keeping(tree, random).keep = { min: -5, max: 1e6 + random(), for: pick([0.5, '80%', 1], random) };
  },
  'another window': (tree, random) => {
    rule(tree, random).window = pick(['7d', '4w', '90d', 'cycle', 'cycleToDate', 'week', 'month'], random);
  },
  'another freshness': (tree, random) => {
    keyResult(tree, random).freshness = pick(['36h', '4d', '2w'], random);
  },
  'another minimum of samples': (tree, random) => {
    keyResult(tree, random).minSamples = Math.floor(random() * 50);
  },
  'another zone': (tree, random) => {
    tree.timezone = pick(
      ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia', 'Europe/London'],
      random,
    );
  },
  'another schedule': (tree, random) => {
    tree.schedule = pick(['0 6 * * *', '*/15 8-18 * * 1-5', '30 5 1 * *'], random);
  },
  'keys in another order': (tree, random) => {
    const one = keyResult(tree, random);
    const entries = Object.entries(one).reverse();
    for (const [key] of entries) delete one[key];
    Object.assign(one, Object.fromEntries(entries));
  },
  'lists in another order': (tree, random) => {
    pick([tree.objectives, tree.sources, tree.metrics, objective(tree, random).keyResults], random).reverse();
  },
  'one key result less': (tree, random) => {
    const { keyResults: list } = objective(tree, random);
    if (list.length > 1) list.pop();
  },
  'another objective above': (tree, random) => {
    const id = `above-${Math.floor(random() * 1e9)}`;
    const metric = { measure: 'pull-requests-merged', source: 'gh' };
    tree.objectives.push({
      id,
      title: id,
      keyResults: [{ id: 'kr', title: 'KR', metric, start: 0, target: 9 }],
    });
    tree.objectives[0].parent = id;
  },
  'another expression': (tree, random) => {
    const expressions = ['merged - released', 'round(merged / 7) + -released', 'min(merged, released) * 2.5'];
    named(tree, 'ratio').metric.options.expression = pick(expressions, random);
  },
  'another query': (tree, random) => {
    const queries = [
      'with t as (select * from v_pull_requests) select merged_at as at, 1 as value from t',
      'SELECT created_at AS at, 2 AS value FROM v_tickets WHERE 0',
    ];
    named(tree, 'rows').metric.options.query = pick(queries, random);
  },
  'another step': (tree, random) => {
    const { milestones } = named(tree, 'steps');
    for (const one of milestones) delete one.share;
    milestones.push({ title: pick(words, random), done: pick<unknown>([true, false, '2026-10-02'], random) });
  },
  'other messages': (tree, random) => {
    Object.assign(tree.channels[0], {
      digest: pick<unknown>(['daily', '0 8 * * 5L', { schedule: 'monthly', always: true }], random),
      quietHours: pick(
        [
          { from: '00:00', to: '23:59' },
          { from: '12:00', to: '13:00', weekends: false },
        ],
        random,
      ),
      mostPerWeek: pick([1, 50], random),
    });
  },
  'no schedule at all': (tree) => {
    delete tree.schedule;
  },
  'a cycle more': (tree, random) => {
    const year = 2028 + Math.floor(random() * 50);
    const id = `later-${year}`;
    if (tree.cycles.every((cycle: Tree) => cycle.id !== id)) {
      tree.cycles.push({ id, start: `${year}-01-01`, end: `${year}-03-31` });
    }
  },
};

const JUNK: readonly unknown[] = [
  null,
  '',
  ' ',
  0,
  -1,
  1e308,
  true,
  [],
  {},
  [[]],
  '__proto__',
  'constructor',
  '-5d',
  '99999999w',
  '9999-12-31',
  'auto',
  'gh',
  '$',
  '\u0000',
  { a: { b: [1] } },
  'x'.repeat(5000),
  `\${UNSET}`,
  '2026-10-01',
  '80%',
  '24h',
  42,
];

/** Every key and item of a tree. */
function spots(value: Tree): { holder: Tree; key: string | number }[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return keys.flatMap((key) => [{ holder: value, key }, ...spots(value[key])]);
}

/** Does anything at all to a tree. */
function disturb(tree: Tree, random: Random): void {
  const all = spots(tree);
  if (all.length === 0) return;
  const { holder, key } = pick(all, random);
  const other = pick(all, random);
  const what = random();
  if (what < 0.5) holder[key] = pick(JUNK, random);
  else if (what < 0.65 && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (what < 0.65) delete holder[key];
  else if (what < 0.85) holder[key] = structuredClone(other.holder[other.key]);
  else if (Array.isArray(holder)) holder.push(pick(JUNK, random));
  else holder[pick(['id', 'where', 'toString', 'keep', 'title', '__proto__'], random)] = pick(JUNK, random);
}

function expectPlaces(error: ConfigError): void {
  if (error.faults.length === 0) throw new Error('refused without a fault');
  for (const { file, line, column, message } of error.faults) {
    const told = file.endsWith('krsync.yaml') && line > 0 && column > 0 && message !== '';
    if (!told || /undefined|\[object/.test(message)) throw new Error(`${file}:${line}:${column}: ${message}`);
  }
}

describe('ten thousand mutations of a valid configuration', () => {
  it('is valid before them', async () => {
    expect(await load(JSON.parse(base))).toMatchObject({ timezone: 'Europe/Stockholm' });
  });

  it('3,500 that are known to be wrong are refused, at a place that names what is wrong', async () => {
    const random = createRandom(SEED);
    const kinds = Object.entries(BREAKING);
    for (let run = 0; run < 3_500; run += 1) {
      const [name, breakIt] = kinds[run % kinds.length] as (typeof kinds)[number];
      const tree: Tree = JSON.parse(base);
      const mention = breakIt(tree, random);
      const result = await load(tree);
      if (!(result instanceof ConfigError)) throw new Error(`run ${run}: ${name} was accepted`);
      expectPlaces(result);
      const told = result.faults.some(({ path, message }) => `${path} ${message}`.includes(mention));
      if (!told) throw new Error(`run ${run}: ${name}: ${result.message}`);
    }
  });

  it('3,000 that change nothing of its validity are accepted', async () => {
    const random = createRandom(SEED + 1);
    const kinds = Object.entries(HARMLESS);
    for (let run = 0; run < 3_000; run += 1) {
      const tree: Tree = JSON.parse(base);
      const chosen = [kinds[run % kinds.length] as (typeof kinds)[number]];
      while (random() < 0.5) chosen.push(pick(kinds, random));
      for (const [, change] of chosen) change(tree, random);
      const result = await load(tree);
      if (result instanceof ConfigError) {
        throw new Error(`run ${run}: ${chosen.map(([name]) => name).join(', ')}: ${result.message}`);
      }
    }
  });

  it('3,500 of any kind are accepted or refused with places, and never end in another error', async () => {
    const random = createRandom(SEED + 2);
    const seen = { accepted: 0, refused: 0 };
    for (let run = 0; run < 3_500; run += 1) {
      const tree: Tree = JSON.parse(base);
      for (let times = Math.ceil(random() * 3); times > 0; times -= 1) disturb(tree, random);
      const result = await load(tree);
      seen[result instanceof ConfigError ? 'refused' : 'accepted'] += 1;
      if (result instanceof ConfigError) expectPlaces(result);
    }
    // Else the mutations would test one side alone.
    expect(seen.refused).toBeGreaterThan(1_000);
    expect(seen.accepted).toBeGreaterThan(100);
  });
});
