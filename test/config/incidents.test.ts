import { describe, expect, it } from 'vitest';
import { load, refusal, SOURCES, withKeyResult } from './support/workspace.ts';

const JIRA = '  - { id: jira, kind: jira }\n';
const PIPELINES = '  - { id: ci, kind: pipelines }\n';
const GIT = '  - { id: repo, kind: git, path: . }\n';
const ALL = `${SOURCES}${JIRA}${PIPELINES}${GIT}`;
const INCIDENTS = 'incidents: { source: jira, where: { type: Incident } }\n';
const keyResult = (rule: string, goal = 'start: 0\ntarget: 0.5') => `metric: ${rule}\n${goal}`;
const ruleOf = async (yaml: string) => (await load({ 'a.yaml': yaml })).objectives[0]?.keyResults[0]?.rule;

describe('the incidents section', () => {
  it('reaches the rules whose measure reads incidents, and no other', async () => {
    const yaml = (measure: string) =>
      `${INCIDENTS}${withKeyResult(keyResult(`{ measure: ${measure} }`), ALL)}`;
    const incidents = { sources: ['jira'], where: { type: 'Incident' }, link: 'explicit', services: {} };
    expect(await ruleOf(yaml('change-fail-rate'))).toMatchObject({
      sources: ['ci'],
      incidents,
      joins: { pull_request: ['gh'], commit: ['repo'] },
    });
    expect(await ruleOf(yaml('incidents'))).toMatchObject({ sources: ['jira'], incidents });
    expect(await ruleOf(yaml('deployment-frequency'))).not.toHaveProperty('incidents');
  });

  it('reads services, and joins no commits where the latest deployment is meant', async () => {
    const section =
      'incidents: { source: jira, where: { type: Incident }, link: latest, services: { checkout: acme/web } }\n';
    const rule = await ruleOf(`${section}${withKeyResult(keyResult('{ measure: change-fail-rate }'), ALL)}`);
    expect(rule?.incidents).toMatchObject({ link: 'latest', services: { checkout: 'acme/web' } });
    expect(rule).not.toHaveProperty('joins');
  });

  it('is asked for by the measures that need it', async () => {
    const faults = await refusal(withKeyResult(keyResult('{ measure: incidents }'), ALL));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(
      /metric\.measure: `incidents` needs the `incidents:` section, which says which/,
    );
  });

  it('says which tickets, from a source that brings some', async () => {
    const wrong = async (section: string) =>
      (
        await refusal(
          `incidents: ${section}\n${withKeyResult(keyResult('{ measure: ticket-close-rate, source: gh }'), ALL)}`,
        )
      )[0];
    expect(await wrong('{ source: jira }')).toMatch(/^a\.yaml:1:12 incidents\.where: is missing: say which/);
    expect(await wrong('{ source: jira, where: {} }')).toMatch(/incidents\.where: must name at least one/);
    expect(await wrong('{ source: jira, where: { kind: x } }')).toMatch(
      /incidents\.where\.kind: unknown field/,
    );
    expect(await wrong('{ source: ci, where: { type: x } }')).toMatch(
      /brings no tickets, which the `incidents:`/,
    );
    expect(await wrong('{ where: { type: x } }')).toMatch(/`gh` and `jira` all bring tickets: say which/);
    expect(await wrong('{ source: jira, where: { type: x }, link: guess }')).toMatch(/explicit, latest/);
    expect(await wrong('[]')).toMatch(/incidents: must be a mapping/);
  });

  it('given in two files is refused with both places', async () => {
    const faults = await refusal({
      'a.yaml': `${INCIDENTS}${withKeyResult(keyResult('{ measure: incidents }'), ALL)}`,
      'b.yaml': INCIDENTS,
    });
    expect(faults).toEqual(['b.yaml:1:1 incidents: `incidents` is given twice; first at config/a.yaml:1:1']);
  });
});

