import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { BacktestModel } from '../../../src/report/model.ts';
import { renderBacktest } from '../../../src/report/terminal/backtest.ts';
import { renderExplain } from '../../../src/report/terminal/explain.ts';
import { renderHistory } from '../../../src/report/terminal/history.ts';
import { type MetricEntry, renderMetrics } from '../../../src/report/terminal/metrics.ts';
import { renderPlan } from '../../../src/report/terminal/plan.ts';
import { renderSyncSummary } from '../../../src/report/terminal/sync.ts';
import type { SourceFailure } from '../../../src/sync/contract.ts';
import { AS_OF, aHistory, anExplain, anObservation, aPlan, aPlanEntry } from '../../support/models.ts';

const TERMINAL = { width: 100, color: false, unicode: true };
const ZONE = { timezone: 'Europe/Stockholm' };

const METRIC: MetricEntry = {
  id: 'pull-request-cycle-time',
  title: 'Pull request cycle time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: ['mean', 'median', 'p75'],
  definition: 'From the first commit of a pull request to its merge.',
  source: 'METRICS',
};

const FAILURE: SourceFailure = {
  source: 'gh',
  kind: 'github',
  stream: 'pull_requests',
  member: 'acme/web',
  message: 'GitHub allows no more requests for now (403).',
  endpoint: 'GET https://api.github.com/repos/acme/web/pulls',
  remedy: 'Set a token: 5,000 requests an hour in place of 60.',
  retryAt: Date.parse('2026-11-24T06:15:00Z'),
};

function many(count: number) {
  return Array.from({ length: count }, (_, index) =>
    anObservation({
      at: new Date(Date.UTC(2026, 9, 28) + index * 3_600_000).toISOString(),
      value: 10 + index,
      ref: {
        type: 'pull_request',
        key: `acme/web#${index}`,
        url: `https://example.test/pull/${index}`,
        title: `Nr ${index}`,
      },
    }),
  );
}

const SCORE = {
  origins: 12,
  ends: 1,
  refused: 1,
  withoutActual: 0,
  held: 0.75,
  under: 0.25,
  over: 0,
  naiveHeld: 0.5,
  width: 1.204,
  score: 0.6,
  brier: 0.0512,
  brierBase: null,
};
const BACKTEST: BacktestModel = {
  asOf: AS_OF,
  cycles: [{ id: '2026-Q3', start: '2026-07-01', end: '2026-09-30', finished: true }],
  leastEnds: 10,
  keyResults: [
    {
      objective: 'small-and-often',
      keyResult: 'cycle-time',
      title: 'Cycle time',
      cycles: ['2026-Q3'],
      ...SCORE,
    },
    {
      objective: 'o',
      keyResult: 'steps',
      title: 'Steps',
      cycles: ['2026-Q3'],
      ...SCORE,
      origins: 0,
      ends: 0,
    },
  ],
  total: SCORE,
};

const SCREENS = {
  backtest: (terminal: typeof TERMINAL) => renderBacktest(BACKTEST, terminal),
  explain: (terminal: typeof TERMINAL) =>
    renderExplain(anExplain({ observations: many(30) }), terminal, ZONE),
  history: (terminal: typeof TERMINAL) => {
    const [first] = aHistory().checkIns;
    const checkIns =
      first === undefined ? [] : Array.from({ length: 25 }, () => ({ ...first, note: 'late data' }));
    return renderHistory(aHistory({ checkIns }), terminal, ZONE);
  },
  plan: (terminal: typeof TERMINAL) =>
    renderPlan(
      aPlan({ entries: [aPlanEntry({ backfilled: 3 }), aPlanEntry({ action: 'none' })] }),
      terminal,
      ZONE,
    ),
  metrics: (terminal: typeof TERMINAL) => renderMetrics([METRIC, METRIC], terminal),
  sync: (terminal: typeof TERMINAL) =>
    renderSyncSummary(
      { failures: [FAILURE], records: 12_345, changed: 12, requests: 61, seconds: 83 },
      terminal,
      ZONE,
    ),
};

