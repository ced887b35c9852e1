import type { ChartData } from '../../src/report/chart/data.ts';

/** Half a cycle of ten days, falling from 50 to 32 on the way from 50 to 20. */
export function aChart(over: Partial<ChartData> = {}): ChartData {
  return { trend: [50, 46, 44, 38, 32], elapsed: 0.5, start: 50, target: 20, ...over };
}
