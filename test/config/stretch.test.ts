import { describe, expect, it } from 'vitest';
import { load, refusal, withKeyResult } from './support/workspace.ts';

const LEAD = 'metric: { measure: ticket-lead-time }';
const NOT_BEYOND = /stretch: must lie beyond the target, which is what is promised$/;

async function stretchOf(yaml: string): Promise<unknown> {
  const { objectives } = await load({ 'a.yaml': withKeyResult(yaml) });
  return objectives[0]?.keyResults[0];
}

describe('a stretch beyond the target', () => {
  it('is read in the unit of the value', async () => {
    expect(await stretchOf(`${LEAD}\nstart: 10d\ntarget: 5d\nstretch: 2d`)).toMatchObject({
      target: 120,
      stretch: 48,
    });
  });

  it('is none where none is given', async () => {
    expect(await stretchOf(`${LEAD}\nstart: 10d\ntarget: 5d`)).not.toHaveProperty('stretch');
  });

  it.each([
    'start: 10d\ntarget: 5d\nstretch: 6d',
    'start: 10d\ntarget: 5d\nstretch: 5d',
    'start: 5d\ntarget: 10d\nstretch: 7d',
    'start: auto\ntarget: 5d\nstretch: 6d',
    'start: auto\ntarget: 5d\nstretch: 5d',
  ])('lies on the far side of the target: %j does not', async (goal) => {
    expect(await refusal(withKeyResult(`${LEAD}\n${goal}`))).toEqual([expect.stringMatching(NOT_BEYOND)]);
  });

  it('with a start that is measured lies where the measure is better', async () => {
    expect(await stretchOf(`${LEAD}\nstart: auto\ntarget: 5d\nstretch: 2d`)).toMatchObject({ stretch: 48 });
  });

  it('is not told beside a start that equals its target', async () => {
    expect(await refusal(withKeyResult(`${LEAD}\nstart: 5d\ntarget: 5d\nstretch: 2d`))).toEqual([
      expect.stringMatching(/target: start and target are the same/),
    ]);
  });

  it('belongs to a value to reach', async () => {
    expect(await refusal(withKeyResult(`${LEAD}\nkeep: { max: 5d }\nstretch: 2d`))).toEqual([
      expect.stringMatching(/stretch: `stretch` belongs to a value to reach/),
    ]);
    const steps = 'milestones:\n  - { title: One, done: true }\nstretch: 2d';
    expect(await refusal(withKeyResult(steps))).toEqual([
      expect.stringMatching(/stretch: `stretch` belongs to a number/),
    ]);
  });
});
