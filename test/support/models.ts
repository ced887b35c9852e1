import { isComputed } from '../../src/okr/assess.ts';
import { rollUpGroups } from '../../src/okr/rollup.ts';
import type { KeyResultReport, MoverModel, ReportModel, WeekModel } from '../../src/report/detail.ts';
import type {
  ExplainModel,
  ExplainObservation,
  HistoryModel,
  KeyResultModel,
  ObjectiveModel,
  PlanEntry,
  PlanModel,
  SourceModel,
  StatusModel,
} from '../../src/report/model.ts';

export const AS_OF = '2026-11-24T05:15:00Z';
const CYCLE = { id: '2026-Q4', start: '2026-10-01', end: '2026-12-31' } as const;

/** A reach key result, half way and behind the line. It counts as what it shows, where that is a status that counts. */
export function aKeyResult(over: Partial<KeyResultModel> = {}): KeyResultModel {
  const { status = 'off_track' } = over;
  return {
    id: 'cycle-time',
    title: 'Cut the median pull request cycle time from 52 h to 24 h',
    kind: 'reach',
    measure: 'pull-request-cycle-time',
    aggregate: 'median',
    unit: 'hours',
    start: 52,
    target: 24,
    stretch: null,
    stretchReached: false,
    keep: null,
    milestones: null,
    guards: [],
    current: 40.5,
    progress: 0.4107,
    expectedProgress: 0.59,
    status,
    computedStatus: 'off_track',
    countsAs: isComputed(status) ? status : null,
    outcome: null,
    note: null,
    sampleSize: 118,
    window: { from: '2026-10-27T05:15:00Z', to: AS_OF },
    measuredAt: '2026-11-23T15:02:00Z',
    checkInId: 77,
    forecast: null,
    pace: null,
    confidence: null,
    trend: [52, 51, null, 50.2, 49, 47.5, null, null, 45, 44, 43.1, 42, 41, 40.5],
    ...over,
  };
}

/** A keep key result: a band with an upper edge, held on most days. */
export function aKeepKeyResult(over: Partial<KeyResultModel> = {}): KeyResultModel {
  return aKeyResult({
    id: 'lcp',
    title: "Keep the start page's LCP under 2.5 s",
    kind: 'keep',
    measure: 'lighthouse-lcp',
    unit: 'milliseconds',
    start: null,
    target: null,
    keep: { min: null, max: 2500, for: 0.95 },
    current: 2310,
    progress: 0.962,
    expectedProgress: null,
    status: 'on_track',
    computedStatus: 'on_track',
    sampleSize: 21,
    trend: [2480, 2450, 2610, 2400, null, 2390, 2350, 2310],
    ...over,
  });
}

export function anObjective(over: Partial<ObjectiveModel> = {}): ObjectiveModel {
  const keyResults = over.keyResults ?? [aKeyResult(), aKeepKeyResult()];
  return {
    id: 'small-and-often',
    title: 'We ship small changes with confidence, every day',
    owner: 'ana@acme.dev',
    team: 'Web',
    focusArea: 'Way of working',
    parent: null,
    progress: 0.69,
    status: 'at_risk',
    withData: keyResults.filter((kr) => kr.progress !== null).length,
    of: keyResults.length,
    ...over,
    keyResults,
  };
}

export function aSource(over: Partial<SourceModel> = {}): SourceModel {
  return {
    id: 'gh',
    kind: 'github',
    lastSuccessAt: '2026-11-24T05:03:00Z',
    error: null,
    records: 12_345,
    streams: [{ stream: 'issues', member: 'acme/web', completeAt: '2026-11-24T05:03:00Z', error: null }],
    ...over,
  };
}

export function aStatus(over: Partial<StatusModel> = {}): StatusModel {
  const objectives = over.objectives ?? [anObjective()];
  const parts = objectives.map((objective) => ({ objective: { ...objective, weight: 1 }, own: objective }));
  return {
    asOf: AS_OF,
    timezone: 'Europe/Stockholm',
    cycle: { ...CYCLE, elapsed: 0.59 },
    sources: [aSource()],
    channels: [],
    rollups: {
      owner: rollUpGroups(parts, 'owner'),
      team: rollUpGroups(parts, 'team'),
      focusArea: rollUpGroups(parts, 'focusArea'),
    },
    ...over,
    objectives,
  };
}

