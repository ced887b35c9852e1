import { describe, expect, it } from 'vitest';
import { compileWhere } from '../../../src/metrics/engine/where.ts';
import { aTicket, at } from '../../support/records.ts';

const matches = (where: Parameters<typeof compileWhere>[0], record: object) =>
  compileWhere(where).matches(record).length > 0;

describe('where', () => {
  it('compares text without regard to case', () => {
    expect(matches({ type: 'bug' }, aTicket({ type: 'Bug' }))).toBe(true);
    expect(matches({ type: 'bug' }, aTicket({ type: 'Story' }))).toBe(false);
  });

  it('takes any of a list, and any element of a list field', () => {
    expect(matches({ labels: ['bug', 'crash'] }, aTicket({ labels: ['ui', 'crash'] }))).toBe(true);
    expect(matches({ labels: ['bug', 'crash'] }, aTicket({ labels: ['ui'] }))).toBe(false);
  });

  it('reads * as any characters and everything else as itself', () => {
    expect(matches({ repository: 'acme/lib-*' }, aTicket({ repository: 'acme/lib-ui' }))).toBe(true);
    expect(matches({ repository: 'acme/lib-*' }, aTicket({ repository: 'acme/web' }))).toBe(false);
    expect(matches({ milestone: 'v1.0 (beta)*' }, aTicket({ milestone: 'v1.0 (beta) two' }))).toBe(true);
    expect(matches({ milestone: 'v1.0*' }, aTicket({ milestone: 'v1x0' }))).toBe(false);
  });

  it('negates, and finds what is absent by null', () => {
    expect(matches({ labels: { not: 'bug' } }, aTicket({ labels: [] }))).toBe(true);
    expect(matches({ labels: { not: ['bug', 'ui'] } }, aTicket({ labels: ['ui'] }))).toBe(false);
    expect(matches({ milestone: null }, aTicket({ milestone: null }))).toBe(true);
    expect(matches({ labels: null }, aTicket({ labels: ['bug'] }))).toBe(false);
  });

  it('compares numbers and times by range, and never matches what is missing', () => {
    expect(matches({ estimate: { gte: 3, lt: 8 } }, aTicket({ estimate: 3 }))).toBe(true);
    expect(matches({ estimate: { gte: 3, lt: 8 } }, aTicket({ estimate: 8 }))).toBe(false);
    expect(matches({ estimate: { lte: 8 } }, aTicket({ estimate: null }))).toBe(false);
  });

  it('reads a field with history as of the day, half-open like a window', () => {
    const moved = at('2026-10-10');
    const ticket = aTicket({
      milestone: 'v2',
      history: [{ field: 'milestone', at: moved, from: 'v1', to: 'v2' }],
    });
    expect(compileWhere({ milestone: 'v1' }).matches(ticket)).toEqual([
      { from: Number.NEGATIVE_INFINITY, until: moved },
    ]);
    expect(compileWhere({ milestone: 'v2' }).matches(ticket)).toEqual([
      { from: moved, until: Number.POSITIVE_INFINITY },
    ]);
  });

  it('meets several dated conditions only while all hold', () => {
    const ticket = aTicket({
      type: 'Bug',
      labels: ['ui'],
      history: [
        { field: 'labels', at: 10, from: [], to: ['ui'] },
        { field: 'type', at: 20, from: 'Story', to: 'Bug' },
        { field: 'labels', at: 30, from: ['ui'], to: [] },
      ],
    });
    expect(compileWhere({ type: 'bug', labels: 'ui' }).matches(ticket)).toEqual([{ from: 20, until: 30 }]);
  });
});
