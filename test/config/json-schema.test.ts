import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { connectors as realConnectors } from '../../connectors/index.ts';
import { configurationJsonSchema } from '../../src/config/index.ts';
import { connectors, load, metrics, refusal, SOURCES, VALID, withKeyResult } from './support/workspace.ts';

// Formats are notes in draft 2020-12; strict makes Ajv refuse words that are none of JSON Schema's.
const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  validateFormats: false,
  allowUnionTypes: true,
});
const validate = ajv.compile(configurationJsonSchema({ connectors, metrics }));

function accepts(yaml: string): boolean {
  return validate(parse(yaml));
}

const LAB = `${SOURCES}  - { id: lab, kind: lighthouse, reports: [{ path: a.json }] }\n`;
const rule = (text: string) => withKeyResult(`metric: ${text}\nstart: 9\ntarget: 1`, LAB);

describe('the JSON Schema', () => {
  it('names its draft and knows every kind of source and every measure', () => {
    const text = JSON.stringify(configurationJsonSchema({ connectors: realConnectors, metrics }));
    expect(JSON.parse(text)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'krsync configuration',
      type: 'object',
      additionalProperties: false,
    });
    for (const name of [...Object.keys(realConnectors), ...metrics.keys()])
      expect(text).toContain(`"const":"${name}"`);
  });

  it('is itself valid, for the kinds of source that exist', () => {
    const compiled = new Ajv2020({
      strict: true,
      strictRequired: false,
      validateFormats: false,
      allowUnionTypes: true,
    });
    expect(() =>
      compiled.compile(configurationJsonSchema({ connectors: realConnectors, metrics })),
    ).not.toThrow();
  });

  it.each(['sources.yaml', 'okrs-web.yaml'])('accepts the shipped %s', async (name) => {
    const compiled = ajv.compile(configurationJsonSchema({ connectors: realConnectors, metrics }));
    const text = await readFile(new URL(`../../config/${name}`, import.meta.url), 'utf8');
    expect([compiled(parse(text)), compiled.errors]).toEqual([true, null]);
  });

  it('keeps the marks of the loader to itself', () => {
    expect(JSON.stringify(configurationJsonSchema({ connectors, metrics }))).not.toMatch(
      /"path":(true|false)/,
    );
  });
});