/** Every status, a failing source, missing data, long and foreign texts: the screen that must not break. */
export function aFullStatus(): StatusModel {
  const climbing = Array.from({ length: 55 }, (_, day) => (day < 4 ? null : Math.round(day * 6.2)));
  return aStatus({
    sources: [
      aSource(),
      aSource({
        id: 'jira',
        kind: 'jira',
        lastSuccessAt: '2026-11-19T05:03:00Z',
        records: 1,
        error: 'Jira refused the credentials (401). Make a new API token and set JIRA_TOKEN.',
        streams: [
          {
            stream: 'tickets',
            member: 'WEB',
            completeAt: null,
            error: 'Jira refused the credentials (401). Make a new API token and set JIRA_TOKEN.',
          },
        ],
      }),
      aSource({ id: 'lab', kind: 'lighthouse', lastSuccessAt: null, records: 0, streams: [] }),
    ],
    objectives: [
      anObjective({
        keyResults: [
          aKeyResult(),
          aKeepKeyResult(),
          aKeyResult({
            id: 'size',
            title:
              'Keep pull requests reviewable: the median of changed lines falls from 400 to 200, also in the repositories that the platform team took over in spring',
            unit: 'lines',
            start: 400,
            target: 200,
            current: null,
            progress: null,
            status: 'no_data',
            computedStatus: 'no_data',
            note: 'no pull request merged in the window, and gh acme/api was never pulled completely',
            checkInId: null,
            trend: Array.from({ length: 55 }, () => null),
          }),
        ],
        withData: 2,
        of: 3,
      }),
      anObjective({
        id: 'quality',
        title: 'Customers meet no surprises',
        owner: null,
        team: 'Plattform & Verktyg åäö',
        focusArea: null,
        parent: 'small-and-often',
        progress: 0.71,
        status: 'on_track',
        keyResults: [
          aKeyResult({
            id: 'closed',
            title: 'Close 420 tickets',
            unit: 'count',
            aggregate: 'count',
            start: 0,
            target: 1420,
            current: 1336,
            progress: 0.94,
            status: 'on_track',
            computedStatus: 'at_risk',
            trend: climbing,
          }),
          aKeyResult({
            id: 'coverage',
            title: 'Raise line coverage of 日本語 🚀 from 61 % to 80 %',
            unit: 'share',
            start: 0.61,
            target: 0.8,
            current: 0.783,
            progress: 0.9105,
            status: 'stale',
            computedStatus: 'on_track',
            countsAs: 'on_track',
            note: 'cov last completed 6 d ago',
          }),
          aKeyResult({
            id: 'releases',
            title: 'Release every week',
            unit: 'per week',
            start: 0.5,
            target: 1,
            current: 1.2,
            progress: 1.4,
            status: 'achieved',
            computedStatus: 'achieved',
          }),
          aKeyResult({
            id: 'ttfb',
            title: 'Halve the time to first byte',
            unit: 'milliseconds',
            start: 900,
            target: 450,
            current: 980,
            progress: -0.178,
            status: 'held',
            computedStatus: 'held',
            countsAs: 'off_track',
            note: 'the new value 9 800 ms is an outlier until two more days confirm it',
          }),
          aKeyResult({
            id: 'old',
            title: 'Close the backlog of spring',
            unit: 'count',
            start: 40,
            target: 0,
            current: 12,
            progress: 0.7,
            status: 'closed',
            computedStatus: 'closed',
            outcome: 'missed',
          }),
        ],
      }),
    ],
  });
}

export function anObservation(over: Partial<ExplainObservation> = {}): ExplainObservation {
  return {
    at: '2026-11-20T14:30:00Z',
    value: 40.5,
    of: null,
    subject: null,
    related: [],
    ref: {
      type: 'pull_request',
      key: 'acme/web#812',
      url: 'https://github.com/acme/web/pull/812',
      title: 'Render the cart from one query',
    },
    ...over,
  };
}

