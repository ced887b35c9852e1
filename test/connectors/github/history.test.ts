import { describe, expect, it } from 'vitest';
import { historyOf, type Present } from '../../../connectors/github/history.ts';
import type { TimelineNode } from '../../../connectors/github/nodes.ts';

const at = (day: number) => Date.parse('2026-10-01T00:00:00Z') + day * 86_400_000;
const NOW: Present = { labels: [], milestone: null, updatedAt: at(30) };

function event(typename: string, day: number, detail: Partial<TimelineNode> = {}): TimelineNode {
  return { __typename: typename, createdAt: at(day), closer: null, ...detail };
}
const labeled = (day: number, name: string) => event('LabeledEvent', day, { label: { name } });
const unlabeled = (day: number, name: string) => event('UnlabeledEvent', day, { label: { name } });
const milestoned = (day: number, milestoneTitle: string) => event('MilestonedEvent', day, { milestoneTitle });
const demilestoned = (day: number, milestoneTitle: string) =>
  event('DemilestonedEvent', day, { milestoneTitle });

describe('the history of labels', () => {
  it('ends at the labels of now and tells what stood before each change', () => {
    const history = historyOf([labeled(1, 'bug'), labeled(2, 'ui'), unlabeled(3, 'bug')], {
      ...NOW,
      labels: ['ui'],
    });
    expect(history).toEqual([
      { field: 'labels', at: at(1), from: [], to: ['bug'] },
      { field: 'labels', at: at(2), from: ['bug'], to: expect.arrayContaining(['bug', 'ui']) },
      { field: 'labels', at: at(3), from: expect.arrayContaining(['bug', 'ui']), to: ['ui'] },
    ]);
  });

  it('makes one change of those of one moment, and none of a back and forth', () => {
    const together = historyOf([labeled(1, 'bug'), labeled(1, 'ui')], { ...NOW, labels: ['bug', 'ui'] });
    expect(together).toEqual([{ field: 'labels', at: at(1), from: [], to: ['bug', 'ui'] }]);
    expect(historyOf([labeled(1, 'bug'), unlabeled(1, 'bug')], NOW)).toEqual([]);
  });

  it('passes over a label whose removal GitHub does not tell, as when it was deleted', () => {
    expect(historyOf([labeled(1, 'gone')], NOW)).toEqual([]);
  });
});

describe('the history of milestones', () => {
  it.each([
    ['left first', [demilestoned(2, 'M1'), milestoned(2, 'M2')]],
    ['entered first', [milestoned(2, 'M2'), demilestoned(2, 'M1')]],
  ])('makes one change of a move from one to another, %s', (_, move) => {
    const history = historyOf([milestoned(1, 'M1'), ...move], { ...NOW, milestone: 'M2' });
    expect(history).toEqual([
      { field: 'milestone', at: at(1), from: null, to: 'M1' },
      { field: 'milestone', at: at(2), from: 'M1', to: 'M2' },
    ]);
  });

  it('calls a milestone that was renamed by its name of now', () => {
    const history = historyOf([milestoned(1, 'Old'), demilestoned(2, 'Old'), milestoned(3, 'Old')], {
      ...NOW,
      milestone: 'New',
    });
    expect(history.map(({ from, to }) => [from, to])).toEqual([
      [null, 'New'],
      ['New', null],
      [null, 'New'],
    ]);
  });
});

describe('the history of the state', () => {
  const closed = (day: number) => event('ClosedEvent', day);
  const reopened = (day: number) => event('ReopenedEvent', day);
  const categories = (timeline: readonly TimelineNode[], present: Partial<Present>) =>
    historyOf(timeline, { ...NOW, ...present })
      .filter((change) => change.field === 'statusCategory')
      .map((change) => [(change.at - at(0)) / 86_400_000, change.to]);

  it('tells every closing and reopening', () => {
    const timeline = [closed(2), reopened(3), closed(5)];
    expect(categories(timeline, { closed: { at: at(5) } })).toEqual([
      [2, 'done'],
      [3, 'new'],
      [5, 'done'],
    ]);
    expect(
      historyOf(timeline, { ...NOW, closed: { at: at(5) } }).filter((change) => change.field === 'status'),
    ).toHaveLength(3);
  });

  it('takes a closing of what is closed, for another reason, as no change', () => {
    expect(categories([closed(2), closed(4)], { closed: { at: at(4) } })).toEqual([[2, 'done']]);
  });

  it('agrees with the issue where the timeline lacks the last event', () => {
    expect(categories([], { closed: { at: at(4) } })).toEqual([[4, 'done']]);
    expect(categories([closed(2)], { closed: null, updatedAt: at(6) })).toEqual([
      [2, 'done'],
      [6, 'new'],
    ]);
  });
});

describe('the history of type and draft', () => {
  it('tells of types that were set, changed and removed', () => {
    const timeline = [
      event('IssueTypeAddedEvent', 1, { issueType: { name: 'Bug' } }),
      event('IssueTypeChangedEvent', 2, { issueType: { name: 'Task' }, prevIssueType: { name: 'Bug' } }),
      event('IssueTypeRemovedEvent', 3, { issueType: { name: 'Task' } }),
    ];
    expect(historyOf(timeline, { ...NOW, type: null }).map(({ from, to }) => [from, to])).toEqual([
      [null, 'Bug'],
      ['Bug', 'Task'],
      ['Task', null],
    ]);
  });

  it('tells of a draft that became ready, went back, and became ready again', () => {
    const timeline = [
      event('ReadyForReviewEvent', 1),
      event('ConvertToDraftEvent', 2),
      event('ReadyForReviewEvent', 3),
    ];
    expect(historyOf(timeline, { ...NOW, draft: false })).toEqual([
      { field: 'draft', at: at(1), from: true, to: false },
      { field: 'draft', at: at(2), from: false, to: true },
      { field: 'draft', at: at(3), from: true, to: false },
    ]);
  });

  it('passes over events of kinds that nobody asked for', () => {
    expect(historyOf([{ __typename: 'PinnedEvent', closer: null }], NOW)).toEqual([]);
  });
});
