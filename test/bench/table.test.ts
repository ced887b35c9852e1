import { describe, expect, it } from 'vitest';
import type { Comparison, Outcome } from '../../bench/measure.ts';
import { growth, renderTable } from '../../bench/table.ts';

function aComparison(ms: readonly [number, number], peakMb: readonly [number, number]): Comparison {
  const [subject, floor] = [0, 1].map((i) => ({ ms: ms[i] ?? 0, peakMb: peakMb[i] ?? 0, samples: [] }));
  if (!subject || !floor) throw new Error('two sides');
  return { subject, floor, ratio: subject.ms / floor.ms };
}

function anOutcome(own: Partial<Outcome>): Outcome {
  return {
    title: 'store: 100,000 records',
    once: aComparison([3_000, 2_000], [110, 100]),
    aim: 2,
    doubled: aComparison([6_000, 4_000], [120, 101]),
    notes: [],
    ...own,
  };
}

describe('the table', () => {
  it('shows medians, their ratio, the peaks of memory and what a doubled history adds to them', () => {
    const row = renderTable([anOutcome({})])
      .split('\n')[2]
      ?.split(/ {2,}/);
    expect(row).toEqual([
      'store: 100,000 records',
      '3,000 ms',
      '2,000 ms',
      '1.50x',
      '≤ 2x',
      '110 MB',
      '100 MB',
      '+9.1 %',
      '+1.0 %',
      '≤ 10 %',
    ]);
  });

  it('says which aims were missed', () => {
    const row = renderTable([
      anOutcome({ aim: 1.3, doubled: aComparison([6_000, 4_000], [130, 100]) }),
    ]).split('\n')[2];
    expect(row).toMatch(/missed ≤ 1\.3x/);
    expect(row).toMatch(/missed ≤ 10 %$/);
  });

  it('leaves empty what a row for the record does not have', () => {
    const outcome = anOutcome({ aim: null, doubled: null });
    expect(growth(outcome, 'subject')).toBeNull();
    expect(renderTable([outcome]).split('\n')[2]).toMatch(/1\.50x\s+none\s+110 MB\s+100 MB$/);
  });

  it('puts every group over its columns, and the notes below with the name of their scenario', () => {
    const [groups = '', , row = '', , note] = renderTable([anOutcome({ notes: ['4.9 kB an issue.'] })]).split(
      '\n',
    );
    expect(groups.match(/[a-z]+ [a-z]+/g)).toEqual(['median time', 'peak memory', 'history doubled']);
    expect(groups).toHaveLength(row.length);
    expect(note).toBe('store: 4.9 kB an issue.');
  });
});
