import { formatCount, formatProgress, localClock, valueFormatter } from '../format.ts';
import type { PlanEntry, PlanModel } from '../model.ts';
import { guardWords, statusWords } from '../words.ts';
import { type Context, createContext, type Terminal } from './context.ts';
import { wrap } from './width.ts';

export interface PlanOptions {
  /** IANA zone in which times are shown. */
  readonly timezone: string;
  /** `planned`: what the next update would record; `recorded`: what this one did. */
  readonly tense?: 'planned' | 'recorded';
}

/** Old to new for each key result and why, or that there is nothing to do. Ends with a line break. */
export function renderPlan(model: PlanModel, terminal: Terminal, options: PlanOptions): string {
  const context = createContext(terminal);
  const { colors, width } = context;
  const clock = localClock(options.timezone);
  const recorded = options.tense === 'recorded';
  const changes = model.entries.filter(
    (entry) => entry.action === 'check-in' || entry.backfilled > 0 || entry.corrected > 0,
  );
  const same = model.entries.filter((entry) => !changes.includes(entry));
  const asOf = `as of ${clock.dateTime(model.asOf)} ${clock.zone}`;
  const lines: string[] = [];
  if (changes.length === 0) {
    const text = recorded ? 'Nothing was recorded' : 'Nothing to record';
    const why =
      model.entries.length === 0 ? 'no key result belongs to this cycle' : 'no key result has changed';
    lines.push(...wrap(context.text(`${text} ${asOf}: ${why}.`), width));
  } else {
    lines.push(...wrap(context.text(`${summary(changes, recorded)}, ${asOf}`), width).map(colors.bold));
    for (const entry of changes) lines.push('', ...changeLines(context, entry));
  }
  if (same.length > 0) {
    lines.push('', ...wrap(context.own(`Unchanged: ${formatCount(same.length, 'key result')}`), width));
    for (const entry of same) lines.push(...sameLines(context, entry));
  }
  return `${lines.join('\n')}\n`;
}

function summary(changes: readonly PlanEntry[], recorded: boolean): string {
  const checkIns = changes.filter((entry) => entry.action === 'check-in').length;
  let [days, corrected] = [0, 0];
  for (const entry of changes) {
    days += entry.backfilled;
    corrected += entry.corrected;
  }
  const parts = checkIns > 0 ? [formatCount(checkIns, 'check-in')] : [];
  if (days > 0) parts.push(`${formatCount(days, 'past day')} filled in`);
  if (corrected > 0) parts.push(formatCount(corrected, 'correction'));
  return `${recorded ? 'Recorded' : 'To record'}: ${inWords(parts)}`;
}

function inWords(parts: readonly string[]): string {
  return [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter((part) => part !== '').join(' and ');
}

function nameOf(context: Context, entry: PlanEntry): string {
  return context.text(`${entry.objective}/${entry.keyResult}`);
}

function changeLines(context: Context, entry: PlanEntry): readonly string[] {
  const { colors, glyphs, width } = context;
  const { before, after } = entry;
  const format = valueFormatter(entry.unit, [before?.value ?? null, after.value]);
  const from = (old: string | null, now: string): string =>
    old === null || old === now ? now : `${old} ${glyphs.arrow} ${now}`;
  const own = context.own;
  const shown = `${context.sign(after.status)} ${statusWords(after.status)}`;
  const moves = [
    from(before && own(format(before.value)), own(format(after.value))),
    from(before && own(formatProgress(before.progress)), own(formatProgress(after.progress))),
    from(before?.status === after.status ? null : before && statusWords(before.status), shown),
  ];
  const sample = own(`sample ${after.sampleSize}`);
  const lines = wrap(nameOf(context, entry), width - 3).map((line, index) =>
    index === 0 ? ` ${colors.green('+')} ${colors.bold(line)}` : `   ${colors.bold(line)}`,
  );
  const moved = wrap([...moves, sample].join('   '), width - 3);
  lines.push(...moved.map((line) => `   ${context.tint(after.status)(line)}`));
  // A row that only fills in or corrects earlier days needs no reason of today's.
  const reasons = entry.action === 'check-in' ? [entry.reason] : [];
  if (before === null) reasons.unshift('first check-in');
  if (entry.backfilled > 0) reasons.push(`${formatCount(entry.backfilled, 'past day')} filled in`);
  if (entry.corrected > 0)
    reasons.push(`${formatCount(entry.corrected, 'earlier check-in')} corrected by late data`);
  const guards = guardWords(after.guards);
  if (guards !== null) reasons.push(guards);
  if (after.note !== null) reasons.push(after.note);
  const said = reasons.filter((reason) => !reasons.some((other) => other.startsWith(`${reason}:`)));
  const why = [...new Set(said)].map(context.text).join('; ');
  lines.push(...wrap(`because: ${why}`, width - 3).map((line) => `   ${colors.dim(line)}`));
  return lines;
}

function sameLines(context: Context, entry: PlanEntry): readonly string[] {
  const value = context.own(valueFormatter(entry.unit, [entry.after.value])(entry.after.value));
  const text = `${nameOf(context, entry)}  ${value}  ${context.text(entry.reason)}`;
  return wrap(text, context.width - 3).map((line, index) =>
    context.colors.dim(`${index === 0 ? ' = ' : '   '}${line}`),
  );
}