describe('a rule over several record types', () => {
  it('takes each side from the source that brings it', async () => {
    const rule = await ruleOf(
      withKeyResult(keyResult('{ measure: change-lead-time }', 'start: 9d\ntarget: 1d'), ALL),
    );
    expect(rule).toMatchObject({ sources: ['ci', 'gh'], joins: { commit: ['repo'] } });
  });

  it('asks only for what its options read', async () => {
    const frequency = (options: string, sources: string) =>
      withKeyResult(keyResult(`{ measure: deployment-frequency${options} }`, 'start: 1\ntarget: 5'), sources);
    expect((await refusal(frequency('', SOURCES)))[0]).toContain('no source brings deployments');
    const releases = ', options: { deployments: { from: releases } }';
    expect((await ruleOf(frequency(releases, SOURCES)))?.sources).toEqual(['gh']);
    const tags = ', options: { deployments: { from: tags } }, where: { tag: v1 }';
    expect((await refusal(frequency(tags, ALL)))[0]).toMatch(/where\.tag: is no field of tags/);
  });

  it('takes samples that a stream names, though other sources bring samples too', async () => {
    const both = `${SOURCES}  - { id: unit, kind: junit }\n  - { id: cov, kind: coverage, reports: [{ path: a }] }\n`;
    const rule = await ruleOf(withKeyResult(keyResult('{ measure: test-pass-rate }'), both));
    expect(rule?.sources).toEqual(['unit']);
  });

  it('costs what is logged at an hourly rate, without waiting for samples of other things', async () => {
    const cost = (options: string) =>
      withKeyResult(
        keyResult(`{ measure: cost${options} }`, 'start: 0\ntarget: 9'),
        `${ALL}  - { id: unit, kind: junit }\n`,
      );
    expect((await ruleOf(cost(', options: { hourlyRate: 80 }')))?.sources).toEqual(['jira']);
    expect((await ruleOf(cost(', source: unit')))?.options).toEqual({});
  });
});

describe('options that decide', () => {
  it('the unit in which start and target are read', async () => {
    const yaml = withKeyResult(
      keyResult(
        '{ measure: sample, options: { series: checkout, unit: milliseconds } }',
        'start: 2s\ntarget: 800ms',
      ),
      '  '.replace('  ', `${SOURCES}  - { id: unit, kind: junit }\n`),
    );
    const [first] = (await load({ 'a.yaml': yaml })).objectives[0]?.keyResults ?? [];
    expect(first).toMatchObject({ unit: 'milliseconds', start: 2000, target: 800 });
  });

  it('what is required, and in which of several forms', async () => {
    const wrong = async (options: string) =>
      refusal(withKeyResult(keyResult(`{ measure: tickets-tested-share${options} }`), SOURCES));
    expect(await wrong('')).toHaveLength(1);
    expect((await wrong(', options: { tested: { lable: qa } }'))[0]).toContain('did you mean `label`');
    expect((await wrong(', options: { tested: { where: { labels: 3 } } }'))[0]).toContain('where.labels');
    const rule = await ruleOf(
      withKeyResult(
        keyResult('{ measure: tickets-tested-share, options: { tested: { pullRequest: true } } }'),
        SOURCES,
      ),
    );
    expect(rule).toMatchObject({ sources: ['gh'], joins: { pull_request: ['gh'] } });
  });
});

describe('a window', () => {
  it.each(['week', 'previousWeek', 'month', 'previousMonth', 'previousCycle', 'cycle', 'cycleToDate'])(
    'may be %s',
    async (window) => {
      const rule = await ruleOf(
        withKeyResult(keyResult(`{ measure: ticket-close-rate, window: ${window} }`), SOURCES),
      );
      expect(rule?.window).toEqual({ kind: window });
    },
  );

  it('in weeks is so many times seven days', async () => {
    const rule = await ruleOf(
      withKeyResult(keyResult('{ measure: ticket-close-rate, window: 4w }'), SOURCES),
    );
    expect(rule?.window).toEqual({ kind: 'days', days: 28 });
  });
});
