import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  ConfigError,
  type Configuration,
  configurationJsonSchema,
  loadConfiguration,
} from '../../src/config/index.ts';
import { connectors, metrics, NOW, workspace } from './support/workspace.ts';

const SEED = 20_261_124;

/** `${name}`: written apart, so that it is not taken for a template. */
const ref = (name: string) => `\${${name}}`;

const BASE = `timezone: Europe/Stockholm
cycles:
  - { id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }
  - { id: 2027-Q1, start: 2027-01-01, end: 2027-03-31 }
database: ../krsync.db
since: 2026-07-01
revise: 7d
schedule: 15 6 * * 1-5
calendars:
  - { id: office, timezone: Asia/Dubai, days: [sun, mon], hours: ["08:00-12:00", "13:00-17:00"], holidays: [2026-12-02] }
sources:
  - { id: gh, kind: github, token: abc, repositories: [acme/web, acme/api], pageSize: 50, archived: true }
  - { id: cov, kind: coverage, reports: [{ path: a.json, subject: web }] }
  - { id: lab, kind: lighthouse, server: { url: "https://lhci.example", project: web, token: t } }
metrics:
  - id: cycle-time
    measure: pull-request-cycle-time
    source: gh
    where: { repository: acme/web, additions: { gte: 1, lt: 5000 }, labels: { not: [wip] }, mergedAt: { gte: 2026-01-01 } }
    options: {}
    aggregate: median
    window: 28d
    calendar: office
objectives:
  - id: parent
    title: Everything is quick
    owner: ana@acme.dev
    cycle: 2026-Q4
    accept: { owner: all of us, direction: on purpose }
    keyResults:
      - { id: a, title: A, metric: cycle-time, start: 52h, target: 24h, stretch: 12h, weight: 1, pace: line }
      - { id: b, title: B, metric: { measure: lighthouse-lcp, window: 7d, combine: worst }, keep: { min: 0, max: 2.5s, for: 95% } }
  - id: child
    title: Child
    parent: parent
    weight: 2
    keyResults:
      - { id: a, title: A, metric: { measure: test-coverage, options: { of: branches } }, start: auto, target: 80%, maxAge: 3d }
      - { id: b, title: B, metric: { measure: tickets-closed, where: { type: bug } }, start: 0, target: 40, minSamples: 0, freshness: 2d }
`;

let cwd: string;

beforeEach(async () => {
  cwd = await workspace({ 'a.yaml': BASE });
});

/** The configuration, or the error that refuses it; anything else that is thrown fails the test. */
async function outcome(text: string): Promise<Configuration | ConfigError> {
  await writeFile(join(cwd, 'a.yaml'), text);
  try {
    return await loadConfiguration({ path: 'a.yaml', cwd, env: { SET: 'x' }, now: NOW, connectors, metrics });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function expectFaults(result: Configuration | ConfigError): void {
  if (!(result instanceof ConfigError)) throw new Error('the configuration was accepted');
  expect(result.faults.length).toBeGreaterThan(0);
  for (const fault of result.faults) {
    expect(fault.file).toMatch(/a\.yaml$/);
    expect(fault.line).toBeGreaterThan(0);
    expect(fault.column).toBeGreaterThan(0);
    expect(fault.message).not.toMatch(/undefined|\[object|^$/);
  }
}

type Holder = Record<string, unknown> | unknown[];
interface Spot {
  readonly holder: Holder;
  readonly key: string | number;
  readonly path: string;
}

/** Every key and item of a tree, with a path in which indexes are left out. */
function spots(value: unknown, path = ''): readonly Spot[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  const keys = Array.isArray(holder) ? holder.map((_, i) => i) : Object.keys(holder);
  return keys.flatMap((key) => {
    const at = typeof key === 'number' ? `${path}[]` : `${path}.${key}`;
    return [{ holder, key, path: at }, ...spots((holder as Record<string | number, unknown>)[key], at)];
  });
}

function set({ holder, key }: Spot, value: unknown): void {
  (holder as Record<string | number, unknown>)[key] = value;
}

function remove({ holder, key }: Spot): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function pick<T>(list: readonly T[], at: number): T {
  const found = list[at % list.length];
  if (found === undefined) throw new Error('there is nothing to pick from');
  return found;
}

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    0,
    -1,
    1e308,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    [],
    {},
    [[]],
    ref('SET'),
    ref('UNSET'),
    '${',
    '__proto__',
    'constructor',
    { __proto__: null, constructor: 1 },
    '-5d',
    '99999999w',
    '9999d',
    '0000-00-00',
    '-000001-01-01',
    '9999-12-31',
    'gh',
    'parent',
    'auto',
  ),
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

const mutation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), value: junk }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant('rename' as const),
    at: fc.nat(),
    name: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', 'id', 'where')),
  }),
  fc.record({ kind: fc.constant('copy' as const), at: fc.nat(), from: fc.nat() }),
);

