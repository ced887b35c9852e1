import { describe, expect, it } from 'vitest';
import { load, refusal, SOURCES, withKeyResult } from './support/workspace.ts';

const keyResultOf = async (yaml: string) => (await load({ 'a.yaml': yaml })).objectives[0]?.keyResults[0];
const steps = (...list: readonly string[]) =>
  withKeyResult(`milestones:\n${list.map((one) => `  - ${one}`).join('\n')}`);
const MERGED = '{ title: Merged, share: 40%, when: { metric: { measure: pull-requests-merged }, gte: 30 } }';
const SIGNED = '{ title: Signed off, share: 0.6, done: 2026-11-03, by: ana }';

describe('milestones', () => {
  it('are steps, each with what decides it, on the way from 0 to 1', async () => {
    const keyResult = await keyResultOf(steps(MERGED, SIGNED));
    expect(keyResult).toMatchObject({
      kind: 'reach',
      start: 0,
      target: 1,
      unit: 'share',
      pace: 'line',
      milestones: [
        { title: 'Merged', share: 0.4, term: 'step1', range: { gte: 30 }, doneAt: null },
        { title: 'Signed off', share: 0.6, term: null, doneAt: Date.UTC(2026, 10, 3), by: 'ana' },
      ],
      rule: { measure: 'milestones', sources: ['gh'], terms: { step1: { measure: 'pull-requests-merged' } } },
    });
  });

  it('without shares are alike, and done or not as a person says', async () => {
    const keyResult = await keyResultOf(steps('{ title: A, done: true }', '{ title: B, done: false }'));
    expect(keyResult).toMatchObject({
      milestones: [
        { share: 0.5, doneAt: 0 },
        { share: 0.5, doneAt: null },
      ],
    });
  });

  it('read the numbers that decide in the unit of the rule', async () => {
    const when = '{ title: A, when: { metric: { measure: pull-request-cycle-time }, lte: 2d } }';
    expect(await keyResultOf(steps(when))).toMatchObject({ milestones: [{ share: 1, range: { lte: 48 } }] });
  });

  it.each([
    [
      [MERGED, '{ title: B, share: 30%, done: true }'],
      /milestones: the shares add up to 70 %, and must to 100 %/,
    ],
    [[MERGED, '{ title: B, done: true }'], /milestones\[1\]\.share: is missing: give each step its share/],
    [['{ title: A }'], /give one of the two: `when`/],
    [['{ title: A, done: 2026-02-30 }'], /done: there is no day 2026-02-30/],
    [['{ title: A, when: { metric: { measure: releases } } }'], /when: must say where the number has to be/],
    [['{ title: A, when: { metric: nowhere, gte: 1 } }'], /there is no `nowhere` under `metrics:`/],
    [['{ title: A, when: { metric: { measure: releases }, gte: 3h } }'], /gte: is measured in plain counts/],
    [['{ done: true }'], /title: is missing/],
    [['{ title: A, done: true, sahre: 1 }'], /unknown key `sahre`; did you mean `share`/],
  ])('are refused as %s', async (list, message) => {
    expect((await refusal(steps(...list))).join('\n')).toMatch(message);
  });

  it('have no other goal beside them', async () => {
    const faults = await refusal(withKeyResult('milestones: [{ title: A, done: true }]\ntarget: 3'));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/target: `target` belongs to a number, and `milestones` are steps/);
  });
});

describe('guard', () => {
  const guarded = (guard: string) =>
    withKeyResult(
      `metric: { measure: pull-requests-merged }\nstart: 0\ntarget: 90\nguard:\n  - ${guard}`,
      SOURCES,
    );

  it('is a rule and a band, in the unit of the rule', async () => {
    const keyResult = await keyResultOf(
      guarded('{ title: Size, metric: { measure: pull-request-cycle-time }, keep: { max: 2d } }'),
    );
    expect(keyResult?.guards).toMatchObject([
      {
        title: 'Size',
        unit: 'hours',
        keep: { min: null, max: 48 },
        rule: { measure: 'pull-request-cycle-time' },
      },
    ]);
  });

  it.each([
    ['{ metric: { measure: releases } }', /guard\[0\]\.keep: is missing/],
    ['{ metric: { measure: releases }, keep: {} }', /keep: must give min, max or both/],
    ['{ metric: { measure: releases }, keep: { min: 3, max: 1 } }', /max is below min/],
    ['{ keep: { max: 1 } }', /guard\[0\]\.metric: is missing/],
    ['{ metric: { measure: releases }, keep: { max: 1 }, weight: 1 }', /unknown key `weight`/],
  ])('is refused as %s', async (guard, message) => {
    expect((await refusal(guarded(guard))).join('\n')).toMatch(message);
  });
});
