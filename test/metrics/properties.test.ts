import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS, type WorkCalendar } from '../../src/domain/calendar.ts';
import type { Aggregate, Rule, Span, Where } from '../../src/domain/okr.ts';
import type { EngineeringRecord } from '../../src/domain/records.ts';
import { DAY } from '../../src/domain/time.ts';
import { evaluate } from '../../src/metrics/engine/evaluate.ts';
import type { ObservationRow } from '../../src/metrics/engine/observations.ts';
import { readingOf } from '../../src/metrics/engine/parts.ts';
import { metricOf, metrics } from '../../src/metrics/index.ts';
import type { RecordStore } from '../../src/store/contract.ts';
import { createRandom } from '../support/random.ts';
import { aRule, at, memoryStore, removed } from '../support/records.ts';
import { EXAMPLES, INCIDENTS } from './support/examples.ts';
import { knownAt } from './support/known.ts';
import { aWorld, moved } from './support/world.ts';

const begin = at('2026-09-01');
/** Fortnights that end on each of 80 days: before anything happened until after it all. */
const days: readonly Span[] = Array.from({ length: 80 }, (_, i) => ({
  from: begin + (i - 20) * DAY,
  to: begin + (i - 6) * DAY,
}));
/** The same on every day, so that what moves by a day stays as it is. */
const OFFICE: WorkCalendar = {
  id: 'office',
  timezone: 'UTC',
  days: WEEKDAYS,
  hours: [[9 * 60, 17 * 60]],
  holidays: [],
};
/** Several of one measure where its options or the link change what is read. */
const rules: readonly Rule[] = [...metrics.values()]
  .filter((metric) => metric.compute === undefined && metric.query === undefined)
  .flatMap((metric) => {
    const options = EXAMPLES[metric.id]?.options;
    const fields = {
      ...(options === undefined ? {} : { options }),
      ...(metric.kind === 'sample' ? { where: { subject: 'web' } } : {}),
      ...(metric.incidents ? { incidents: INCIDENTS } : {}),
    };
    const rule = aRule(metric.id, fields);
    const services = { ...INCIDENTS, link: 'latest', services: { shop: 'acme/api' } } as const;
    return metric.incidents ? [rule, { ...rule, incidents: services }] : [rule];
  })
  .concat(
    aRule('tickets-tested-share', { options: { tested: { pullRequest: true } } }),
    aRule('ticket-completion', { options: { weightBy: 'storyPoints' } }),
    aRule('tickets-closed', { where: { labels: 'qa' } }),
    aRule('cost'),
    aRule('deployment-frequency', { options: { deployments: { from: 'tags' } } }),
    ...['ticket-lead-time', 'ticket-cycle-time', 'pull-request-pickup-time', 'change-lead-time'].map(
      (measure) => aRule(measure, { calendar: OFFICE }),
    ),
  );

/** What is told by how the tickets stand at the moment, each with its last resolution if it is resolved. */
const STANDING: readonly Rule[] = [
  ...['tickets-opened', 'tickets-closed', 'tickets-open', 'ticket-lead-time', 'ticket-completion'],
  ...[
    'ticket-close-rate',
    'ticket-cohort-close-rate',
    'hypothesis-validation-rate',
    'story-to-issue-close-ratio',
  ],
].flatMap((measure) => {
  const { options } = EXAMPLES[measure] ?? {};
  const rule = aRule(measure, options === undefined ? {} : { options });
  return [rule, { ...rule, where: { labels: 'qa' } }, { ...rule, where: { sprint: { not: 'Web 1' } } }];
});

/** Runs a property over worlds of records. */
async function inWorlds(property: (seed: number) => Promise<void>, numRuns = 3): Promise<void> {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), property), { seed: 20261124, numRuns });
}

/** Early, in the middle, late and after it all. */
const ENDS = [30, 45, 60, 79].map((i) => days[i] as Span);

type World = Pick<RecordStore, 'records'>;

function evaluated(store: World, rule: Rule, windows: readonly Span[]) {
  return evaluate({
    store,
    rule,
    metric: metricOf(rule.measure),
    windows,
    coverage: { members: [], missing: [] },
    freshness: 0,
    signal: new AbortController().signal,
  });
}

async function seriesOf(store: World, rule: Rule, windows = days) {
  const { values } = await evaluated(store, rule, windows);
  return values.map(({ value, sampleSize }) => [value, sampleSize]);
}

/** Before any of them was removed. */
function asTheyWere(records: readonly EngineeringRecord[]): readonly EngineeringRecord[] {
  return records.map((record) => Object.assign({ ...record }, { removedAt: undefined }));
}

const naming = (rule: Rule) =>
  `${rule.measure} ${JSON.stringify([rule.options, rule.where, rule.incidents?.link, rule.calendar?.id])}`;

