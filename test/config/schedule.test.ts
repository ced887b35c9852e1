import { createTask } from 'node-cron';
import { describe, expect, it } from 'vitest';
import { readSchedule } from '../../src/config/schedule.ts';
import { DAY, HOUR } from '../../src/domain/time.ts';

async function gapOf(expression: string): Promise<number> {
  const read = await readSchedule(expression);
  if ('fault' in read) throw new Error(read.fault);
  return read.longestGap;
}

/** The longest gap between the next runs as the scheduler itself finds them. */
function longestOf(expression: string, count: number): number {
  const task = createTask(expression, () => undefined, { timezone: 'Etc/UTC' });
  try {
    const runs = task.getNextRuns(count).map((run) => run.getTime());
    return Math.max(...runs.slice(1).map((run, i) => run - (runs[i] ?? run)));
  } finally {
    task.destroy();
  }
}

describe('the longest gap of a schedule', () => {
  it.each([
    ['15 6 * * *', DAY],
    ['15 6 * * 1-5', 3 * DAY],
    ['0 * * * *', HOUR],
    ['*/10 * * * *', HOUR / 6],
    ['0 8,20 * * *', DAY / 2],
    ['0 8,17 * * 1-5', 3 * DAY - 9 * HOUR],
    ['0 6 * 1-3 *', 276 * DAY],
    ['0 6 29 2 *', 4 * 365.25 * DAY],
    ['@daily', DAY],
  ])('%s is known', async (expression, gap) => {
    expect(await gapOf(expression)).toBe(gap);
  });

  // Enough runs of each for its calendar to come round: what the scheduler itself would wait.
  it.each([
    ['30 9,14 * * 2,4', 40],
    ['5-50/15 7-9 * * *', 60],
    ['0 12 1,15 * *', 60],
    ['0 12 L * *', 60],
    ['0 12 L-2 * *', 60],
    ['0 12 1W * *', 60],
    ['0 12 15W * *', 60],
    ['0 12 LW * *', 60],
    ['0 12 * * 5L', 60],
    ['0 12 * * 5#2', 60],
    ['0 12 * * 0#5', 30],
    ['0 12 * * 7', 20],
    ['0 12 13 * 5', 50],
    ['30 0 12 * * 1', 20],
  ])('%s is what the scheduler waits', async (expression, count) => {
    expect(await gapOf(expression)).toBe(longestOf(expression, count));
  });
});

describe('a schedule that is none', () => {
  it.each(['', 'daily', '* * *', '60 * * * *', '0 0 31 2 *', '0 25 * * *'])(
    '%j is refused with the reason',
    async (expression) => {
      expect(await readSchedule(expression)).toEqual({ fault: expect.stringMatching(/cron expression/) });
    },
  );
});
