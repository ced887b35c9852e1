import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/domain/time.ts';
import { CYCLES, load, OBJECTIVES, SOURCES, VALID, withKeyResult } from './support/workspace.ts';

describe('a valid configuration', () => {
  it('comes out with every default filled in', async () => {
    const { cwd, ...configuration } = await load({ 'a.yaml': VALID });
    expect(configuration).toEqual({
      timezone: 'UTC',
      cycles: [{ id: '2026-Q4', start: '2026-10-01', end: '2026-12-31' }],
      database: join(cwd, 'krsync.db'),
      // 92 days of the cycle and 28 of the window before its start.
      since: Date.UTC(2026, 9, 1) - (92 + 28) * DAY,
      revise: 14 * DAY,
      schedule: null,
      sources: [
        {
          id: 'gh',
          kind: 'github',
          settings: { repositories: ['acme/web'], pageSize: 100, archived: false },
          directory: join(cwd, 'config'),
        },
      ],
      objectives: [
        {
          id: 'fast',
          title: 'We ship small changes with confidence',
          owner: null,
          team: null,
          focusArea: null,
          parent: null,
          cycle: null,
          weight: 1,
          keyResults: [
            {
              kind: 'reach',
              id: 'cycle-time',
              objectiveId: 'fast',
              title: 'Cut the median pull request cycle time to 24 h',
              start: 52,
              target: 24,
              pace: 'auto',
              unit: 'hours',
              weight: 1,
              minSamples: 1,
              freshness: 4 * DAY,
              maxAge: null,
              rule: {
                measure: 'pull-request-cycle-time',
                sources: ['gh'],
                where: { bot: false },
                options: {},
                aggregate: 'median',
                window: { kind: 'days', days: 28 },
                combine: null,
              },
            },
          ],
        },
      ],
      channels: [],
      secrets: [],
    });
  });

  it('may come from a single file, whose neighbours are not read', async () => {
    const { objectives } = await load(
      { 'a.yaml': VALID, 'b.yaml': 'nonsense: [' },
      { path: 'config/a.yaml' },
    );
    expect(objectives).toHaveLength(1);
  });

  it('joins the lists of all files of a folder, in the order of their names', async () => {
    const { sources, objectives } = await load({
      'b.yaml': SOURCES,
      'c.yml': OBJECTIVES.replaceAll('fast', 'second'),
      'a.yaml': `${CYCLES}${OBJECTIVES}`,
      'notes.txt': 'not: [read',
      '.hidden.yaml': 'not: [read',
    });
    expect(sources.map((s) => s.id)).toEqual(['gh']);
    expect(objectives.map((o) => o.id)).toEqual(['fast', 'second']);
  });

  it('keeps what was said where a default would apply', async () => {
    const { objectives, since, revise, timezone, database, cwd } = await load({
      'a.yaml': `timezone: Europe/Stockholm
database: ../data/my.db
since: 2026-07-01
revise: 3d
${withKeyResult(`
metric: { measure: tickets-closed, source: gh, where: { type: bug }, options: { subtasks: true }, aggregate: perWeek, window: 4w }
start: auto
target: 12
weight: 0.5
freshness: 36h
maxAge: 2w
minSamples: 3
pace: line`)}`,
    });
    expect({ since, revise, timezone, database }).toEqual({
      since: Date.UTC(2026, 5, 30, 22),
      revise: 3 * DAY,
      timezone: 'Europe/Stockholm',
      database: join(cwd, 'data/my.db'),
    });
    expect(objectives[0]?.keyResults[0]).toMatchObject({
      start: 'auto',
      target: 12,
      unit: 'per week',
      weight: 0.5,
      freshness: 36 * HOUR,
      maxAge: 14 * DAY,
      minSamples: 3,
      pace: 'line',
      rule: {
        where: { type: 'bug' },
        options: { subtasks: true },
        aggregate: 'perWeek',
        window: { days: 28 },
      },
    });
  });

  it('counts events since the cycle began, and measures levels over 28 days', async () => {
    const window = async (metric: string) =>
      (await load({ 'a.yaml': withKeyResult(`metric: ${metric}\nstart: 0\ntarget: 5`) })).objectives[0]
        ?.keyResults[0]?.rule.window;
    expect(await window('{ measure: tickets-closed }')).toEqual({ kind: 'cycleToDate' });
    expect(await window('{ measure: tickets-closed, aggregate: perDay }')).toEqual({
      kind: 'days',
      days: 28,
    });
    expect(await window('{ measure: tickets-open }')).toEqual({ kind: 'days', days: 28 });
    expect(await window('{ measure: ticket-lead-time }')).toEqual({ kind: 'days', days: 28 });
    expect(await window('{ measure: tickets-closed, window: cycle }')).toEqual({ kind: 'cycle' });
  });

  it('asks for no sample where nothing is a true zero', async () => {
    const samples = async (metric: string) =>
      (await load({ 'a.yaml': withKeyResult(`metric: ${metric}\nstart: 9\ntarget: 0`) })).objectives[0]
        ?.keyResults[0]?.minSamples;
    expect(await samples('{ measure: tickets-open }')).toBe(0);
    expect(await samples('{ measure: ticket-lead-time }')).toBe(1);
  });

  it('tells staleness from the longest gap of the schedule', async () => {
    const { objectives, schedule } = await load({ 'a.yaml': `schedule: "15 6 * * 1-5"\n${VALID}` });
    expect(schedule).toBe('15 6 * * 1-5');
    // Friday to Monday, and a day.
    expect(objectives[0]?.keyResults[0]?.freshness).toBe(4 * DAY);
    const daily = await load({ 'a.yaml': `schedule: "15 6 * * *"\n${VALID}` });
    expect(daily.objectives[0]?.keyResults[0]?.freshness).toBe(2 * DAY);
  });

  it('shares one rule between key results', async () => {
    const { objectives } = await load({
      'rules.yaml': 'metrics:\n  - { id: lead, measure: ticket-lead-time, aggregate: p90 }\n',
      'a.yaml': withKeyResult('metric: lead\nstart: 10d\ntarget: 5d'),
    });
    expect(objectives[0]?.keyResults[0]).toMatchObject({
      start: 240,
      target: 120,
      rule: { measure: 'ticket-lead-time', aggregate: 'p90' },
    });
  });

  it('reads a band to stay in', async () => {
    const sources = `${SOURCES}  - { id: lab, kind: lighthouse, reports: [{ path: a.json }] }\n`;
    const keep = async (band: string) =>
      (
        await load({
          'a.yaml': withKeyResult(`metric: { measure: lighthouse-lcp, window: 7d }\nkeep: ${band}`, sources),
        })
      ).objectives[0]?.keyResults[0];
    expect(await keep('{ max: 2.5s, for: 90% }')).toMatchObject({
      kind: 'keep',
      keep: { min: null, max: 2500, for: 0.9 },
      unit: 'milliseconds',
    });
    expect(await keep('{ min: 800ms, max: 3000 }')).toMatchObject({
      keep: { min: 800, max: 3000, for: 0.95 },
    });
  });

  it('takes samples from the kind of source that the series is named after', async () => {
    const sources = `${SOURCES}  - { id: lab, kind: lighthouse, reports: [{ path: a.json }] }
  - { id: cov, kind: coverage, reports: [{ path: b.json }] }
`;
    const rule = async (measure: string) =>
      (
        await load({
          'a.yaml': withKeyResult(`metric: { measure: ${measure} }\nstart: 0\ntarget: 1`, sources),
        })
      ).objectives[0]?.keyResults[0]?.rule.sources;
    expect(await rule('lighthouse-performance')).toEqual(['lab']);
    expect(await rule('test-coverage')).toEqual(['cov']);
  });

  it('takes the several sources that are named', async () => {
    const sources = `${SOURCES}  - { id: gh2, kind: github, repositories: [acme/api] }\n`;
    const { objectives } = await load({
      'a.yaml': withKeyResult(
        'metric: { measure: releases, source: [gh2, gh] }\nstart: 0\ntarget: 6',
        sources,
      ),
    });
    expect(objectives[0]?.keyResults[0]?.rule.sources).toEqual(['gh2', 'gh']);
  });

  it('lets a rule put back what its metric leaves out', async () => {
    const { objectives } = await load({
      'a.yaml': withKeyResult(
        'metric: { measure: pull-requests-merged, where: { bot: [true, false], repository: "acme/*" } }\nstart: 0\ntarget: 6',
      ),
    });
    expect(objectives[0]?.keyResults[0]?.rule.where).toEqual({ bot: [true, false], repository: 'acme/*' });
  });

  it('reads times in `where` in the configured zone', async () => {
    const { objectives } = await load({
      'a.yaml': `timezone: Europe/Stockholm\n${withKeyResult(
        'metric: { measure: tickets-closed, where: { createdAt: { gte: 2026-10-01, lt: 2026-12-01T12:00:00+02:00 }, resolvedAt: { not: null } } }\nstart: 0\ntarget: 6',
      )}`,
    });
    expect(objectives[0]?.keyResults[0]?.rule.where).toEqual({
      createdAt: { gte: Date.UTC(2026, 8, 30, 22), lt: Date.UTC(2026, 11, 1, 10) },
      resolvedAt: { not: null },
    });
  });

  it('puts cycles in the order of their start', async () => {
    const { cycles } = await load({
      'a.yaml': `cycles:
  - { id: b, start: 2027-01-01, end: 2027-03-31 }
  - { id: a, start: 2026-10-01, end: 2026-12-31 }
${SOURCES}${OBJECTIVES}`,
    });
    expect(cycles.map((c) => c.id)).toEqual(['a', 'b']);
  });

  it('pulls one cycle and the longest window before the current cycle, else before the latest', async () => {
    const at = async (now: number) =>
      (
        await load(
          {
            'a.yaml': withKeyResult(
              'metric: { measure: ticket-lead-time, window: 90d }\nstart: 9\ntarget: 1',
            ),
          },
          { now },
        )
      ).since;
    const before = Date.UTC(2026, 9, 1) - (92 + 90) * DAY;
    expect(await at(Date.UTC(2026, 10, 24))).toBe(before);
    expect(await at(Date.UTC(2027, 5, 1))).toBe(before);
  });

  it('aligns objectives across files', async () => {
    const { objectives } = await load({
      'a.yaml': VALID.replace('    title: We', '    parent: company\n    cycle: 2026-Q4\n    title: We'),
      'b.yaml': OBJECTIVES.replace('id: fast', 'id: company'),
    });
    expect(objectives.map((o) => [o.id, o.parent, o.cycle])).toEqual([
      ['fast', 'company', '2026-Q4'],
      ['company', null, null],
    ]);
  });

  it('reads anchors and aliases', async () => {
    const { objectives } = await load({
      'a.yaml': VALID.replace(
        '{ measure: pull-request-cycle-time }',
        '&rule { measure: pull-request-cycle-time }',
      ).concat(`      - id: again
        title: The same once more
        metric: *rule
        start: 50h
        target: 20h
`),
    });
    const [one, two] = objectives[0]?.keyResults ?? [];
    expect(two?.rule).toEqual(one?.rule);
  });
});

