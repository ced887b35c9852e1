import { insideBand } from '../progress.ts';
import type { ForecastTarget } from './contract.ts';

/** Whether an end reaches the target, or lies inside the band. */
export function meets(end: number, target: ForecastTarget): boolean {
  if (target.kind === 'keep') return insideBand(end, { ...target.keep, for: 1 });
  return target.target >= target.start ? end >= target.target : end <= target.target;
}