export function anExplain(over: Partial<ExplainModel> = {}): ExplainModel {
  const observations = over.observations ?? [
    anObservation({ at: '2026-11-01T09:00:00Z', value: 12 }),
    anObservation({ at: '2026-11-10T09:00:00Z', value: 40.5 }),
    anObservation({ at: '2026-11-20T14:30:00Z', value: 71.25 }),
  ];
  return {
    asOf: AS_OF,
    objective: { id: 'small-and-often', title: 'We ship small changes with confidence, every day' },
    keyResult: { id: 'cycle-time', title: 'Cut the median pull request cycle time from 52 h to 24 h' },
    measure: 'pull-request-cycle-time',
    definition: 'From the first commit of a pull request to its merge, in hours.',
    definitionSource: 'https://dora.dev/guides/dora-metrics-four-keys/',
    definitionHash: '9f2c4e7a10b3',
    rule: {
      sources: ['gh'],
      where: { repository: 'acme/web', bot: false },
      options: {},
      aggregate: 'median',
      window: '28d',
      combine: null,
      calendar: null,
    },
    unit: 'hours',
    window: { from: '2026-10-27T05:15:00Z', to: AS_OF },
    value: 40.5,
    reason: null,
    checkIn: { id: 77, asOf: AS_OF, value: 40.5 },
    sampleSize: observations.length,
    attributes: 'dated',
    rejected: [],
    leftOut: [],
    incidents: null,
    terms: [],
    ...over,
    observations,
  };
}

export function aHistory(over: Partial<HistoryModel> = {}): HistoryModel {
  return {
    objective: { id: 'small-and-often', title: 'We ship small changes with confidence, every day' },
    keyResult: { id: 'cycle-time', title: 'Cut the median pull request cycle time from 52 h to 24 h' },
    cycle: CYCLE,
    unit: 'hours',
    start: 52,
    target: 24,
    days: Array.from({ length: 55 }, (_, day) => ({
      date: new Date(Date.UTC(2026, 9, 1 + day)).toISOString().slice(0, 10),
      value: day % 9 === 7 ? null : 52 - day * 0.25 + 2 * Math.sin(day),
      sampleSize: 100 + day,
      progress: 0.4,
      reason: day % 9 === 7 ? 'no pull request merged in the window' : null,
    })),
    checkIns: [
      {
        id: 76,
        asOf: '2026-11-23T05:15:00Z',
        value: 41,
        sampleSize: 117,
        progress: 0.39,
        status: 'off_track',
        author: 'auto',
        note: null,
        correctsId: null,
      },
      {
        id: 77,
        asOf: AS_OF,
        value: 40.5,
        sampleSize: 118,
        progress: 0.41,
        status: 'off_track',
        author: 'auto',
        note: null,
        correctsId: null,
      },
    ],
    ...over,
  };
}

export function aPlanEntry(over: Partial<PlanEntry> = {}): PlanEntry {
  return {
    objective: 'small-and-often',
    keyResult: 'cycle-time',
    title: 'Cut the median pull request cycle time from 52 h to 24 h',
    unit: 'hours',
    action: 'check-in',
    reason: 'new day',
    before: { value: 42, progress: 0.357, status: 'at_risk' },
    after: { value: 40.5, progress: 0.4107, status: 'off_track', sampleSize: 118, note: null, guards: [] },
    backfilled: 0,
    corrected: 0,
    ...over,
  };
}

export function aPlan(over: Partial<PlanModel> = {}): PlanModel {
  return { asOf: AS_OF, cycle: CYCLE, entries: [aPlanEntry()], ...over };
}

export function aMover(over: Partial<MoverModel> = {}): MoverModel {
  return {
    ...anObservation({ value: 71.25 }),
    change: 'entered',
    was: null,
    unit: 'hours',
    aggregate: 'median',
    term: null,
    effect: 1.2,
    ...over,
  };
}

/** From 42 h a week ago to 40.5 h. */
export function aWeek(over: Partial<WeekModel> = {}): WeekModel {
  return {
    before: { at: '2026-11-17T05:15:00Z', value: 42, progress: 0.357, status: 'at_risk' },
    now: { at: AS_OF, value: 40.5, progress: 0.4107, status: 'off_track' },
    delta: -1.5,
    progressDelta: 0.0537,
    reason: null,
    items: { entered: 12, left: 9, changed: 0, largest: [aMover()], reason: null },
    ...over,
  };
}