describe('over generated records', () => {
  it('every metric has something to say', async () => {
    const world = memoryStore(aWorld(1, begin));
    for (const rule of rules) {
      const series = await seriesOf(world, rule);
      expect(
        series.some(([, n]) => (n ?? 0) > 0),
        naming(rule),
      ).toBe(true);
    }
  });

  it('moving all that happened by a day moves the series by a day', () =>
    inWorlds(async (seed) => {
      const records = aWorld(seed, begin);
      const world = memoryStore(records);
      const later = memoryStore(moved(records, DAY));
      const shifted = days.map(({ from, to }) => ({ from: from + DAY, to: to + DAY }));
      for (const rule of rules) {
        expect(await seriesOf(later, rule, shifted), naming(rule)).toEqual(await seriesOf(world, rule));
      }
    }));

  it('a day among many has the value that it has alone, reopened tickets included', () =>
    inWorlds(async (seed) => {
      const world = memoryStore(aWorld(seed, begin));
      for (const rule of rules) {
        const together = await seriesOf(world, rule);
        for (const i of [25, 40, 55, 79]) {
          const window = days[i] as Span;
          expect(await seriesOf(world, rule, [window]), `${naming(rule)} day ${i}`).toEqual([together[i]]);
        }
      }
    }));

  it('what is left in the database for its age changes no value', () =>
    inWorlds(async (seed) => {
      const records = aWorld(seed, begin);
      const world = memoryStore(records);
      const everything = {
        records: ({ latest: _, ...query }: Parameters<typeof world.records>[0]) => world.records(query),
      } as typeof world;
      for (const rule of rules.filter(({ measure }) => metricOf(measure).latest !== undefined)) {
        for (const windows of [days.slice(40, 41), days.slice(70)]) {
          const whole = await seriesOf(everything, rule, windows);
          expect(await seriesOf(world, rule, windows), naming(rule)).toEqual(whole);
        }
      }
    }));

  it('what happens after a window changes nothing in it', () =>
    inWorlds(async (seed) => {
      const records = aWorld(seed, begin);
      const end = begin + 70 * DAY;
      const future = aWorld(seed + 1, end);
      const windows = days.filter((window) => window.to <= end);
      const world = memoryStore(records);
      const longer = memoryStore([...records, ...future]);
      for (const rule of rules) {
        const before = await seriesOf(world, rule, windows);
        expect(await seriesOf(longer, rule, windows), naming(rule)).toEqual(before);
      }
    }));

  it('what became of it later changes no window that had ended: a past day is as it was computed then', () =>
    inWorlds(async (seed) => {
      const records = aWorld(seed, begin);
      const world = memoryStore(records);
      for (const day of [35, 50, 65]) {
        const end = (days[day] as Span).to;
        const then = memoryStore(knownAt(records, end));
        const windows = days.slice(day - 10, day + 1);
        // What an incident names, it names for all time: titles have no history, and labels mend what they lack.
        for (const rule of rules.filter(({ incidents }) => incidents?.link !== 'explicit')) {
          const now = await seriesOf(world, rule, windows);
          expect((await seriesOf(then, rule, windows)).at(-1), `${naming(rule)} day ${day}`).toEqual(
            now.at(-1),
          );
        }
      }
    }, 6));

  it('a tool that keeps no history says of the moment what the history says of it, reopened tickets included', () =>
    inWorlds(async (seed) => {
      const records = aWorld(seed, begin).filter(({ recordType }) => recordType === 'ticket');
      const told = memoryStore(records);
      for (let day = 22; day < days.length; day += 3) {
        const window = days[day] as Span;
        const asItStands = knownAt(records, window.to).map((record) => ({ ...record, history: null }));
        for (const rule of STANDING) {
          const now = await seriesOf(memoryStore(asItStands as typeof records), rule, [window]);
          expect(await seriesOf(told, rule, [window]), `${naming(rule)} day ${day}`).toEqual(now);
        }
      }
    }));

  it('what was over long before a window changes nothing in it', () =>
    inWorlds(async (seed) => {
      const records = aWorld(seed, begin);
      const world = memoryStore(records);
      const longer = memoryStore([...aWorld(seed + 1, begin - 900 * DAY), ...records]);
      for (const rule of rules) {
        const metric = metricOf(rule.measure);
        const { kind, scope } = metric;
        // Stocks hold what is old and open; sets look back for what was before the first; and a table is believed
        // from its first row on.
        const ofTable =
          kind === 'flow' && Object.keys(readingOf(metric, rule)).every((type) => type === 'sample');
        if (kind === 'stock' || scope === 'set' || ofTable) continue;
        const alone = await seriesOf(world, rule);
        expect(await seriesOf(longer, rule), naming(rule)).toEqual(alone);
      }
    }));

  it('what was removed counts for windows that ended while it was there, and for no later ones', () =>
    inWorlds(async (seed) => {
      const random = createRandom(seed);
      const records = aWorld(seed, begin).map((record) => {
        const lasts = ['sample', 'worklog', 'commit', 'tag'].includes(record.recordType) || random() < 0.6;
        // Some exactly at the end of a window, which still sees them.
        return lasts ? record : removed(record, begin + Math.floor(random() * 80) * DAY);
      });
      const world = memoryStore(records);
      for (const rule of rules) {
        // The pull requests that a ticket is joined with are there for all windows or for none.
        if (rule.measure === 'tickets-tested-share') continue;
        const together = await seriesOf(world, rule);
        for (const i of [20, 35, 50, 65, 79]) {
          const window = days[i] as Span;
          const there = records.filter((one) => !('removedAt' in one) || Number(one.removedAt) >= window.to);
          const alone = await seriesOf(memoryStore(asTheyWere(there)), rule, [window]);
          expect(together[i], `${naming(rule)} day ${i}`).toEqual(alone[0]);
        }
      }
    }));

  it('the listed observations make the value', () =>
    inWorlds(async (seed) => {
      const world = memoryStore(aWorld(seed, begin));
      for (const rule of rules) {
        for (const aggregate of metricOf(rule.measure).aggregates) {
          const { values, observations } = await evaluated(world, { ...rule, aggregate }, ENDS);
          for (const [i] of ENDS.entries()) {
            const expected = byHand(aggregate, observations(i));
            const value = values[i]?.value ?? null;
            if (expected === null) expect(value, naming(rule)).toBeNull();
            else expect(value, `${naming(rule)} ${aggregate}`).toBeCloseTo(expected, 8);
          }
        }
      }
    }, 1));

  it('two halves of a team combine to the whole, for sums, counts and ratios', () =>
    inWorlds(async (seed) => {
      const world = memoryStore(aWorld(seed, begin));
      for (const rule of rules) {
        const { aggregates, kind, reads } = metricOf(rule.measure);
        const field = HALVES.find(([type]) => type in reads)?.[1];
        // Logged hours have no subject, so a condition on it leaves them whole.
        if (kind === 'sample' || field === undefined || rule.options.hourlyRate !== undefined) continue;
        for (const aggregate of aggregates) {
          if (!(['sum', 'count', 'ratio'] as Aggregate[]).includes(aggregate)) continue;
          const sides = async (where: Where) => {
            const halved = { ...rule, aggregate, where: { ...rule.where, ...where } };
            const { values, observations } = await evaluated(world, halved, ENDS);
            return values.map(({ value }, i) => {
              const rows = observations(i);
              const of = rows.reduce((sum, row) => sum + (row.of ?? 0), 0);
              return { value, of, top: aggregate === 'count' ? rows.length : totalOf(rows) };
            });
          };
          const one = await sides({ [field]: WHO[field] as string });
          const other = await sides({ [field]: { not: WHO[field] as string } });
          for (const [i, { value }] of (await sides({})).entries()) {
            const top = (one[i]?.top ?? Number.NaN) + (other[i]?.top ?? Number.NaN);
            const of = (one[i]?.of ?? Number.NaN) + (other[i]?.of ?? Number.NaN);
            if (aggregate === 'ratio' && of === 0) expect(value, naming(rule)).toBeNull();
            else expect(value, naming(rule)).toBeCloseTo(aggregate === 'ratio' ? top / of : top, 8);
          }
        }
      }
    }));
});

