import type { GuardState, Outcome, Status } from '../domain/okr.ts';
import { isComputed } from '../okr/assess.ts';
import type { RollUpBy } from '../okr/rollup.ts';
import {
  formatBeside,
  formatCount,
  formatNumber,
  formatProgress,
  formatShare,
  unitSuffix,
  valueFormatter,
  withoutUnit,
} from './format.ts';
import type { KeyResultModel, ObjectiveModel, RollUpModel } from './model.ts';

const WORDS: Readonly<Record<Status, string>> = {
  on_track: 'on track',
  at_risk: 'at risk',
  off_track: 'off track',
  achieved: 'achieved',
  no_data: 'no data',
  held: 'held',
  stale: 'stale',
  closed: 'closed',
};

/** What needs a look, first. */
export const URGENT_FIRST: readonly Status[] = [
  'off_track',
  'at_risk',
  'held',
  'stale',
  'no_data',
  'on_track',
  'achieved',
  'closed',
];

/** A status as people say it: `on track`, `closed: missed`. */
export function statusWords(status: Status, outcome: Outcome | null = null): string {
  if (status !== 'closed' || outcome === null) return WORDS[status];
  return `closed: ${outcome === 'no_data' ? 'no data' : outcome}`;
}

/** The band of a keep key result: `≤ 2.5 s`, `≥ 80 %`, `80 % to 90 %`. */
export function bandWords(keyResult: KeyResultModel): string {
  const { keep } = keyResult;
  if (keep === null) return '';
  return limitWords(keep, valueFormatter(keyResult.unit, [keep.min, keep.max, keyResult.current]));
}

/** The value of a keep key result as it stands beside its band: never on a limit that it is not on. */
export function keptValueWords({ unit, current, keep }: KeyResultModel): string {
  return formatBeside(unit, current, [], [keep?.min ?? null, keep?.max ?? null]);
}

function limitWords(
  { min, max }: { readonly min: number | null; readonly max: number | null },
  format: (value: number | null) => string,
): string {
  if (min === null) return `≤ ${format(max)}`;
  return max === null ? `≥ ${format(min)}` : `${format(min)} to ${format(max)}`;
}

/** How many of an objective's key results have data: `2 of 3 have data`, `both have data`, `all 5 have data`. */
export function dataWords(objective: Pick<ObjectiveModel, 'withData' | 'of'>): string {
  const { withData, of } = objective;
  if (of === 0) return 'no key results';
  if (withData === 0) return of === 1 ? 'no data yet' : `none of ${of} has data`;
  if (withData === of) return of === 1 ? 'has data' : `${of === 2 ? 'both' : `all ${of}`} have data`;
  return `${withData} of ${of} ${withData === 1 ? 'has' : 'have'} data`;
}

const UNNAMED: Readonly<Record<RollUpBy, string>> = {
  owner: 'no owner',
  team: 'no team',
  focusArea: 'no focus area',
};

/** Whom a roll-up is of: its name, or `no team`. */
export function rollUpName({ name }: Pick<RollUpModel, 'name'>, by: RollUpBy): string {
  return name ?? UNNAMED[by];
}

/** The guards that broke while the key result moved, or whose number is not known; null when all hold. */
export function guardWords(guards: readonly GuardState[]): string | null {
  const parts = guards.flatMap(({ title, unit, keep, value, broken, reason }) => {
    if (broken === null) return [`guard not known: ${title} (${reason ?? 'no value'})`];
    if (!broken) return [];
    const limits = [keep.min, keep.max];
    const limit = limitWords(keep, valueFormatter(unit, [value, ...limits]));
    return [`guard broken: ${title} ${formatBeside(unit, value, [], limits)}, keep ${limit}`];
  });
  return parts.length === 0 ? null : parts.join('; ');
}

/** What lies beyond the target, and whether it is reached; null where nothing is set there. */
export function stretchWords({ stretch, stretchReached, unit, current }: KeyResultModel): string | null {
  if (stretch === null) return null;
  const level = valueFormatter(unit, [stretch, current])(stretch);
  return stretchReached ? `stretch of ${level} reached` : `stretch ${level}`;
}