describe.each(Object.entries(SCREENS))('the %s screen', (_, render) => {
  it('fits every line into every width', () => {
    for (let width = 20; width <= 170; width++) {
      for (const line of render({ ...TERMINAL, width }).split('\n')) {
        expect(stringWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
      }
    }
  });
  it('is plain without colour, and ASCII where the terminal has no more', () => {
    expect(render(TERMINAL)).not.toContain('\u001b');
    for (const width of [40, 80, 140]) {
      expect(render({ width, color: false, unicode: false })).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });
});

describe('backtest', () => {
  it('shows each key result that had forecasts, and names those that had none', () => {
    const text = renderBacktest(BACKTEST, TERMINAL);
    expect(text).toMatch(/^ small-and-often\/cycle-time +12 +1 +75 % +50 % +1\.20 +0\.05 +—$/m);
    expect(text).toMatch(/^ in all +12 /m);
    expect(text).not.toMatch(/^ o\/steps/m);
    expect(text).toContain('could be compared: o/steps.');
  });
  it('calls few ends too few, and no longer from ten on', () => {
    expect(renderBacktest(BACKTEST, TERMINAL)).toContain('Too few to judge by');
    const enough = { ...BACKTEST, total: { ...SCORE, ends: 10 } };
    expect(renderBacktest(enough, TERMINAL)).not.toContain('Too few');
  });
});

describe('explain', () => {
  it('shows the value, its rule and its window in local time', () => {
    const text = renderExplain(anExplain(), TERMINAL, ZONE);
    expect(text).toMatch(/^ 40\.5 h {2}median of 3 observations$/m);
    expect(text).toMatch(/^ where +repository: acme\/web, bot: false$/m);
    expect(text).toMatch(/^ window +28d: 2026-10-27 06:15 to 2026-11-24 06:15 Europe\/Stockholm$/m);
    expect(text).toMatch(/^ hash +9f2c4e7a10b3$/m);
  });
  it('says whose working hours are counted, which are no days', () => {
    const calendar = {
      id: 'office',
      timezone: 'Europe/Stockholm',
      days: ['mon', 'fri'] as const,
      hours: ['09:00-17:00'],
      holidays: ['2026-12-24'],
    };
    const { rule } = anExplain();
    const text = renderExplain(anExplain({ value: 72, rule: { ...rule, calendar } }), TERMINAL, ZONE);
    expect(text).toMatch(
      /^ counted +in working hours of office: mon fri, 09:00-17:00 Europe\/Stockholm, 1 holiday$/m,
    );
    expect(text).not.toContain('days)');
    const wall = renderExplain(anExplain({ value: 72 }), TERMINAL, ZONE);
    expect(wall).toContain('72 h (3 days)');
    expect(wall).not.toContain('counted');
  });
  it('says why there is no value, and shows no 0 in its place', () => {
    const model = anExplain({
      value: null,
      reason: 'gh acme/api was never pulled completely',
      observations: [],
    });
    const text = renderExplain(model, TERMINAL, ZONE);
    expect(text).toMatch(/^ no value: gh acme\/api was never pulled completely$/m);
    expect(text).not.toMatch(/^ 0/m);
  });
  it('shows a true zero with its empty sample', () => {
    const rule = { ...anExplain().rule, aggregate: 'count' as const };
    const text = renderExplain(
      anExplain({ value: 0, unit: 'count', rule, observations: [] }),
      TERMINAL,
      ZONE,
    );
    expect(text).toMatch(/^ 0 {2}count of 0 observations$/m);
  });
  it('says what was left out and why', () => {
    const text = renderExplain(
      anExplain({ rejected: [{ reason: 'merged before it began', count: 3 }] }),
      TERMINAL,
      ZONE,
    );
    expect(text).toMatch(/^ left out +3 \(merged before it began\)$/m);
  });
  it('says when status still shows another check-in', () => {
    const checkIn = { id: 70, asOf: '2026-11-23T05:15:00Z', value: 39 };
    expect(renderExplain(anExplain({ checkIn }), TERMINAL, ZONE)).toContain(
      'status shows 39 h, check-in 70 of 2026-11-23 06:15',
    );
    expect(renderExplain(anExplain(), TERMINAL, ZONE)).not.toContain('status shows');
  });
  it('lists the newest observations first with their links, and all of them when asked', () => {
    const model = anExplain({ observations: many(30) });
    const some = renderExplain(model, TERMINAL, ZONE);
    expect(some.match(/https:\/\/example\.test/g)).toHaveLength(20);
    expect(some.indexOf('Nr 29')).toBeLessThan(some.indexOf('Nr 28'));
    expect(some).toContain('… 10 more, --all shows them');
    const all = renderExplain(model, TERMINAL, { ...ZONE, all: true });
    expect(all.match(/https:\/\/example\.test/g)).toHaveLength(30);
    expect(all).not.toContain('--all');
  });
  it('draws how spans spread, with the value marked, but not counts or ratios', () => {
    const spans = renderExplain(anExplain({ observations: many(30), value: 24.5 }), TERMINAL, ZONE);
    expect(spans).toMatch(/20 to 25 h +5 ━+ {2}← median 24\.5 h/);
    const ones = many(30).map((observation) => ({ ...observation, value: 1 }));
    expect(renderExplain(anExplain({ observations: ones }), TERMINAL, ZONE)).not.toContain('Distribution');
    const sides = many(30).map((observation) => ({ ...observation, of: 1 }));
    expect(renderExplain(anExplain({ observations: sides }), TERMINAL, ZONE)).not.toContain('Distribution');
  });
  it('shows both sides of a ratio', () => {
    const observations = [anObservation({ value: 1, of: 0 }), anObservation({ value: 0, of: 1 })];
    const text = renderExplain(
      anExplain({
        unit: 'ratio',
        value: 1,
        sampleSize: 1,
        observations,
        rule: { ...anExplain().rule, aggregate: 'ratio' },
      }),
      TERMINAL,
      ZONE,
    );
    expect(text).toMatch(/^ at +value +of +key/m);
    expect(text).toMatch(/ sample +1 in 2 observations/);
  });
  it('says of each item of a share whether it counts, and with which record it has to do', () => {
    const incident = {
      type: 'ticket',
      key: 'OPS-12',
      url: 'https://ops/12',
      title: 'Checkout is down',
    } as const;
    const failed = anObservation({ value: 1, related: [{ is: 'led to', ref: incident }] });
    const share = { unit: 'share', rule: { ...anExplain().rule, aggregate: 'share' } } as const;
    const text = renderExplain(
      anExplain({
        ...share,
        observations: [failed, anObservation({ at: '2026-11-19T10:00:00Z', value: 0 })],
        incidents: {
          sources: ['ops'],
          where: { type: 'Incident' },
          link: 'latest',
          services: { shop: 'acme/web' },
          linked: 1,
          unlinked: 2,
        },
        leftOut: [
          {
            reason: 'the incident meets no deployment before it',
            at: AS_OF,
            ref: { ...incident, key: 'OPS-13' },
          },
        ],
      }),
      { ...TERMINAL, width: 140 },
      ZONE,
    );
    expect(text).toMatch(/2026-11-20 15:30 +yes +acme/);
    expect(text).toMatch(/2026-11-19 11:00 +no +acme/);
    expect(text).toContain('   led to OPS-12 Checkout is down https://ops/12');
    expect(text).toContain(
      'incidents  ops where type: Incident; link latest by shop: acme/web; in the window 1 met a deployment and 2 none',
    );
    expect(text).toMatch(
      /Left out, newest first\n.*\n.*OPS-13 +Checkout is down +the incident meets no deployment/,
    );
  });
  it('shows the share that a sample is of its whole in its own unit', () => {
    const observations = [anObservation({ value: 0.7976, of: 336 })];
    const text = renderExplain(
      anExplain({ unit: 'share', observations, rule: { ...anExplain().rule, aggregate: 'last' } }),
      TERMINAL,
      ZONE,
    );
    expect(text).toMatch(/79\.8 % +336 +acme/);
  });
  it('lists all of twenty thousand observations when it is asked to', () => {
    const observations = Array.from({ length: 20_000 }, (_, index) => anObservation({ value: index % 97 }));
    const text = renderExplain(
      anExplain({ observations }),
      { ...TERMINAL, width: 140 },
      { ...ZONE, all: true },
    );
    expect(text.split('\n').length).toBeGreaterThan(20_000);
  });
});

describe('explain of a formula', () => {
  it('shows each term with its value and its own observations', () => {
    const { rule, window } = anExplain();
    const nothing = { terms: [], rejected: [], leftOut: [], incidents: null } as const;
    const term = { rule, window, unit: 'hours', reason: null, sampleSize: 1, ...nothing } as const;
    const text = renderExplain(
      anExplain({
        observations: [],
        terms: [
          {
            ...term,
            name: 'waiting',
            measure: 'ticket-lead-time',
            value: 12,
            observations: [anObservation()],
          },
          {
            ...term,
            name: 'working',
            measure: 'ticket-cycle-time',
            value: null,
            reason: 'no observations in the window',
            observations: [],
          },
        ],
      }),
      TERMINAL,
      ZONE,
    );
    expect(text).toContain('computed from 2 terms');
    expect(text).toMatch(/Term waiting\n value\s+12 h\n measure\s+median of ticket-lead-time/);
    expect(text).toContain('acme/web#812');
    expect(text).toMatch(/Term working\n value\s+no observations in the window/);
  });
});

describe('history', () => {
  it('draws the cycle with its start and target, and says how many days have a value', () => {
    const text = renderHistory(aHistory(), TERMINAL, ZONE);
    expect(text).toMatch(/┄ start$/m);
    expect(text).toMatch(/^ 24 h ┄+ target$/m);
    expect(text).toMatch(/2026-10-01 +2026-12-31$/m);
    expect(text).toContain('49 of 55 days have a value');
  });
  it('lists check-ins newest first, with what they correct', () => {
    const [first, second] = aHistory().checkIns;
    if (first === undefined || second === undefined) throw new Error('the builder has two');
    const checkIns = [first, { ...second, correctsId: 76, note: 'late data' }];
    const lines = renderHistory(aHistory({ checkIns }), TERMINAL, ZONE).split('\n');
    expect(lines.at(-3)).toMatch(
      /^ 77 {2}2026-11-24 06:15 {2}40\.5 h +118 +41 % {2}off track +auto +corrects 76: late data$/,
    );
    expect(lines.at(-2)).toMatch(/^ 76 /);
  });
  it('shows a dash for a check-in without a value', () => {
    const [first] = aHistory().checkIns;
    if (first === undefined) throw new Error('the builder has two');
    const checkIns = [{ ...first, value: null, progress: null, status: 'no_data' as const }];
    expect(renderHistory(aHistory({ checkIns }), TERMINAL, ZONE)).toMatch(/ 76 .* — +117 +— {2}no data/);
  });
  it('says why there is nothing to draw', () => {
    const days = aHistory().days.map((day) => ({ ...day, value: null, reason: 'gh was never complete' }));
    const text = renderHistory(aHistory({ days, checkIns: [] }), TERMINAL, ZONE);
    expect(text).toContain('No day has a value: gh was never complete');
    expect(text).toContain('No check-in is recorded yet.');
  });
});

describe('plan', () => {
  it('shows old to new and why', () => {
    const text = renderPlan(aPlan({ entries: [aPlanEntry({ backfilled: 12 })] }), TERMINAL, ZONE);
    expect(text).toContain(
      'To record: 1 check-in and 12 past days filled in, as of 2026-11-24 06:15 Europe/Stockholm',
    );
    expect(text).toContain('42 h → 40.5 h   35 % → 41 %   at risk → ✗ off track   sample 118');
    expect(text).toContain('because: new day; 12 past days filled in');
  });
  it('says what a run recorded in the past tense', () => {
    expect(renderPlan(aPlan(), TERMINAL, { ...ZONE, tense: 'recorded' })).toMatch(/^Recorded: 1 check-in, /);
  });
  it('counts what only corrects earlier days, and gives no reason of today for it', () => {
    const before = { value: 40.5, progress: 0.41, status: 'off_track' as const };
    const entry = aPlanEntry({ action: 'none', reason: 'nothing notable changed', corrected: 1, before });
    const text = renderPlan(aPlan({ entries: [entry] }), TERMINAL, ZONE);
    expect(text).toContain('To record: 1 correction, as of');
    expect(text).toContain('because: 1 earlier check-in corrected by late data');
    expect(text).toContain('40.5 h   41 %   ✗ off track   sample 118');
    const all = renderPlan(aPlan({ entries: [entry, aPlanEntry({ backfilled: 2 })] }), TERMINAL, ZONE);
    expect(all).toContain('To record: 1 check-in, 2 past days filled in and 1 correction, as of');
  });
  it('says a reason once where the note says it at length', () => {
    const { after } = aPlanEntry();
    const note = 'new definition: the days before follow the old one';
    const text = renderPlan(
      aPlan({ entries: [aPlanEntry({ reason: 'new definition', after: { ...after, note } })] }),
      TERMINAL,
      ZONE,
    );
    expect(text).toContain(`because: ${note}`);
  });
  it('shows a first check-in without an old value', () => {
    const text = renderPlan(aPlan({ entries: [aPlanEntry({ before: null })] }), TERMINAL, ZONE);
    expect(text).toContain('   40.5 h   41 %   ✗ off track');
    expect(text).toContain('because: first check-in; new day');
  });
  it('says clearly that there is nothing to do, and why', () => {
    const entries = [aPlanEntry({ action: 'none', reason: 'nothing changed since check-in 77' })];
    const text = renderPlan(aPlan({ entries }), TERMINAL, ZONE);
    expect(text).toMatch(
      /^Nothing to record as of 2026-11-24 06:15 Europe\/Stockholm: no key result has changed\.$/m,
    );
    expect(text).toMatch(/^ = small-and-often\/cycle-time {2}40\.5 h {2}nothing changed since check-in 77$/m);
  });
  it('never shows a value that is lost as 0', () => {
    const after = {
      value: null,
      progress: null,
      status: 'no_data' as const,
      sampleSize: 0,
      note: 'no data',
      guards: [],
    };
    const text = renderPlan(aPlan({ entries: [aPlanEntry({ after })] }), TERMINAL, ZONE);
    expect(text).toContain('42 h → —   35 % → —   at risk → ○ no data');
  });
});

describe('the catalogue', () => {
  it('shows what each metric means, how it is aggregated and which way is better', () => {
    const text = renderMetrics([METRIC], TERMINAL);
    expect(text).toContain('From the first commit of a pull request to its merge.');
    expect(text).toContain('flow in hours, less is better · median (default), mean, p75');
    expect(text).toContain('1 metric.');
  });
});

describe('the sync summary', () => {
  it('says once what befell several pulls alike, and names them all', () => {
    const failures = ['acme/web', 'acme/api'].map((member) => ({
      ...FAILURE,
      member,
      endpoint: `GET /${member}`,
    }));
    const text = renderSyncSummary(
      { failures, records: 0, changed: 0, requests: 2, seconds: 1 },
      TERMINAL,
      ZONE,
    );
    expect(text.match(/to do/g)).toHaveLength(1);
    expect(text).toContain('acme/web');
    expect(text).toContain('acme/api');
    expect(text).toContain('GET /acme/web and 1 more');
  });
  it('tells of each failure where it was, what to do and when to try again', () => {
    const summary = { failures: [FAILURE], records: 12_345, changed: 12, requests: 61, seconds: 83 };
    const text = renderSyncSummary(summary, TERMINAL, ZONE);
    expect(text).toContain('Synced: 12\u202f345 records read, 12 rows changed, 61 requests, 1 min 23 s');
    expect(text).toContain('✗ gh pull_requests acme/web: GitHub allows no more requests for now (403).');
    expect(text).toContain('at GET https://api.github.com/repos/acme/web/pulls');
    expect(text).toContain('to do Set a token');
    expect(text).toContain('again from 2026-11-24 07:15 Europe/Stockholm');
  });
  it('is one line when all went well', () => {
    const summary = { failures: [], records: 0, changed: 0, requests: 2, seconds: 0.42 };
    expect(renderSyncSummary(summary, TERMINAL, ZONE)).toBe(
      '✓ Synced: 0 records read, none changed, 2 requests, 420 ms\n',
    );
  });
});

it('every screen takes the escape codes out of what tools and people wrote', () => {
  const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31mboo\r\u0008';
  const ref = { type: 'ticket', key: evil, url: `https://x/${evil}`, title: evil } as const;
  const named = { objective: { id: evil, title: evil }, keyResult: { id: evil, title: evil } };
  const rule = { ...anExplain().rule, where: { label: evil }, sources: [evil] };
  const observations = [anObservation({ ref, subject: evil })];
  const [checkIn] = aHistory().checkIns;
  if (checkIn === undefined) throw new Error('the builder has two');
  const after = { ...aPlanEntry().after, note: evil };
  const screens = [
    renderExplain(
      anExplain({ ...named, rule, observations, reason: evil, definition: evil }),
      TERMINAL,
      ZONE,
    ),
    renderExplain(anExplain({ observations, asOf: AS_OF }), { ...TERMINAL, width: 140 }, ZONE),
    renderHistory(
      aHistory({ ...named, checkIns: [{ ...checkIn, author: evil, note: evil }] }),
      TERMINAL,
      ZONE,
    ),
    renderPlan(
      aPlan({ entries: [aPlanEntry({ objective: evil, keyResult: evil, reason: evil, after })] }),
      TERMINAL,
      ZONE,
    ),
    renderSyncSummary(
      {
        failures: [{ ...FAILURE, message: evil, endpoint: evil, remedy: evil, member: evil }],
        records: 1,
        changed: 1,
        requests: 1,
        seconds: 1,
      },
      TERMINAL,
      ZONE,
    ),
  ];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested.
  for (const screen of screens) expect(screen).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