describe('whatever is done to a valid configuration', () => {
  it('it is accepted as the base', async () => {
    expect(await outcome(BASE)).toMatchObject({ objectives: [{ id: 'parent' }, { id: 'child' }] });
  });

  it('its mutations are refused with places or accepted, and the JSON Schema accepts those', async () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      configurationJsonSchema({ connectors, metrics }),
    );
    const seen = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const tree: unknown = parse(BASE);
        for (const one of mutations) {
          const all = spots(tree);
          if (all.length === 0) break;
          const spot = pick(all, one.at);
          if (one.kind === 'set') set(spot, one.value);
          else if (one.kind === 'remove') remove(spot);
          else if (one.kind === 'copy') {
            const from = pick(all, one.from);
            set(spot, structuredClone((from.holder as Record<string | number, unknown>)[from.key]));
          } else if (!Array.isArray(spot.holder)) {
            const value = spot.holder[spot.key];
            remove(spot);
            Object.defineProperty(spot.holder, one.name, {
              value,
              enumerable: true,
              configurable: true,
              writable: true,
            });
          }
        }
        const text = stringify(tree);
        const result = await outcome(text);
        seen[result instanceof ConfigError ? 'refused' : 'accepted'] += 1;
        if (result instanceof ConfigError) expectFaults(result);
        else expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
      }),
      { seed: SEED, numRuns: 300 },
    );
    // Else the mutations would test one side alone.
    expect(seen.refused).toBeGreaterThan(100);
    expect(seen.accepted).toBeGreaterThan(20);
  });

  it('its text may be cut, doubled and scribbled over', async () => {
    const scribble = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\t',
        '\n',
        '\n\n  ',
        ': ',
        '- ',
        '{',
        ']',
        '&a ',
        '*a',
        '<<: ',
        '!!str ',
        '"',
        "'",
        '|',
        '> ',
        '? ',
        '#',
        '%',
        '---\n',
        '\u0000',
        '\uFEFF',
        ref('SET'),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(BASE.length), fc.nat(40), scribble), { minLength: 1, maxLength: 4 }),
        async (edits) => {
          let text = BASE;
          for (const [at, length, insert] of edits)
            text = text.slice(0, at) + insert + text.slice(at + length);
          const result = await outcome(text);
          if (result instanceof ConfigError) expectFaults(result);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('what is known to be wrong is always refused, at its place', async () => {
    // Where any key is meant to be free there is none: every mapping of the format knows its keys.
    const wrong = fc.oneof(
      fc.record({
        kind: fc.constant('unknown key' as const),
        at: fc.nat(),
        name: fc.stringMatching(/^[a-z]{3,12}Zq$/),
      }),
      fc.record({ kind: fc.constant('mapping for a scalar' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('list for a scalar' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('nothing' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('missing variable' as const), at: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(wrong, async (fault) => {
        const tree: unknown = parse(BASE);
        const all = spots(tree);
        const isScalar = ({ holder, key }: Spot) =>
          typeof (holder as Record<string | number, unknown>)[key] !== 'object';
        const scalars = all
          .filter(isScalar)
          .filter(({ path }) => !(fault.kind === 'list for a scalar' && ALSO_LISTS.test(path)));
        // Null is a condition: the field is not set.
        const solid = scalars.filter(({ path }) => !path.includes('.where.'));
        if (fault.kind === 'unknown key') {
          const mappings = all
            .map(({ holder }) => holder)
            .filter((holder): holder is Record<string, unknown> => !Array.isArray(holder));
          pick(mappings, fault.at)[fault.name] = 1;
        } else if (fault.kind === 'mapping for a scalar') set(pick(scalars, fault.at), { nonsense: 1 });
        else if (fault.kind === 'list for a scalar') set(pick(scalars, fault.at), [['nonsense']]);
        else if (fault.kind === 'nothing') set(pick(solid, fault.at), null);
        else set(pick(scalars, fault.at), ref('UNSET_VARIABLE'));
        const result = await outcome(stringify(tree));
        expectFaults(result);
        if (!(result instanceof ConfigError)) return;
        if (fault.kind === 'unknown key') expect(result.message).toContain(fault.name);
        if (fault.kind === 'missing variable') {
          expect(result.message).toContain('UNSET_VARIABLE is not set');
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});

/** A list in a list is wrong even here, but let the others carry the proof. */
const ALSO_LISTS = /\.(where|source)\b/;
