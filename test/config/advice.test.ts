import { describe, expect, it } from 'vitest';
import { advise } from '../../src/config/index.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';
import { load, metrics, NOW, refusal, SOURCES, VALID, withKeyResult } from './support/workspace.ts';

async function adviceOn(yaml: string, catalogue = metrics): Promise<readonly string[]> {
  return advise(await load({ 'a.yaml': yaml }), catalogue).map(
    ({ where, message, accepted }) =>
      `${where}: ${message}${accepted === null ? '' : ` (accepted: ${accepted})`}`,
  );
}

const keyResult = (id: string, measure: string, start = '9', target = '1') =>
  `      - { id: ${id}, title: A title, metric: { measure: ${measure} }, start: ${start}, target: ${target} }\n`;

const owned = (...keyResults: string[]) =>
  VALID.replace('    title: We', '    owner: ana\n    title: We')
    .split('      - id')[0]
    ?.concat(...keyResults) ?? '';

describe('advice', () => {
  it('is none for an owned objective of two outcomes', async () => {
    expect(
      await adviceOn(owned(keyResult('a', 'ticket-lead-time'), keyResult('b', 'pull-request-pickup-time'))),
    ).toEqual([]);
  });

  it('asks for an owner and a second key result', async () => {
    expect(await adviceOn(VALID)).toEqual(['fast: name an owner', 'fast: add a second key result']);
  });

  it('finds more than four key results too many', async () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((id) => keyResult(id, 'ticket-lead-time'));
    expect(await adviceOn(owned(...five))).toEqual([
      'fast: keep the four that matter most of its 5 key results',
    ]);
  });

  it('does not let activity stand alone', async () => {
    const sources = SOURCES.replace('sources:\n', 'sources:\n  - { id: repo, kind: git, path: . }\n');
    const lines = (id: string) => keyResult(id, 'line-impact, source: gh', '0', '9');
    const alone = await adviceOn(owned(lines('a'), lines('b')).replace(SOURCES, sources));
    expect(alone).toEqual(['fast: put an outcome beside line-impact']);
    expect(await adviceOn(owned(lines('a'), keyResult('b', 'ticket-lead-time')))).toEqual([]);
  });

  it('pairs what can be pushed with what would show it, once that can be measured', async () => {
    const yaml = owned(keyResult('a', 'tickets-closed', '0', '9'), keyResult('b', 'ticket-lead-time'));
    expect(await adviceOn(yaml)).toEqual(['fast: pair tickets-closed with ticket-reopen-rate']);
    const paired = owned(
      keyResult('a', 'tickets-closed', '0', '9'),
      keyResult('b', 'ticket-reopen-rate', '0.5', '0.1'),
    );
    expect(await adviceOn(paired)).toEqual([]);
    const covered = owned(keyResult('a', 'test-coverage', '0.5', '0.9'), keyResult('b', 'ticket-lead-time'));
    const reports = '{ id: cov, kind: coverage, reports: [{ path: a.json }] }';
    const withCoverage = covered.replace('sources:\n', `sources:\n  - ${reports}\n`);
    expect(await adviceOn(withCoverage)).toEqual([]);
    const withTests = withCoverage.replace('sources:\n', 'sources:\n  - { id: unit, kind: junit }\n');
    expect(await adviceOn(withTests)).toEqual(['fast: pair test-coverage with tests or test-pass-rate']);
  });

  it('doubts a target that is worse than the start', async () => {
    expect(
      await adviceOn(
        owned(keyResult('a', 'ticket-lead-time', '1d', '2d'), keyResult('b', 'releases', '0', '3')),
      ),
    ).toEqual(['fast/a: check start and target: ticket-lead-time is better when it is lower']);
  });

  it('asks how old the newest row of a table may be, where rows are counted', async () => {
    const folder = await tempFolder();
    const advised = async (rest: string, window = '') => {
      const files = {
        'config/a.yaml': `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
sources: [{ id: growth, kind: csv, tables: [{ path: a.csv, series: signups, map: { time: day, value: n } }] }]
objectives:
  - id: o
    title: O
    keyResults: [{ id: a, title: A, start: 0, target: 9, metric: { measure: signups${window} }${rest} }]
`,
      };
      await writeProject(folder, files);
      const { stdout } = await krsync(folder, ['validate', '--json'], { now: () => NOW });
      const { advice } = JSON.parse(stdout) as {
        advice: readonly { name: string; accepted: string | null }[];
      };
      return advice.filter(({ name }) => name === 'max-age').map(({ accepted }) => accepted);
    };
    expect(await advised('')).toEqual([null]);
    expect(await advised(', maxAge: 4d')).toEqual([]);
    expect(await advised(', accept: { max-age: it fills itself }')).toEqual([]);
    expect(await advised(', maxAge: 14d', ', window: 14d')).toEqual([]);
    expect(await advised(', maxAge: 14d', ', window: 7d')).toEqual([null]);
  });

  it('asks the same of one subject of a PromQL query, which may end while others go on', async () => {
    const folder = await tempFolder();
    const advised = async (rest: string) => {
      const files = {
        'config/a.yaml': `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
sources: [{ id: prom, kind: prometheus, url: "http://prom.test", queries: [{ series: signups, query: q, subject: product }] }]
objectives:
  - id: o
    title: O
    keyResults: [{ id: a, title: A, start: 0, target: 9, metric: { measure: signups${rest} }]
`,
      };
      await writeProject(folder, files);
      const { stdout } = await krsync(folder, ['validate', '--json'], { now: () => NOW });
      const { advice } = JSON.parse(stdout) as { advice: readonly { name: string; message: string }[] };
      return advice.filter(({ name }) => name === 'max-age').map(({ message }) => message);
    };
    expect(await advised(' }')).toEqual([]);
    expect(await advised(', where: { subject: shop } }')).toEqual([
      'say with `maxAge` how old the newest sample may be',
    ]);
    expect(await advised(', where: { subject: shop } }, maxAge: 2d')).toEqual([]);
  });

  it('doubts a ratio that was meant in percent', async () => {
    expect(
      await adviceOn(
        owned(keyResult('a', 'ticket-close-rate', 'auto', '90'), keyResult('b', 'ticket-lead-time')),
      ),
    ).toEqual(['fast/a: write `90%` if percent is meant']);
  });

  it('wants some weight', async () => {
    const yaml = withKeyResult('metric: { measure: ticket-lead-time }\nstart: 9\ntarget: 1\nweight: 0');
    expect(await adviceOn(yaml)).toContain('o: give a key result a weight above 0');
  });

  it('wants more than a list of tasks', async () => {
    const steps = 'milestones:\n  - { title: One, done: true }\n  - { title: Two, done: false }';
    expect(await adviceOn(withKeyResult(steps))).toContain('o: put an outcome beside its milestones');
    const beside = withKeyResult(steps).concat(keyResult('b', 'ticket-lead-time'));
    expect(await adviceOn(beside)).not.toContain('o: put an outcome beside its milestones');
  });

  it('takes the measure of a guard for a guardrail', async () => {
    const yaml = owned(keyResult('a', 'tickets-closed', '0', '9'), keyResult('b', 'ticket-lead-time'));
    const guard = 'guard: [{ metric: { measure: ticket-reopen-rate }, keep: { max: 10% } }]';
    expect(await adviceOn(yaml.replace('target: 9 }', `target: 9, ${guard} }`))).toEqual([]);
  });
});

