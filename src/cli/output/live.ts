import { formatCount, formatDuration, formatNumber } from '../../report/format.ts';
import { bar } from '../../report/terminal/bar.ts';
import { type Context, createContext } from '../../report/terminal/context.ts';
import { displayWidth, padEnd, padStart, truncate } from '../../report/terminal/width.ts';
import type { SyncEvent } from '../../sync/contract.ts';
import type { Progress, ProgressOptions } from './progress.ts';
import { createTally, type SourceTally, type Tally } from './tally.ts';

const FRAME_MS = 120;

/** One moving line per source, drawn over itself. */
export function liveProgress(options: ProgressOptions): Progress {
  const { stream, terminal, now } = options;
  const tally = createTally();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let draw: ((text: string) => void) | undefined;
  let finish: (() => void) | undefined;
  let frame = 0;

  function text(running: boolean): string {
    // A window may be resized while one waits.
    const context = createContext({ ...terminal, width: (stream.columns ?? terminal.width) - 1 });
    return liveLines(context, tally, { now: now(), frame, running }).join('\n');
  }
  async function begin(): Promise<void> {
    const { createLogUpdate } = await import('log-update');
    if (stopped) return;
    // Hiding the cursor would hook the signals, and their handling is not the display's to touch.
    const log = createLogUpdate(stream, { showCursor: true });
    draw = log;
    finish = log.done;
    draw(text(true));
  }
  function onEvent(event: SyncEvent): void {
    tally.add(event, now());
    if (timer !== undefined || stopped) return;
    timer = setInterval(() => {
      frame += 1;
      draw?.(text(true));
    }, FRAME_MS);
    timer.unref();
    // Without the package the final lines still come.
    begin().catch(() => undefined);
  }
  function stop(): void {
    if (stopped) return;
    stopped = true;
    clearInterval(timer);
    if (tally.sources().length === 0) return;
    if (draw === undefined) stream.write(`${text(false)}\n`);
    else draw(text(false));
    finish?.();
  }
  return { onEvent, stop };
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const ASCII_SPINNER = ['|', '/', '-', '\\'] as const;
const BAR_WIDTH = 16;

interface Moment {
  readonly now: number;
  readonly frame: number;
  readonly running: boolean;
}

function liveLines(context: Context, tally: Tally, moment: Moment): readonly string[] {
  const sources = tally.sources();
  const names = sources.map(({ source }) => context.text(source));
  const counts = sources.map(({ records }) => context.own(formatCount(records, 'record')));
  const name = Math.max(0, ...names.map(displayWidth));
  const count = Math.max(0, ...counts.map(displayWidth));
  return sources.map((source, index) => {
    const { sign, tint } = signOf(context, source, moment);
    const opening = `${tint(sign)} ${padEnd(names[index] ?? '', name)}`;
    const used = displayWidth(sign) + 1 + name;
    const total = source.current?.total ?? null;
    const share = total === null || total === 0 ? null : (source.current?.records ?? 0) / total;
    const roomForBar = context.width - used - count - 4 > BAR_WIDTH + 20;
    const middle =
      share === null || !roomForBar || !moment.running
        ? ''
        : ` ${bar(context, { share, mark: null, width: BAR_WIDTH, tint: context.colors.cyan })}`;
    const room = context.width - used - count - 3 - (middle === '' ? 0 : BAR_WIDTH + 1);
    const doing = truncate(doingWords(context, source, moment), Math.max(0, room), context.glyphs.ellipsis);
    const styled = source.failed > 0 ? context.colors.red(doing) : context.colors.dim(doing);
    return `${opening} ${padStart(counts[index] ?? '', count)}${middle}  ${styled}`.trimEnd();
  });
}

function signOf(
  context: Context,
  source: SourceTally,
  moment: Moment,
): { readonly sign: string; readonly tint: (text: string) => string } {
  const { colors } = context;
  if (source.current !== null && moment.running) {
    const frames = context.glyphs.arrow === '→' ? SPINNER : ASCII_SPINNER;
    return { sign: frames[moment.frame % frames.length] ?? '', tint: colors.cyan };
  }
  if (source.failed > 0) return { sign: context.sign('off_track'), tint: colors.red };
  if (source.current !== null) return { sign: context.sign('at_risk'), tint: colors.yellow };
  return { sign: context.sign('on_track'), tint: colors.green };
}

/** What the source is at: its failures first, for they are what a person may act on. */
function doingWords(context: Context, source: SourceTally, moment: Moment): string {
  const parts: string[] = [];
  if (source.failed > 0) parts.push(`${source.failed} failed: ${context.text(source.lastError ?? '')}`);
  const { current } = source;
  if (current !== null) {
    const of =
      current.total === null
        ? ''
        : ` ${formatNumber(current.records, 0)} of ${formatNumber(current.total, 0)}`;
    parts.push(`${moment.running ? '' : 'stopped in '}${context.text(current.name)}${context.own(of)}`);
  } else if (source.failed === 0) parts.push(`${source.complete} complete`);
  // Whole seconds while it runs, for faster digits only flicker.
  const until = current === null ? source.lastAt : moment.now;
  const seconds = (until - source.startedAt) / 1000;
  if (!moment.running) parts.push(context.own(formatDuration(seconds)));
  else if (seconds >= 1) parts.push(context.own(formatDuration(Math.floor(seconds))));
  return parts.join(` ${context.glyphs.dot} `);
}