describe('the JSON Schema and the loader', () => {
  it.each([
    ['the smallest configuration', VALID],
    ['a quantity without a unit', VALID.replace('52h', '52')],
    ['a start that is measured', VALID.replace('52h', 'auto')],
    ['a band', withKeyResult('metric: { measure: lighthouse-lcp }\nkeep: { max: 2.5s, for: 90% }', LAB)],
    [
      'a shared rule',
      `metrics:\n  - { id: a, measure: releases }\n${withKeyResult('metric: a\nstart: 0\ntarget: 3')}`,
    ],
    ['options', rule('{ measure: tickets-closed, options: { subtasks: true } }')],
    ['a list of sources', rule('{ measure: tickets-closed, source: [gh] }')],
    [
      'a range of numbers',
      rule('{ measure: pull-requests-merged, where: { additions: { gte: 5, lt: 500 } } }'),
    ],
    ['a range of times', rule('{ measure: tickets-closed, where: { createdAt: { gte: 2026-10-01 } } }')],
    [
      'a negation',
      rule('{ measure: tickets-closed, where: { labels: { not: [wontfix, invalid] }, type: null } }'),
    ],
    ['how subjects join', rule('{ measure: lighthouse-lcp, combine: worst }')],
    ['a window of weeks', rule('{ measure: tickets-closed, window: 4w }')],
    [
      'everything at the top',
      `timezone: UTC\ndatabase: a.db\nsince: 2026-01-01\nschedule: "0 6 * * *"\n${VALID}`,
    ],
    [
      'a setting in one of several forms',
      VALID.replace(
        'objectives:',
        '  - { id: l, kind: lighthouse, server: { url: "https://a.example", project: p, token: t } }\nobjectives:',
      ),
    ],
  ])('both accept %s', async (_, yaml) => {
    expect([accepts(yaml), validate.errors]).toEqual([true, null]);
    await expect(load({ 'a.yaml': yaml })).resolves.toBeDefined();
  });

  it.each([
    ['an unknown section', `owner: me\n${VALID}`],
    ['incidents without conditions', `incidents: { source: gh }\n${VALID}`],
    ['incidents by conditions on nothing', `incidents: { where: {} }\n${VALID}`],
    [
      'incidents that meet deployments by a guess',
      `incidents: { where: { type: Incident }, link: guess }\n${VALID}`,
    ],
    ['an unknown kind', VALID.replace('kind: github', 'kind: gitlab')],
    ['no kind', VALID.replace('    kind: github\n', '')],
    ['an unknown setting', VALID.replace('repositories:', 'repos:')],
    ['a setting out of bounds', VALID.replace('repositories:', 'pageSize: 1000\n    repositories:')],
    ['an unknown measure', VALID.replace('pull-request-cycle-time', 'cycle-time')],
    ['an aggregate that means nothing here', rule('{ measure: tickets-closed, aggregate: nps }')],
    ['a misspelt aggregate', rule('{ measure: tickets-closed, aggregate: summ }')],
    ['an unknown field', rule('{ measure: tickets-closed, where: { repo: x } }')],
    ['a field of another record', rule('{ measure: tickets-closed, where: { bot: false } }')],
    ['a condition of the wrong type', rule('{ measure: tickets-closed, where: { labels: 3 } }')],
    ['a boolean in quotes', rule('{ measure: pull-requests-merged, where: { bot: "false" } }')],
    ['a list of nothing', rule('{ measure: tickets-closed, where: { labels: [] } }')],
    ['a range without bounds', rule('{ measure: pull-requests-merged, where: { additions: {} } }')],
    ['a time that is none', rule('{ measure: tickets-closed, where: { createdAt: { gte: yesterday } } }')],
    ['an unknown option', rule('{ measure: tickets-closed, options: { bots: true } }')],
    ['subjects joined where there are none', rule('{ measure: tickets-closed, combine: sum }')],
    ['an empty window', rule('{ measure: tickets-closed, window: 0d }')],
    ['a window of hours', rule('{ measure: tickets-closed, window: 36h }')],
    ['a number as a window', rule('{ measure: tickets-closed, window: 28 }')],
    ['words as a quantity', VALID.replace('52h', 'two days')],
    ['an unknown unit', VALID.replace('52h', '52y')],
    ['no target', VALID.replace('        target: 24h\n', '')],
    ['a start beside a band', VALID.replace('target: 24h', 'keep: { max: 24h }')],
    ['a band without limits', withKeyResult('metric: { measure: lighthouse-lcp }\nkeep: { for: 90% }', LAB)],
    ['a weight below zero', VALID.replace('    title: We', '    weight: -1\n    title: We')],
    ['a title that is a number', VALID.replace('title: Cut', 'title: 7 #')],
    ['no title', VALID.replace('    title: We ship small changes with confidence\n', '')],
    ['an objective without key results', `${VALID.split('    keyResults:')[0]}    keyResults: []\n`],
    ['an id with a slash', VALID.replace('id: fast', 'id: a/b')],
    ['a date that is none', VALID.replace('start: 2026-10-01', 'start: October')],
    ['a length of time without a unit', VALID.replace('start: 52h', 'freshness: 4\n        start: 52h')],
    ['a misspelt pace', VALID.replace('start: 52h', 'pace: lines\n        start: 52h')],
    ['text where a list belongs', VALID.replace('[acme/web]', 'acme/web')],
    ['a mapping where a list belongs', VALID.replace(/cycles:\n {2}- /, 'cycles:\n  ')],
    ['an empty value', VALID.replace('    title: We', '    owner:\n    title: We')],
  ])('both refuse %s', async (_, yaml) => {
    expect(accepts(yaml)).toBe(false);
    expect(await refusal(yaml)).not.toEqual([]);
  });

  it('agree that a number, a choice or a form may come from the environment', async () => {
    const ref = (name: string) => `\${${name}}`;
    const yaml = VALID.replace('52h', ref('START'))
      .replace('time }', `time, aggregate: "${ref('AGGREGATE')}", window: "${ref('WINDOW')}" }`)
      .replace(
        'repositories:',
        `pageSize: ${ref('SIZE')}\n    archived: ${ref('ARCHIVED')}\n    repositories:`,
      );
    const env = { START: '50h', AGGREGATE: 'p90', WINDOW: '14d', SIZE: '10', ARCHIVED: 'true' };
    expect([accepts(yaml), validate.errors]).toEqual([true, null]);
    await expect(load({ 'a.yaml': yaml }, { env })).resolves.toBeDefined();
  });
});