describe('advice that is accepted', () => {
  const accepting = (accept: string, on = VALID) =>
    on.replace('    title: We', `    accept: ${accept}\n    title: We`);

  it('is told with its reason, and what is not accepted as before', async () => {
    expect(await adviceOn(accepting('{ owner: the whole team owns it }'))).toEqual([
      'fast: name an owner (accepted: the whole team owns it)',
      'fast: add a second key result',
    ]);
  });

  it('is that of a key result where it says so, or its objective does', async () => {
    const worse = (rest: string) =>
      owned(
        `      - { id: a, title: T, metric: { measure: ticket-lead-time }, start: 1, target: 2${rest} }\n`,
        keyResult('b', 'ticket-lead-time', '1', '2'),
      );
    const doubt = (id: string) =>
      `fast/${id}: check start and target: ticket-lead-time is better when it is lower`;
    expect(await adviceOn(worse(', accept: { direction: we slow down on purpose }'))).toEqual([
      `${doubt('a')} (accepted: we slow down on purpose)`,
      doubt('b'),
    ]);
    expect(
      await adviceOn(accepting('{ direction: on purpose }', worse(', accept: { direction: mine }'))),
    ).toEqual([`${doubt('a')} (accepted: mine)`, `${doubt('b')} (accepted: on purpose)`]);
  });

  it('has a name that exists, a reason, and stands where it belongs', async () => {
    expect(await refusal(accepting('{ ownr: because }'))).toEqual([
      expect.stringMatching(/objectives\[0\]\.accept\.ownr: unknown advice `ownr`; did you mean `owner`\?$/),
    ]);
    expect(await refusal(accepting('{ owner: "" }'))).toEqual([
      expect.stringMatching(/objectives\[0\]\.accept\.owner: must not be empty$/),
    ]);
    const misplaced = withKeyResult(
      'metric: { measure: ticket-lead-time }\nstart: 9\ntarget: 1\naccept: { owner: nobody }',
    );
    expect(await refusal(misplaced)).toEqual([
      expect.stringMatching(
        /accept\.owner: unknown advice `owner`; known here: direction, percent, max-age$/,
      ),
    ]);
  });
});

describe('krsync validate', () => {
  const run = async (accept: string, ...args: string[]) => {
    const cwd = await tempFolder();
    const yaml = VALID.replace('    kind: github', '    kind: github\n    token: x').replace(
      '    title: We',
      `${accept}    title: We`,
    );
    await writeProject(cwd, { 'config/a.yaml': yaml });
    return krsync(cwd, ['validate', ...args], { now: () => NOW });
  };
  const one = '    accept: { owner: all of us }\n';
  const both = '    accept: { owner: all of us, few-key-results: the board wants one number }\n';

  it('prints advice with the name that accepts it, and what was accepted with the reason', async () => {
    const { code, stdout } = await run(one, '--strict');
    expect(code).toBe(2);
    expect(stdout.split('\n').slice(1, 4)).toEqual([
      'advice: fast: add a second key result (a single number rarely shows that an objective was met; two to four do) [few-key-results]',
      'accepted: fast: owner (all of us)',
      'If it is meant so, say why: accept: { few-key-results: "the reason" }',
    ]);
  });

  it('does not fail with --strict on what was accepted', async () => {
    expect((await run('', '--strict')).code).toBe(2);
    const { code, stdout } = await run(both, '--strict', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: true,
      advice: [],
      accepted: [
        { name: 'owner', where: 'fast', accepted: 'all of us' },
        { name: 'few-key-results', where: 'fast', accepted: 'the board wants one number' },
      ],
    });
  });
});
