import { describe, expect, it } from 'vitest';
import { cutToFit } from '../../src/notify/layout.ts';
import { aMessage, aMessageKeyResult, aMessageObjective } from '../support/messages.ts';

const items = Array.from({ length: 5 }, (_, i) => ({ text: `item ${i}`, url: null }));
const message = aMessage({
  objectives: [
    aMessageObjective({
      keyResults: (['on_track', 'off_track'] as const).map((status, i) =>
        aMessageKeyResult({ id: i === 0 ? 'a' : 'b', status, items, details: ['a detail'] }),
      ),
    }),
  ],
});

/** The message in so many lines. */
function linesIn(room: number): readonly string[] {
  return cutToFit(
    message,
    ({ message: { objectives }, more }) => [
      ...objectives.flatMap(({ title, keyResults }) => [
        title,
        ...keyResults.flatMap((one) => [one.id, ...one.details, ...one.items.map(({ text }) => text)]),
      ]),
      ...(more === null ? [] : [more]),
    ],
    (lines) => lines.length <= room,
  );
}

describe('a message that is too long', () => {
  it('loses its items from the end of each list, then its details, then its last lines', () => {
    expect(linesIn(15)).toHaveLength(15);
    expect(linesIn(14).filter((line) => line.startsWith('item'))).toEqual([
      ...['item 0', 'item 1', 'item 2'],
      ...['item 0', 'item 1', 'item 2'],
    ]);
    expect(linesIn(10).filter((line) => line.startsWith('item'))).toEqual(['item 0', 'item 0']);
    // What needs a look keeps its item longer.
    expect(linesIn(6).slice(1)).toEqual(['a', 'a detail', 'b', 'a detail', 'item 0']);
    expect(linesIn(5).slice(1)).toEqual(['a', 'a detail', 'b', 'a detail']);
    expect(linesIn(4).slice(1)).toEqual(['a', 'b']);
    expect(linesIn(2).at(-1)).toMatch(/^…and \d more, see krsync status$/);
  });
});
