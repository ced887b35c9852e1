import { formatCount, formatDuration } from '../../report/format.ts';
import { type Context, createContext } from '../../report/terminal/context.ts';
import type { SyncEvent } from '../../sync/contract.ts';
import type { Progress, ProgressOptions } from './progress.ts';
import { createTally, type SourceTally } from './tally.ts';

const LINE_MS = 10_000;

/** Calm lines for a log: when a source begins, every ten seconds while it moves, what fails, and the end. */
export function lineProgress(options: ProgressOptions): Progress {
  const { stream, terminal, now } = options;
  const context = createContext({ ...terminal, color: false });
  const tally = createTally();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const said = new Map<string, number>();

  function write(source: string, words: string): void {
    stream.write(`${context.text(source)}: ${words}\n`);
  }
  function report(): void {
    for (const source of tally.sources()) {
      // A source that is through, or has brought nothing since, has nothing to add.
      if (source.current === null || said.get(source.source) === source.records) continue;
      said.set(source.source, source.records);
      write(source.source, runningWords(context, source, now()));
    }
  }
  function onEvent(event: SyncEvent): void {
    const known = tally.sources().some(({ source }) => source === event.key.source);
    tally.add(event, now());
    if (!known) write(event.key.source, 'started');
    if (event.type === 'member-failed') {
      // Why, and what to do, the summary at the end says once for all that failed alike.
      write(event.key.source, `${context.text(`${event.key.stream} ${event.key.member}`)} failed`);
    }
    if (timer !== undefined || stopped) return;
    timer = setInterval(report, LINE_MS);
    timer.unref();
  }
  function stop(): void {
    if (stopped) return;
    stopped = true;
    clearInterval(timer);
    for (const source of tally.sources()) write(source.source, endWords(context, source, now()));
  }
  return { onEvent, stop };
}

function runningWords(context: Context, source: SourceTally, now: number): string {
  const words = [
    formatCount(source.records, 'record'),
    source.current === null ? '' : context.text(source.current.name),
    formatDuration((now - source.startedAt) / 1000),
  ];
  return context.own(words.filter((word) => word !== '').join(', '));
}

function endWords(context: Context, source: SourceTally, now: number): string {
  const words = [
    source.current === null ? 'done' : 'stopped',
    formatCount(source.records, 'record'),
    `${source.complete} complete`,
    ...(source.failed > 0 ? [`${source.failed} failed`] : []),
    formatDuration(((source.current === null ? source.lastAt : now) - source.startedAt) / 1000),
  ];
  return context.own(words.join(', '));
}