describe('the database', () => {
  it('is the environment’s before the configuration’s', async () => {
    const { database, cwd } = await load(
      { 'a.yaml': `database: a.db\n${VALID}` },
      { env: { KRSYNC_DATABASE: 'b.db' } },
    );
    expect(database).toBe(join(cwd, 'b.db'));
  });

  it('is relative to the file that names it', async () => {
    const { database, cwd } = await load({ 'a.yaml': `database: a.db\n${VALID}` });
    expect(database).toBe(join(cwd, 'config/a.db'));
  });
});

it('a secret that was pasted into a title or a team is in no text that is shown, and channels still find the team', async () => {
  const { objectives, channels, sources } = await load({
    'a.yaml': `${CYCLES}
sources:
  - { id: gh, kind: github, repositories: [acme/web], token: 'pasted&token' }
channels:
  - { id: hook, kind: webhook, url: https://hooks.acme.dev/a, teams: [Web pasted&token] }
objectives:
  - id: o
    title: Objective pasted&token
    team: Web pasted&token
    keyResults:
      - id: k
        title: Key result pasted&token
        start: 0
        target: 40
        metric: { measure: pull-requests-merged, where: { title: 'pasted&token*' } }
`,
  });
  const [objective] = objectives;
  expect(objective).toMatchObject({ title: 'Objective [redacted]', team: 'Web [redacted]' });
  expect(objective?.keyResults[0]).toMatchObject({
    title: 'Key result [redacted]',
    rule: { where: { title: 'pasted&token*' } },
  });
  expect(channels[0]?.rules.only.teams).toEqual(['Web [redacted]']);
  expect(sources[0]?.settings).toMatchObject({ token: 'pasted&token' });
});
