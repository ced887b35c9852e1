import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/index.ts';
import {
  CYCLES,
  faultsOf,
  load,
  OBJECTIVES,
  refusal,
  SOURCES,
  VALID,
  withKeyResult,
} from './support/workspace.ts';

describe('every fault', () => {
  it('is told in one go, in the order of files and lines, with its place and path', async () => {
    const faults = await refusal({
      'okrs.yaml': OBJECTIVES.replace('title: We', 'tittle: We')
        .replace('24h', '52h')
        .replace('pull-request-cycle-time', 'pull-request-cycletime'),
      'sources.yaml': `${SOURCES.replace('[acme/web]', 'acme/web').replace('github', 'githup')}${CYCLES}`,
    });
    expect(faults).toEqual([
      'okrs.yaml:3:5 objectives[0].tittle: unknown key `tittle`; did you mean `title`?',
      'okrs.yaml:7:28 objectives[0].keyResults[0].metric.measure: unknown measure `pull-request-cycletime`; did you mean `pull-request-cycle-time`?',
      'sources.yaml:3:11 sources[0].kind: must be one of github, git, coverage, lighthouse, jira, pipelines, junit, vault, not "githup"; did you mean `github`?',
    ]);
  });

  it('stands in the message of the error, one a line', async () => {
    const refused = load({ 'a.yaml': VALID.replace('24h', 'soon').replace('52h', '52x') });
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toThrow(
      /^config\/a\.yaml:14:16: objectives\[0\]\.keyResults\[0\]\.start: must be .*\nconfig\/a\.yaml:15:17: /,
    );
  });

  it('counts list items as they stand in their own file', async () => {
    const faults = await faultsOf({
      'a.yaml': VALID,
      'b.yaml': OBJECTIVES.replaceAll('fast', 'other').replace('target: 24h', 'target: ten'),
    });
    expect(faults).toMatchObject([{ file: 'config/b.yaml', path: 'objectives[0].keyResults[0].target' }]);
  });
});