function totalOf(rows: readonly ObservationRow[]): number {
  return rows.reduce((sum, row) => sum + row.value, 0);
}

/** By what a team is halved, by the first record type that a metric reads. */
const HALVES = [
  ['ticket', 'assignee'],
  ['pull_request', 'author'],
  ['release', 'repository'],
  ['deployment', 'repository'],
  ['build', 'repository'],
  ['alert', 'repository'],
  ['sample', 'subject'],
] as const;
const WHO: Readonly<Record<string, string>> = {
  assignee: 'ana',
  author: 'ana',
  repository: 'acme/web',
  subject: 'web',
};

/** The aggregates once more, as plainly as can be. */
function byHand(aggregate: Aggregate, rows: readonly ObservationRow[]): number | null {
  const values = rows.map((row) => row.value);
  const total = values.reduce((a, b) => a + b, 0);
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (p: number) => {
    const place = (sorted.length - 1) * p;
    const low = sorted[Math.floor(place)] ?? Number.NaN;
    return low + (place % 1) * ((sorted[Math.ceil(place)] ?? Number.NaN) - low);
  };
  switch (aggregate) {
    case 'count':
      return values.length;
    case 'sum':
      return total;
    case 'perDay':
      return total / 14;
    case 'perWeek':
      return total / 2;
    case 'ratio': {
      const of = rows.reduce((a, row) => a + (row.of ?? Number.NaN), 0);
      return of === 0 || Number.isNaN(of) ? null : total / of;
    }
  }
  if (values.length === 0) return null;
  switch (aggregate) {
    case 'last':
      return values.at(-1) ?? null;
    case 'mean':
    case 'share':
      return total / values.length;
    case 'median':
      return rank(0.5);
    case 'p75':
      return rank(0.75);
    case 'p90':
      return rank(0.9);
    case 'p95':
      return rank(0.95);
    case 'nps':
      return (
        (100 * (values.filter((v) => v > 8).length - values.filter((v) => v < 7).length)) / values.length
      );
  }
}
