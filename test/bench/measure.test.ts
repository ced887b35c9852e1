import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Bench, compare, median, runNode, type Sample } from '../../bench/measure.ts';
import { peakMemoryMb } from '../../bench/peak.ts';
import { bundleFor } from '../support/bundle.ts';

const MB = 2 ** 20;

function aBench(): Bench & { readonly said: string[] } {
  const said: string[] = [];
  return { folder: '', scale: 1, signal: new AbortController().signal, said, say: (text) => said.push(text) };
}

describe('the median', () => {
  it('is the middle one of an odd number and the mean of the two middle ones of an even number', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('a comparison', () => {
  it('runs the sides in turns and divides the median of one by that of the other', async () => {
    const order: string[] = [];
    const side = (name: string, times: number[]) => async (): Promise<Sample> => {
      order.push(name);
      return { ms: times.shift() ?? Number.NaN, peakMb: 50 };
    };
    const bench = aBench();
    const result = await compare(bench, 3, {
      subject: side('subject', [30, 90, 20]),
      floor: side('floor', [10, 20, 15]),
    });
    expect(order).toEqual(['subject', 'floor', 'subject', 'floor', 'subject', 'floor']);
    expect(result).toMatchObject({ subject: { ms: 30, peakMb: 50 }, floor: { ms: 15 }, ratio: 2 });
    expect(result.subject.samples).toHaveLength(3);
    expect(bench.said).toHaveLength(3);
  });
});

describe('a child', () => {
  it('that fails rejects with what it wrote to standard error', async () => {
    const failing = runNode(aBench(), ['-e', 'process.stderr.write("no such table"); process.exit(4)']);
    await expect(failing).rejects.toThrow(/ended with 4:\nno such table/);
  });

  it('ends when the run is interrupted', async () => {
    const controller = new AbortController();
    const waiting = runNode({ ...aBench(), signal: controller.signal }, [
      '-e',
      'setInterval(() => {}, 1000)',
    ]);
    controller.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
  });
});

describe('the peak of memory', () => {
  it('counts what was held and let go', () => {
    const before = peakMemoryMb();
    Buffer.alloc(150 * MB, 1);
    expect(peakMemoryMb()).toBeGreaterThanOrEqual(before);
    expect(peakMemoryMb()).toBeGreaterThan(150);
  });

  it.runIf(process.platform === 'linux')('is the process’s own, and not that of a large parent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'krsync-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const probe = await bundleFor(new URL('../../bench/peak.ts', import.meta.url), folder);
    const held = Buffer.alloc(200 * MB, 1);
    const tell = `import(${JSON.stringify(probe)}).then(({ peakMemoryMb }) => console.log(peakMemoryMb()))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', tell]);
    expect(Number(stdout)).toBeLessThan(150);
    expect(held).toHaveLength(200 * MB);
  });
});
