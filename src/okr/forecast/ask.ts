import type { KeyResult, Span, Value } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import type { MetricKind } from '../../metrics/contract.ts';
import { type Past, pastAsOf } from '../../metrics/engine/series.ts';
import { usableValue } from '../assess.ts';
import { definitionHash } from '../definition.ts';
import { boundsOf, type ForecastInput } from './contract.ts';

export interface Ask {
  readonly keyResult: KeyResult;
  /** Of the metric. */
  readonly kind: MetricKind;
  /** Null where there is none yet, and for a band. */
  readonly start: number | null;
  /** As of the moment, implausible jumps held. */
  readonly current: Value;
  /** Why the data is too old as of the moment, if it is. */
  readonly stale: string | null;
  /** May hold more than a forecast as of the moment is given. */
  readonly past: Past;
  readonly asOf: Instant;
  /** The cycle's. */
  readonly span: Span;
  readonly zone: string;
}

/**
 * What the forecast of a key result is asked, by a run as by the replay of one. Null where none is made: without a value
 * that is fit to be recorded; the steps of milestones are taken, they do not drift; and without a way from start to target
 * there is nothing to foresee.
 */
export function askFor(ask: Ask): ForecastInput | null {
  const { keyResult, kind, start, current, stale, asOf, span, zone } = ask;
  if (stale !== null || usableValue(keyResult, current) === null) return null;
  if (keyResult.kind === 'reach') {
    if (keyResult.milestones !== undefined || start === null || start === keyResult.target) return null;
  }
  const { rule, unit } = keyResult;
  const past = pastAsOf(ask.past, asOf);
  return {
    rule,
    kind,
    bounds: boundsOf(unit, rule.aggregate, kind),
    observations: rule.combine === null ? past.observations : null,
    get series() {
      return past.series;
    },
    coveredFrom: past.coveredFrom,
    learnFrom: past.learnFrom,
    asOf,
    span,
    zone,
    target:
      keyResult.kind === 'reach'
        ? { kind: 'reach', start: start ?? 0, target: keyResult.target }
        : { kind: 'keep', keep: keyResult.keep },
    // The same rule and moment give the same forecast, in `plan` as in `update`.
    seed: Number.parseInt(definitionHash(keyResult).slice(0, 8), 16),
  };
}
