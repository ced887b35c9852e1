import type { SourceFailure, SyncResult } from '../../sync/contract.ts';
import { formatCount, formatDuration, localClock } from '../format.ts';
import { type Context, createContext, type Terminal } from './context.ts';
import { labelled } from './table.ts';
import { wrap } from './width.ts';

export interface SyncSummary extends SyncResult {
  /** How long it took. */
  readonly seconds: number;
}

export interface SyncOptions {
  /** IANA zone in which times are shown. */
  readonly timezone: string;
}

/** What a pull brought, and of each failure what it was, where, and what to do. Ends with a line break. */
export function renderSyncSummary(summary: SyncSummary, terminal: Terminal, options: SyncOptions): string {
  const context = createContext(terminal);
  const { colors, width } = context;
  const { failures, records, changed, requests, seconds } = summary;
  const failed = failures.length > 0;
  const sign = failed ? context.sign('at_risk') : context.sign('on_track');
  const facts = [
    `${formatCount(records, 'record')} read`,
    changed === 0 ? 'none changed' : `${formatCount(changed, 'row')} changed`,
    formatCount(requests, 'request'),
    formatDuration(seconds),
  ].join(', ');
  const [first = '', ...rest] = wrap(context.own(`Synced: ${facts}`), width - 2);
  const tint = failed ? colors.yellow : colors.green;
  const lines = [`${tint(sign)} ${first}`, ...rest.map((line) => `  ${line}`)];
  if (failed) {
    const sources = new Set(failures.map(({ source }) => source)).size;
    const count = `${formatCount(failures.length, 'pull')} of ${formatCount(sources, 'source')} failed`;
    const text = `${count}; what did not fail is recorded, the rest goes stale`;
    lines.push('', ...wrap(text, width).map(colors.bold));
    for (const failure of failures) lines.push(...failureLines(context, failure, options.timezone));
  }
  return `${lines.join('\n')}\n`;
}

function failureLines(context: Context, failure: SourceFailure, timezone: string): readonly string[] {
  const { colors, width } = context;
  const where = [failure.source, failure.stream, failure.member].filter((part) => part !== null).join(' ');
  const what = `${context.sign('off_track')} ${context.text(where)}: ${context.text(failure.message)}`;
  const lines = wrap(what, width - 3).map((line, index) => `${index === 0 ? ' ' : '   '}${colors.red(line)}`);
  lines.push(...labelled(context, 'at', context.text(failure.endpoint), { indent: 3 }));
  if (failure.remedy !== '')
    lines.push(...labelled(context, 'to do', context.text(failure.remedy), { indent: 3 }));
  if (failure.retryAt !== null) {
    const at = localClock(timezone).dateTime(new Date(failure.retryAt).toISOString());
    lines.push(...labelled(context, 'again', `from ${at} ${context.text(timezone)}`, { indent: 3 }));
  }
  return lines;
}