export function aKeyResultReport(over: Partial<KeyResultReport> = {}): KeyResultReport {
  return {
    ...aKeyResult(),
    definition: 'From the first commit of a pull request to its merge, in hours.',
    windowLength: '28d',
    guardDays: [],
    week: aWeek(),
    ...over,
  };
}

/** What a report adds to a status: nothing moved, unless it says so. */
export function aReport(over: Partial<StatusModel> = {}, moved: Partial<KeyResultReport> = {}): ReportModel {
  const model = aStatus(over);
  return {
    ...model,
    weekAgo: '2026-11-17T05:15:00.000Z',
    objectives: model.objectives.map((objective) => ({
      ...objective,
      keyResults: objective.keyResults.map((keyResult) =>
        aKeyResultReport({ week: aWeek(), ...keyResult, ...moved }),
      ),
    })),
  };
}

/** The full status as a report: every chart, a guard that broke, items that moved, and weeks that cannot be compared. */
export function aFullReport(): ReportModel {
  const report = aReport(aFullStatus());
  const weeks: Readonly<Record<string, Partial<KeyResultReport>>> = {
    'cycle-time': {
      guardDays: aKeyResult().trend.map((_, i) => (i === 0 ? null : i > 9)),
      guards: [
        {
          title: 'Test coverage',
          unit: 'share',
          keep: { min: 0.8, max: null },
          value: 0.78,
          broken: true,
          reason: null,
        },
      ],
      forecast: { atEnd: { p10: 29, p50: 33, p90: 38 }, probability: 0.04 },
      week: aWeek({
        items: {
          entered: 12,
          left: 9,
          changed: 1,
          reason: null,
          largest: [
            aMover({ effect: -0.9, change: 'left' }),
            aMover({ effect: 0.4, change: 'changed', was: 60, ref: { ...aMover().ref, url: null } }),
          ],
        },
      }),
    },
    size: {
      week: aWeek({ before: null, now: null, delta: null, progressDelta: null, reason: 'no value yet' }),
    },
    coverage: {
      trend: [0.61, 0.64, 0.66, null, 0.72, 0.783],
      week: aWeek({
        delta: 0.01,
        items: { entered: 0, left: 0, changed: 0, largest: [], reason: 'a person recorded the value' },
      }),
    },
  };
  return {
    ...report,
    objectives: report.objectives.map((objective) => ({
      ...objective,
      keyResults: objective.keyResults.map((keyResult) => ({ ...keyResult, ...weeks[keyResult.id] })),
    })),
  };
}

/** What people and tools write that must arrive as plain text: markup, directions, control characters, a lot of it. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '&lt;b&gt; &amp; &#60;',
  'evil \u202Egnp.exe\u202C \u2066left\u2069',
  'עברית עם 42 h',
  'a\u0000b\u001b[31mred\n\nnew line',
  '🚀 日本語 👩‍👩‍👧',
  '{{7*7}} <%= 7 %> {% raw %}',
  'x'.repeat(10_000),
] as const;

/** The same text wherever a report shows one. */
export function aHostileReport(text: string): ReportModel {
  const ref = { type: 'pull_request', key: text, url: 'javascript:alert(1)', title: text } as const;
  const mover = aMover({ ref, subject: text, term: text });
  const report = aReport(
    {
      sources: [aSource({ id: text, kind: text, error: text, streams: [] })],
      objectives: [
        anObjective({
          title: text,
          owner: text,
          team: text,
          focusArea: text,
          parent: text,
          keyResults: [
            aKeyResult({
              title: text,
              measure: text,
              note: text,
              status: 'held',
              milestones: [{ title: text, share: 1, done: false, by: text }],
              guards: [
                {
                  title: text,
                  unit: 'count',
                  keep: { min: 1, max: null },
                  value: null,
                  broken: null,
                  reason: text,
                },
              ],
            }),
          ],
        }),
        anObjective({ id: 'second', owner: 'b', team: 'b', title: 'Second', keyResults: [] }),
      ],
    },
    {
      definition: text,
      week: aWeek({ items: { entered: 1, left: 0, changed: 0, largest: [mover], reason: null } }),
    },
  );
  return { ...report, cycle: { ...report.cycle, id: text } };
}
