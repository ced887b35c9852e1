import { describe, expect, it } from 'vitest';
import { valueAt, valuesOf } from '../../../src/metrics/engine/history.ts';
import { aTicket } from '../../support/records.ts';

const ticket = aTicket({
  estimate: 8,
  history: [
    { field: 'labels', at: 5, from: [], to: ['bug'] },
    { field: 'estimate', at: 10, from: null, to: 3 },
    { field: 'estimate', at: 20, from: 3, to: 5 },
  ],
});

describe('what a field held', () => {
  it('at a moment includes the changes of that moment', () => {
    expect([9, 10, 19, 20, 99].map((at) => valueAt(ticket, 'estimate', at))).toEqual([null, 3, 3, 5, 5]);
  });

  it('over time has no gap, and ends with its last change', () => {
    const [never, forever] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(valuesOf(ticket, 'estimate')).toEqual([
      { value: null, from: never, until: 10 },
      { value: 3, from: 10, until: 20 },
      { value: 5, from: 20, until: forever },
    ]);
  });

  it('is its current value where no change of it is known', () => {
    expect(valueAt(ticket, 'sprint', 0)).toBeNull();
    const unread = aTicket({ estimate: 2, history: null });
    expect(valueAt(unread, 'estimate', 0)).toBe(2);
    expect(valuesOf(unread, 'estimate')).toHaveLength(1);
  });
});
