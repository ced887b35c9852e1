import { describe, expect, it } from 'vitest';
import { load, refusal, SOURCES, withKeyResult } from './support/workspace.ts';

const GIT = '  - { id: repo, kind: git, path: . }\n';

function yaml(metrics: string, metric = 'efficiency'): string {
  return `metrics:\n${metrics}\n${withKeyResult(`metric: ${metric}\nstart: 3\ntarget: 1`, `${SOURCES}${GIT}`)}`;
}

const MERGED = '  - { id: merged, measure: pull-requests-merged, window: 90d }';
const formula = (options: string, id = 'efficiency') =>
  `  - { id: ${id}, measure: formula, options: ${options} }`;
const terms = '{ merged: merged, lines: { measure: line-impact, source: repo } }';
const EACH = formula(`{ expression: lines / merged, unit: lines, terms: ${terms} }`);

describe('a formula', () => {
  it('is read with its terms, by id or written out, in any order', async () => {
    const [keyResult] =
      (await load({ 'a.yaml': yaml(`${EACH}\n${MERGED}`) })).objectives[0]?.keyResults ?? [];
    expect(keyResult).toMatchObject({ unit: 'lines', minSamples: 0 });
    expect(keyResult?.rule).toMatchObject({
      measure: 'formula',
      sources: ['gh', 'repo'],
      options: { expression: 'lines / merged', unit: 'lines' },
      window: { kind: 'days', days: 90 },
      terms: {
        merged: { measure: 'pull-requests-merged', aggregate: 'count' },
        lines: { measure: 'line-impact', sources: ['repo'] },
      },
    });
  });

  it('may stand in a key result itself', async () => {
    const inline = `{ measure: formula, options: { expression: lines / merged, terms: ${terms} } }`;
    const { objectives } = await load({ 'a.yaml': yaml(MERGED, inline) });
    expect(Object.keys(objectives[0]?.keyResults[0]?.rule.terms ?? {})).toEqual(['merged', 'lines']);
  });

  it.each([
    [
      `{ expression: "lines / ", terms: ${terms} }`,
      /expression: column \d+: expected expression after \/; it takes numbers/,
    ],
    [
      `{ expression: lines / mergd, terms: ${terms} }`,
      /expression: there is no term `mergd`; did you mean `merged`\?/,
    ],
    [`{ expression: lines * 2, terms: ${terms} }`, /terms\.merged: the expression does not use it/],
    ['{ expression: a, terms: { a: nowhere } }', /terms\.a: there is no `nowhere` under `metrics:`/],
    ['{ expression: a, terms: { a: { measure: no-such } } }', /terms\.a\.measure: unknown measure `no-such`/],
    ['{ expression: 1 + 1 }', /expression: computes from no term/],
    ['{ terms: { a: merged } }', /options\.expression: is missing/],
    ['{ expression: a, terms: { a: merged }, unit: miles }', /options\.unit: must be one of/],
    ['{ expression: a, terms: { a-b: merged } }', /must be letters, digits and `_`/],
  ])('is refused as %s', async (options, message) => {
    expect((await refusal(yaml(`${MERGED}\n${formula(options)}`))).join('\n')).toMatch(message);
  });

  it('has no source, window or conditions of its own', async () => {
    const rule = `  - { id: efficiency, measure: formula, window: 28d, options: { expression: m, terms: { m: merged } } }`;
    expect((await refusal(yaml(`${MERGED}\n${rule}`)))[0]).toMatch(/window: unknown key `window`/);
  });

  it('may not lead back to itself', async () => {
    const circle = [
      formula('{ expression: x, terms: { x: two } }'),
      formula('{ expression: x, terms: { x: efficiency } }', 'two'),
    ].join('\n');
    const faults = await refusal(yaml(circle));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/terms\.x: the formulas go in a circle: efficiency → two → efficiency/);
  });
});