/** Which steps are done and which are open; null for a key result without steps. */
export function milestoneWords({ milestones }: Pick<KeyResultModel, 'milestones'>): string | null {
  if (milestones === null) return null;
  const named = (steps: typeof milestones): string =>
    steps
      .map(({ title, share, by }) => `${title} (${formatShare(share)}${by === null ? '' : `, says ${by}`})`)
      .join(', ');
  const done = milestones.filter((step) => step.done === true);
  const open = milestones.filter((step) => step.done !== true);
  return [
    `${done.length} of ${milestones.length} steps done${done.length === 0 ? '' : `: ${named(done)}`}`,
    ...(open.length === 0 ? [] : [`open: ${named(open)}`]),
  ].join('; ');
}

/** The values of a reach key result, alike; a unit that is a word stands once, at the end. */
export function journeyWords(
  keyResult: KeyResultModel,
): readonly [start: string, current: string, target: string] {
  const { unit, start, current, target } = keyResult;
  const format = valueFormatter(unit, [start, current, target]);
  const suffix = unitSuffix(unit);
  const shortened = (text: string): string =>
    target !== null && suffix.length > 3 ? withoutUnit(text, unit) : text;
  const short = (value: number | null): string => shortened(format(value));
  const now = formatBeside(unit, current, [start], [target]);
  return [short(start), shortened(now), format(target)];
}

/**
 * What the shown status does not say: that today's own judgement differs from it, or what it counts as in its objective
 * while it is none that counts. Null where there is nothing to say.
 */
export function computedWords(keyResult: KeyResultModel): string | null {
  const { status, computedStatus, countsAs } = keyResult;
  if (status === 'closed' || countsAs === null) return null;
  if (status !== countsAs) return `counts as ${statusWords(countsAs)}, its last status`;
  if (status === computedStatus || !isComputed(computedStatus)) return null;
  return `today alone says ${statusWords(computedStatus)}, which shows once a second day agrees`;
}

/** Where it will end, how likely that is enough, and what a week must bring; null while nothing can be said. */
export function outlookWords(keyResult: KeyResultModel): string | null {
  const { forecast, pace, confidence, unit, kind } = keyResult;
  const parts: string[] = [];
  if (forecast !== null) {
    const { p10, p90 } = forecast.atEnd;
    const format = valueFormatter(unit, [p10, p90]);
    const goal = kind === 'keep' ? 'stay inside' : 'reach the target';
    const likely = `${formatProgress(forecast.probability)} likely to ${goal}`;
    parts.push(`forecast ${format(p10)} to ${format(p90)} at the end, ${likely}`);
  }
  if (pace !== null) {
    const needed = `needs ${formatNumber(pace.neededPerWeek, 1)} a week`;
    parts.push(`${needed}, the last weeks brought ${formatNumber(pace.deliveredPerWeek, 1)}`);
  }
  if (confidence !== null) parts.push(`confidence ${formatProgress(confidence)}`);
  return parts.length === 0 ? null : parts.join('; ');
}

/** On how many of the days so far a band held: `inside the band on 96 % of days, 95 % asked; 1 day without data left out`. */
export function keepWords({ keep, progress, trend }: KeyResultModel): string | null {
  if (keep === null || progress === null) return null;
  const missing = trend.filter((value) => value === null).length;
  const left = missing === 0 ? '' : `; ${formatCount(missing, 'day')} without data left out`;
  return `inside the band on ${formatProgress(progress)} of days, ${formatProgress(keep.for)} asked${left}`;
}

/** Twelve digits name a commit for git and for people. */
const SHORT_HASH = 12;

/** The key of an item as people say it: a commit's hash is cut short, as git does. */
export function keyWords({ key }: { readonly key: string }): string {
  return /^[0-9a-f]{40,64}$/.test(key) ? key.slice(0, SHORT_HASH) : key;
}
