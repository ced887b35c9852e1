import { describe, expect, it } from 'vitest';
import { isStretched } from '../../src/okr/progress.ts';
import { composeMessage } from '../../src/report/compose.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderStatus } from '../../src/report/terminal/status.ts';
import { stretchWords } from '../../src/report/words.ts';
import { aKeyResult, anObjective, aReport, aStatus } from '../support/models.ts';

describe('a stretch', () => {
  it('is reached at its very value and beyond, whichever way the target lies', () => {
    const down = (value: number) => isStretched({ target: 24, stretch: 12 }, value, (52 - value) / 28);
    expect([30, 24, 12.5, 12, 3].map(down)).toEqual([false, false, false, true, true]);
    const up = (value: number) => isStretched({ target: 10, stretch: 12 }, value, value / 10);
    expect([9, 10, 11.9, 12, 13].map(up)).toEqual([false, false, false, true, true]);
  });

  it('is not reached without a value, nor before the target', () => {
    expect(isStretched({ target: 10, stretch: 12 }, null, null)).toBe(false);
    // A start that was measured beyond the target turns the way round.
    expect(isStretched({ target: 10, stretch: 12 }, 13, -2)).toBe(false);
    expect(isStretched({ target: 10 }, 20, 2)).toBe(false);
  });

  it('stands beside the target on every surface, and says so once it is reached', () => {
    const open = aKeyResult({ stretch: 12 });
    const done = aKeyResult({ stretch: 12, current: 11, progress: 1.46, stretchReached: true });
    expect([open, done, aKeyResult()].map(stretchWords)).toEqual([
      'stretch 12 h',
      'stretch of 12 h reached',
      null,
    ]);
    const model = aStatus({ objectives: [anObjective({ keyResults: [done] })] });
    const report = aReport({ objectives: model.objectives });
    expect(renderStatus(model, { width: 100, color: false, unicode: true })).toContain(
      'stretch of 12 h reached',
    );
    expect(renderMarkdown(report)).toContain('stretch of 12 h reached');
    const { objectives } = composeMessage(model, {
      id: 'm',
      kind: 'digest',
      subject: '',
      summary: '',
      objectives: model.objectives,
      notices: [],
      changeOf: () => null,
    });
    expect(objectives[0]?.keyResults[0]?.details).toContain('stretch of 12 h reached');
  });
});