describe('a file', () => {
  it.each([
    ['', '1:1 : the file is empty'],
    ['# only a comment\n', '1:1 : the file is empty'],
    ['- a\n- b\n', '1:1 : the file must be a mapping of sections such as `sources:` and `objectives:`'],
    ['just text', '1:1 : the file must be a mapping of sections such as `sources:` and `objectives:`'],
    ['a: 1\n---\nb: 2\n', '2:1 : the file holds several documents; put each into a file of its own'],
    ['cycles:\n\t- a\n', '2:1 : tabs do not indent in YAML; use spaces'],
    ['sources: !secret x\n', '1:10 : Unresolved tag: !secret'],
    ['sources: *nowhere\n', '1:10 sources: there is no anchor `&nowhere` before this'],
    ['{ a: [1, 2 }', '1:12 : '],
    ['{ title: Ship: now }', 'text that holds `: ` must stand in quotes'],
    ['title: Ship: now', 'text that holds `: ` must stand in quotes'],
  ])('%j is refused', async (text, fault) => {
    expect((await refusal(text)).join('\n')).toContain(fault);
  });

  it.each([60, 400, 20_000])('of lists in lists %d deep is refused', async (depth) => {
    const faults = await refusal(`${VALID}a: ${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(faults.join('\n')).toContain('it is nested too deeply');
  });

  it('with an alias inside its own anchor is refused', async () => {
    expect((await refusal(`${VALID}a: &a [*a]\n`)).join('\n')).toContain('it is nested too deeply');
  });

  it('that is not UTF-8, or far too large, is refused', async () => {
    expect(await refusal({ 'a.yaml': Uint8Array.of(0x61, 0x3a, 0x20, 0xff) })).toEqual([
      'a.yaml:1:1 : the file is not UTF-8 text',
    ]);
    expect(await refusal({ 'a.yaml': `# ${'x'.repeat(1024 * 1024)}` })).toEqual([
      'a.yaml:1:1 : the file is larger than 1 MiB',
    ]);
  });

  it('whose aliases expand without bound is refused, and quickly', async () => {
    const levels = [...'abcdefghij'].map((name, i, all) =>
      i === 0
        ? `${name}: &${name} [x,x,x,x,x,x,x,x,x]`
        : `${name}: &${name} [${`*${all[i - 1]},`.repeat(9)}]`,
    );
    const began = performance.now();
    expect((await refusal(levels.join('\n'))).join('\n')).toContain('the file holds too many values');
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('that gives a key twice is refused with both places', async () => {
    expect(await refusal(VALID.replace('start: 52h', 'start: 52h\n        start: 50h'))).toEqual([
      'a.yaml:15:9 objectives[0].keyResults[0].start: `start` is given twice; first at config/a.yaml:14:9',
    ]);
  });

  it('that cannot be parsed hides no fault of the others, and makes none', async () => {
    const faults = await refusal({
      'sources.yaml': 'sources: [\n',
      'b.yaml': `${CYCLES}${OBJECTIVES.replace('52h', 'ten').replace('time }', 'time, source: gh }')}`,
    });
    expect(faults).toEqual([
      expect.stringMatching(/^b\.yaml:10:16 objectives\[0\]\.keyResults\[0\]\.start: must be/),
      expect.stringMatching(/^sources\.yaml:2:1 : /),
    ]);
  });

  it('that cannot be read makes no fault of what it would have said', async () => {
    const files = { 'b.yaml': `${CYCLES}${OBJECTIVES.replace('time }', 'time, source: gh }')}` };
    expect(await refusal({ ...files, 'sources.yaml': Uint8Array.of(0xff) })).toEqual([
      'sources.yaml:1:1 : the file is not UTF-8 text',
    ]);
    expect(await refusal({ ...files, 'sources.yaml/README.md': '' })).toEqual([
      expect.stringMatching(/^sources\.yaml:1:1 : the file cannot be read: it is a folder/),
    ]);
  });

  it('with a key that is no word is refused', async () => {
    expect(await refusal(`? [a, b]\n: c\n${VALID}`)).toEqual(['a.yaml:1:3 : a key must be a plain word']);
  });

  it('with merge keys is refused with the way out', async () => {
    const faults = await refusal(VALID.replace('    title: We', '    <<: { owner: ana }\n    title: We'));
    expect(faults).toEqual([
      'a.yaml:9:5 objectives[0]["<<"]: merge keys (`<<`) are not supported; write the keys out',
    ]);
  });
});

describe('a configuration', () => {
  it('that is not there, or holds no file, is refused', async () => {
    const [missing] = await refusal(VALID, { path: 'elsewhere' });
    expect(missing).toBe(
      'elsewhere:1:1 : the configuration cannot be read: it does not exist; --config names a folder or a file',
    );
    expect(await refusal({ 'readme.md': '' })).toContain('config:1:1 : the folder holds no *.yaml file');
  });

  it('without cycles, sources or objectives is refused', async () => {
    expect(await refusal('timezone: UTC\n')).toEqual([
      'config:1:1 cycles: there is no `cycles:` section in config',
      'config:1:1 sources: there is no `sources:` section in config',
      'config:1:1 objectives: there is no `objectives:` section in config',
    ]);
    expect(await refusal(`${CYCLES}sources:\nobjectives: []\n`)).toEqual([
      'a.yaml:3:1 sources: is empty: add an item or leave the key out',
      'a.yaml:4:13 objectives: is empty: add an item or leave the key out',
    ]);
  });

  it('that gives a scalar or an id in two files is refused with both places', async () => {
    const faults = await refusal({
      'a.yaml': `timezone: UTC\n${VALID}`,
      'b.yaml': `timezone: UTC\n${VALID}`,
    });
    expect(faults).toEqual([
      'b.yaml:1:1 timezone: `timezone` is given twice; first at config/a.yaml:1:1',
      'b.yaml:3:11 cycles[0].id: the id `2026-Q4` is given twice; first at config/a.yaml:3:11',
      'b.yaml:5:9 sources[0].id: the id `gh` is given twice; first at config/a.yaml:5:9',
      'b.yaml:9:9 objectives[0].id: the id `fast` is given twice; first at config/a.yaml:9:9',
    ]);
  });
});

/** Each replaces one piece of the valid configuration; all that is said about it. */
const WRONG: readonly (readonly [string, string, string, string])[] = [
  // The top.
  ['cycles:', 'timezome: UTC\ncycles:', '1:1 timezome', 'unknown key `timezome`; did you mean `timezone`?'],
  ['cycles:', 'timezone: Mars/Base\ncycles:', '1:11 timezone', 'is not a time zone'],
  ['cycles:', 'timezone: 2\ncycles:', '1:11 timezone', 'must be text, not 2; write it in quotes: "2"'],
  ['cycles:', 'owner: ana\ncycles:', '1:1 owner', 'unknown key `owner`; known here: timezone, database,'],
  ['cycles:', 'since: yesterday\ncycles:', '1:8 since', 'must be a date such as 2026-10-01'],
  ['cycles:', 'since: 2026-02-30\ncycles:', '1:8 since', 'there is no such day or time'],
  ['cycles:', 'since: 2030-01-01\ncycles:', '1:8 since', 'lies in the future'],
  ['cycles:', 'schedule: "61 * * * *"\ncycles:', '1:11 schedule', 'is not a cron expression'],
  ['cycles:', 'schedule: "0 0 31 2 *"\ncycles:', '1:11 schedule', 'is not a cron expression'],
  ['cycles:', 'database:\ncycles:', '1:1 database', 'is empty: give it a value or leave the key out'],
  // Cycles.
  ['start: 2026-10-01', 'start: 2026-10-32', '2:27 cycles[0].start', 'there is no day 2026-10-32'],
  ['start: 2026-10-01', 'start: soon', '2:27 cycles[0].start', 'must be a date such as 2026-10-01'],
  ['end: 2026-12-31', 'end: 2026-09-30', '2:44 cycles[0].end', 'the cycle ends before it starts, 2026-10-01'],
  [', end: 2026-12-31', '', '2:5 cycles[0].end', 'is missing'],
  ['id: 2026-Q4', 'id: Q4/26', '2:11 cycles[0].id', 'must be letters, digits'],
  ['id: 2026-Q4', 'id: 2026', '2:11 cycles[0].id', 'must be letters, digits'],
  [
    'sources:',
    '  - { id: b, start: 2026-12-31, end: 2027-03-31 }\nsources:',
    '3:5 cycles[1]',
    'the cycle `b` overlaps `2026-Q4`, 2026-10-01 to 2026-12-31 (config/a.yaml:2:5)',
  ],
  // Sources.
  ['kind: github', 'kind: git-hub', '5:11 sources[0].kind', 'did you mean `github`?'],
  ['    kind: github\n', '', '4:5 sources[0].kind', 'is missing; it is one of github, git,'],
  ['[acme/web]', 'acme/web', '6:19 sources[0].repositories', 'must be a list, not "acme/web"'],
  ['[acme/web]', '[]', '6:19 sources[0].repositories', 'must not be empty'],
  [
    '[acme/web]',
    '[acme/web, 7]',
    '6:30 sources[0].repositories[1]',
    'must be text, not 7; write it in quotes: "7"',
  ],
  ['repositories:', 'repos: [a]\n    repositories:', '6:5 sources[0].repos', 'did you mean `repositories`?'],
  ['repositories:', 'pageSize: 1000\n    repositories:', '6:15 sources[0].pageSize', 'must be at most 100'],
  [
    'repositories:',
    'archived: yes\n    repositories:',
    '6:15 sources[0].archived',
    'must be true or false, not "yes"',
  ],
  ['  - id: gh', '  - text\n  - id: gh', '4:5 sources[0]', 'must be a mapping'],
  // Objectives.
  ['    title: We', '    titel: We', '9:5 objectives[0].titel', 'did you mean `title`?'],
  [
    'title: We ship small changes with confidence',
    'title: " "',
    '9:12 objectives[0].title',
    'must not be empty',
  ],
  ['    title: We', '    weight: -1\n    title: We', '9:13 objectives[0].weight', 'must not be below zero'],
  [
    '    title: We',
    '    weight: heavy\n    title: We',
    '9:13 objectives[0].weight',
    'must be a number, not "heavy"',
  ],
  [
    '    title: We',
    '    cycle: 2026-Q3\n    title: We',
    '9:12 objectives[0].cycle',
    'there is no cycle `2026-Q3`; did you mean `2026-Q4`?',
  ],
  [
    '    title: We',
    '    parent: fats\n    title: We',
    '9:13 objectives[0].parent',
    'there is no objective `fats`',
  ],
  [
    '    title: We',
    '    parent: fast\n    title: We',
    '9:13 objectives[0].parent',
    'the parents go in a circle: fast → fast',
  ],
  ['    keyResults:', '    keyResult:', '10:5 objectives[0].keyResult', 'did you mean `keyResults`?'],
  // Key results.
  ['start: 52h', 'start: 24h', '15:17 objectives[0].keyResults[0].target', 'start and target are the same'],
  ['start: 52h', 'strat: 52h', '14:9 objectives[0].keyResults[0].strat', 'did you mean `start`?'],
  [
    'start: 52h',
    'start: 80%',
    '14:16 objectives[0].keyResults[0].start',
    'is measured in hours, not in percent',
  ],
  [
    'start: 52h',
    'start: 1,5h',
    '14:16 objectives[0].keyResults[0].start',
    'a decimal point, no thousands separator',
  ],
  ['start: 52h', 'start: .nan', '14:16 objectives[0].keyResults[0].start', 'must be a number, or a quantity'],
  [
    '        start: 52h\n',
    '',
    '11:9 objectives[0].keyResults[0].start',
    'is missing: give the value at the start of the cycle, or `auto`',
  ],
  [
    'start: 52h',
    'pace: slow\n        start: 52h',
    '14:15 objectives[0].keyResults[0].pace',
    'must be one of auto, line, not "slow"',
  ],
  [
    'start: 52h',
    'freshness: 4\n        start: 52h',
    '14:20 objectives[0].keyResults[0].freshness',
    'must be a length of time such as 36h',
  ],
  [
    'start: 52h',
    'maxAge: 0d\n        start: 52h',
    '14:17 objectives[0].keyResults[0].maxAge',
    'must be a length of time',
  ],
  [
    'start: 52h',
    'minSamples: 1.5\n        start: 52h',
    '14:21 objectives[0].keyResults[0].minSamples',
    'must be a whole number, not 1.5',
  ],
  // Rules.
  [
    '{ measure: pull-request-cycle-time }',
    'cycle',
    '13:17 objectives[0].keyResults[0].metric',
    'there is no `cycle` under `metrics:`',
  ],
  [
    '{ measure: pull-request-cycle-time }',
    'releases',
    '13:17 objectives[0].keyResults[0].metric',
    '`releases` is a measure: write { measure: releases }',
  ],
  [
    '{ measure: pull-request-cycle-time }',
    '[a]',
    '13:17 objectives[0].keyResults[0].metric',
    'must be a rule such as',
  ],
  [
    '{ measure: pull-request-cycle-time }',
    '{ mesure: x }',
    '13:19 objectives[0].keyResults[0].metric.mesure',
    'did you mean `measure`?',
  ],
  [
    'time }',
    'time, aggregate: medium }',
    '13:64 objectives[0].keyResults[0].metric.aggregate',
    'did you mean `median`?',
  ],
  [
    'time }',
    'time, aggregate: nps }',
    '13:64 objectives[0].keyResults[0].metric.aggregate',
    'must be one of mean, median,',
  ],
  ['time }', 'time, window: 0d }', '13:61 objectives[0].keyResults[0].metric.window', 'is empty'],
  [
    'time }',
    'time, window: 36h }',
    '13:61 objectives[0].keyResults[0].metric.window',
    'must be whole days or weeks',
  ],
  [
    'time }',
    'time, window: 28 }',
    '13:61 objectives[0].keyResults[0].metric.window',
    'must be whole days or weeks',
  ],
  [
    'time }',
    'time, source: hg }',
    '13:61 objectives[0].keyResults[0].metric.source',
    'there is no source `hg`',
  ],
  [
    'time }',
    'time, source: [gh, gx] }',
    '13:66 objectives[0].keyResults[0].metric.source[1]',
    'there is no source `gx`',
  ],
  [
    'time }',
    'time, options: { comment: true } }',
    '13:64 objectives[0].keyResults[0].metric.options.comment',
    'unknown key `comment`',
  ],
  [
    'time }',
    'time, combine: mean }',
    '13:53 objectives[0].keyResults[0].metric.combine',
    'unknown key `combine`',
  ],
  [
    'time }',
    'time, where: { repo: x } }',
    '13:62 objectives[0].keyResults[0].metric.where.repo',
    'unknown field `repo`; did you mean `repository`?',
  ],
  [
    'time }',
    'time, where: { labels: 3 } }',
    '13:70 objectives[0].keyResults[0].metric.where.labels',
    'must be text',
  ],
  [
    'time }',
    'time, where: { labels: [] } }',
    '13:70 objectives[0].keyResults[0].metric.where.labels',
    'a list of nothing matches nothing',
  ],
  [
    'time }',
    'time, where: { labels: { nott: x } } }',
    '13:72 objectives[0].keyResults[0].metric.where.labels.nott',
    'did you mean `not`?',
  ],
  [
    'time }',
    'time, where: { bot: "no" } }',
    '13:67 objectives[0].keyResults[0].metric.where.bot',
    'must be true or false',
  ],
  [
    'time }',
    'time, where: { additions: { gte: "5" } } }',
    '13:80 objectives[0].keyResults[0].metric.where.additions.gte',
    'must be a number',
  ],
  [
    'time }',
    'time, where: { additions: { gte: 5, lt: 5 } } }',
    '13:73 objectives[0].keyResults[0].metric.where.additions',
    'the range is empty',
  ],
  [
    'time }',
    'time, where: { additions: {} } }',
    '13:73 objectives[0].keyResults[0].metric.where.additions',
    'must give gte, gt, lte or lt',
  ],
  [
    'time }',
    'time, where: { repository: { gte: 1 } } }',
    '13:74 objectives[0].keyResults[0].metric.where.repository',
    'must be text (with `*`',
  ],
  [
    'time }',
    'time, where: { mergedAt: 2026-10-01 } }',
    '13:72 objectives[0].keyResults[0].metric.where.mergedAt',
    'must be a range of times such as',
  ],
  [
    'time }',
    'time, where: { mergedAt: { gte: 2026-13-01 } } }',
    '13:79 objectives[0].keyResults[0].metric.where.mergedAt.gte',
    'there is no such day or time',
  ],
];

describe('what is wrong', () => {
  it.each(WRONG)('%s becomes %s', async (piece, replacement, place, message) => {
    expect(VALID).toContain(piece);
    const faults = await refusal(VALID.replace(piece, replacement));
    expect(faults.join('\n')).toContain(message);
    expect(faults).toEqual([expect.stringContaining(`a.yaml:${place}`)]);
  });

  it('in a share that is a bare percentage comes with the right way', async () => {
    const sources = `${SOURCES}  - { id: cov, kind: coverage, reports: [{ path: b.json }] }\n`;
    const metric = 'metric: { measure: test-coverage }';
    expect(await refusal(withKeyResult(`${metric}\nstart: 0.61\ntarget: 80`, sources))).toEqual([
      'a.yaml:16:17 objectives[0].keyResults[0].target: a share lies between 0 and 1, or 0% and 100%; write `80%`',
    ]);
    expect(await refusal(withKeyResult(`${metric}\nkeep: { min: 80%, for: 95 }`, sources))).toEqual([
      'a.yaml:15:32 objectives[0].keyResults[0].keep.for: a share lies between 0 and 1, or 0% and 100%; write `95%`',
    ]);
    expect(await refusal(withKeyResult(`${metric}\nkeep: { min: 80%, max: 70% }`, sources))).toEqual([
      'a.yaml:15:32 objectives[0].keyResults[0].keep.max: max is below min, so nothing lies inside the band',
    ]);
    expect(await refusal(withKeyResult(`${metric}\nkeep: { for: 90% }`, sources))).toEqual([
      'a.yaml:15:15 objectives[0].keyResults[0].keep: must give min, max or both',
    ]);
  });

  it('is told where no source brings the records, or several do', async () => {
    const metric = 'metric: { measure: releases }\nstart: 0\ntarget: 6';
    const cov = 'sources:\n  - { id: cov, kind: coverage, reports: [{ path: b.json }] }\n';
    expect(await refusal(withKeyResult(metric, cov))).toEqual([
      'a.yaml:11:28 objectives[0].keyResults[0].metric.measure: no source brings releases or tags, which `releases` reads',
    ]);
    const git = `${SOURCES}  - { id: repo, kind: git, path: . }\n`;
    expect(await refusal(withKeyResult(metric, git))).toEqual([
      'a.yaml:14:28 objectives[0].keyResults[0].metric.measure: `gh` and `repo` all bring releases or tags: say which with `source`, one id or a list',
    ]);
    const named = metric.replace('releases }', 'releases, source: cov }');
    expect(await refusal(withKeyResult(named, cov + SOURCES.replace('sources:\n', '')))).toEqual([
      'a.yaml:14:46 objectives[0].keyResults[0].metric.source: `cov` is a coverage source and brings no releases or tags, which `releases` reads',
    ]);
  });

  it('is told for a key result that both reaches and keeps', async () => {
    const faults = await refusal(VALID.replace('start: 52h', 'keep: { max: 24h }\n        start: 52h'));
    expect(faults).toEqual([
      'a.yaml:15:9 objectives[0].keyResults[0].start: `start` belongs to a value to reach, and `keep` is a band to stay in: give one of the two',
      'a.yaml:16:9 objectives[0].keyResults[0].target: `target` belongs to a value to reach, and `keep` is a band to stay in: give one of the two',
    ]);
  });

  it('in a shared rule is told once, however many use it', async () => {
    const faults = await refusal(
      `metrics:\n  - { id: lead, measure: ticket-lead-tim }\n${withKeyResult('metric: lead\nstart: 3d\ntarget: 1d')}`,
    );
    expect(faults).toEqual([
      'a.yaml:2:26 metrics[0].measure: unknown measure `ticket-lead-tim`; did you mean `ticket-lead-time`?',
    ]);
  });

  it('says how a series is read where its name is taken for a measure', async () => {
    const wrong = (sources: string) =>
      refusal(sources.replace('measure: pull-request-cycle-time', 'measure: orders'));
    expect(await wrong(VALID)).toEqual([expect.stringMatching(/unknown measure `orders`; .* lists them$/)]);
    const samples = '  - { id: cov, kind: coverage, reports: [{ path: x.json, subject: web }] }\nobjectives:';
    expect(await wrong(VALID.replace('objectives:', samples))).toEqual([
      expect.stringContaining('a series is read by `measure: sample` with `options: { series: orders }`'),
    ]);
  });

  it('is told for two key results of one objective with one id', async () => {
    const faults = await refusal(
      `${VALID}      - { id: cycle-time, title: Again, metric: { measure: releases }, start: 0, target: 3 }\n`,
    );
    expect(faults).toEqual([
      'a.yaml:16:15 objectives[0].keyResults[1].id: the id `cycle-time` is given twice; first at config/a.yaml:11:13',
    ]);
  });

  it('is told for parents that go in a circle, at each of them', async () => {
    const objective = (id: string, parent: string) =>
      OBJECTIVES.replace('objectives:\n', '').replace('id: fast', `id: ${id}\n    parent: ${parent}`);
    const faults = await refusal(
      `${CYCLES}${SOURCES}objectives:\n${objective('a', 'b')}${objective('b', 'c')}${objective('c', 'b')}`,
    );
    expect(faults).toEqual([
      'a.yaml:18:13 objectives[1].parent: the parents go in a circle: b → c → b',
      'a.yaml:27:13 objectives[2].parent: the parents go in a circle: c → b → c',
    ]);
  });

  it('inside one form of a union is told for the form that was meant', async () => {
    const lab = (settings: string) =>
      `${VALID}`.replace('objectives:', `  - { id: lab, kind: lighthouse, ${settings} }\nobjectives:`);
    expect(await refusal(lab('server: { url: nowhere, project: p, token: t }'))).toEqual([
      'a.yaml:7:49 sources[1].server.url: must be a URL, not "nowhere"',
    ]);
    expect(await refusal(lab('reports: [{ pth: a.json }]'))).toEqual([
      'a.yaml:7:46 sources[1].reports[0].pth: unknown key `pth`; did you mean `path`?',
    ]);
  });

  it('by a connector’s own check is told where the connector says', async () => {
    expect(
      await refusal(VALID.replace('objectives:', '  - { id: v, kind: vault, path: nowhere }\nobjectives:')),
    ).toEqual(['a.yaml:7:33 sources[1].path: path leads nowhere']);
  });
});
