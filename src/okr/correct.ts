import type { CheckIn, NewCheckIn, Value } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import type { CycleSeries, DayValue } from '../metrics/engine/series.ts';
import type { AssessInput } from './assess.ts';

/** A point of progress: late data that moves less is not worth a row. */
const NOTABLE = 0.01;

/** The program's own check-ins of the last while, each in its newest wording: what late data may still correct. */
export function revisable(checkIns: readonly CheckIn[], asOf: Instant, within: number): readonly CheckIn[] {
  const newest = new Map<Instant, CheckIn>();
  for (const checkIn of checkIns) newest.set(checkIn.asOf, checkIn);
  return [...newest.values()].filter(
    (one) => one.author === 'auto' && one.outcome === null && one.asOf < asOf && one.asOf > asOf - within,
  );
}

export interface CorrectionInput {
  readonly recent: readonly CheckIn[];
  /** All check-ins so far, oldest first. */
  readonly earlier: readonly CheckIn[];
  /** With the values as of the moments of `recent`. No jump is held in it yet. */
  readonly series: CycleSeries;
  /** The days with their jumps held. */
  readonly judged: (days: readonly DayValue[]) => readonly DayValue[];
  readonly assess: (
    at: Pick<
      AssessInput,
      'asOf' | 'current' | 'days' | 'previous' | 'stale' | 'note' | 'forecast' | 'paced'
    > & { readonly start?: number | null },
  ) => NewCheckIn;
}

/** A new row for each recent check-in that the data now contradicts, naming the row that it corrects. */
export function corrections({
  recent,
  earlier,
  series,
  judged,
  assess,
}: CorrectionInput): readonly NewCheckIn[] {
  return recent.flatMap((recorded): readonly NewCheckIn[] => {
    const value = series.revisited.get(recorded.asOf);
    if (value === undefined || value.value === null) return [];
    const days = judged(daysUntil(series.days, recorded.asOf, value));
    // What the gate held then was held on the knowledge of that day, and a jump does not come in as a correction.
    if (days.at(-1)?.value.held) return [];
    const corrected = assess({
      asOf: recorded.asOf,
      current: value,
      // A start that is found or set since then is no news of that day.
      ...(recorded.start === null && recorded.value === null ? {} : { start: recorded.start }),
      days,
      previous: earlier.filter((one) => one.asOf < recorded.asOf),
      stale: null,
      forecast: recorded.forecast,
      paced: recorded.forecast === null,
      note:
        recorded.value === null ? 'late data: there was no value' : `late data: was ${tidy(recorded.value)}`,
    });
    // Too few observations make no value, and give none as they take none away.
    if (corrected.value === null || corrected.definitionHash !== recorded.definitionHash) return [];
    const moved = Math.abs((corrected.progress ?? 0) - (recorded.progress ?? 0));
    if (recorded.value !== null && moved + 1e-9 < NOTABLE) return [];
    return [{ ...corrected, correctsId: recorded.id }];
  });
}

/** The days as they stood at a moment: the one that ran then ends there, with its value of then. */
function daysUntil(days: readonly DayValue[], asOf: Instant, value: Value): readonly DayValue[] {
  const ended = days.filter(({ end }) => end <= asOf);
  const running = days[ended.length];
  return running === undefined || ended.at(-1)?.end === asOf
    ? ended
    : [...ended, { ...running, end: asOf, value }];
}

function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
