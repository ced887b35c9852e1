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
    for (const alike of groupAlike(failures)) lines.push(...failureLines(context, alike, options.timezone));
  }
  return `${lines.join('\n')}\n`;
}

/** A server that is down fails every pull of its source in the same words: said once, with all it befell. */
function groupAlike(failures: readonly SourceFailure[]): readonly (readonly SourceFailure[])[] {
  const groups = new Map<string, SourceFailure[]>();
  for (const failure of failures) {
    const { source, message, remedy, retryAt } = failure;
    const key = JSON.stringify([source, message, remedy, retryAt]);
    const group = groups.get(key);
    if (group) group.push(failure);
    else groups.set(key, [failure]);
  }
  return [...groups.values()];
}

function failureLines(
  context: Context,
  alike: readonly SourceFailure[],
  timezone: string,
): readonly string[] {
  const { colors, width } = context;
  const [failure] = alike;
  if (failure === undefined) return [];
  const where = alike.map(({ stream, member }) => [stream, member].filter((part) => part !== null).join(' '));
  const named = [failure.source, where.filter((name) => name !== '').join(', ')].filter(
    (part) => part !== '',
  );
  const what = `${context.sign('off_track')} ${context.text(named.join(' '))}: ${context.text(failure.message)}`;
  const lines = wrap(what, width - 3).map((line, index) => `${index === 0 ? ' ' : '   '}${colors.red(line)}`);
  const others = new Set(alike.map(({ endpoint }) => endpoint)).size - 1;
  const endpoint = others === 0 ? failure.endpoint : `${failure.endpoint} and ${others} more`;
  lines.push(...labelled(context, 'at', context.text(endpoint), { indent: 3 }));
  if (failure.remedy !== '') {
    lines.push(...labelled(context, 'to do', context.text(failure.remedy), { indent: 3 }));
  }
  if (failure.retryAt !== null) {
    const at = localClock(timezone).dateTime(new Date(failure.retryAt).toISOString());
    lines.push(...labelled(context, 'again', `from ${at} ${context.text(timezone)}`, { indent: 3 }));
  }
  return lines;
}
