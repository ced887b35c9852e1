import type { Metric } from '../../metrics/contract.ts';
import { formatCount } from '../format.ts';
import { createContext, type Terminal } from './context.ts';
import { labelled } from './table.ts';
import { wrap } from './width.ts';

/** What the catalogue shows of a metric. */
export type MetricEntry = Pick<
  Metric,
  'id' | 'title' | 'unit' | 'better' | 'kind' | 'aggregate' | 'aggregates' | 'definition' | 'source'
>;

/** The catalogue of metrics, as a screen. Ends with a line break. */
export function renderMetrics(metrics: readonly MetricEntry[], terminal: Terminal): string {
  const context = createContext(terminal);
  const { colors, glyphs, width } = context;
  const lines: string[] = [];
  for (const metric of metrics) {
    const better = metric.better === null ? '' : `, ${metric.better === 'up' ? 'more' : 'less'} is better`;
    const facts = `${metric.kind} in ${metric.unit === 'none' ? 'no unit' : metric.unit}${better}`;
    const others = metric.aggregates.filter((aggregate) => aggregate !== metric.aggregate);
    const aggregates = [`${metric.aggregate} (default)`, ...others].join(', ');
    if (lines.length > 0) lines.push('');
    lines.push(...wrap(context.text(metric.id), width).map(colors.bold));
    lines.push(...wrap(context.text(metric.definition), width - 3).map((line) => `   ${line}`));
    lines.push(
      ...wrap(`${facts} ${glyphs.dot} ${aggregates}`, width - 3).map((line) => `   ${colors.dim(line)}`),
      ...labelled(context, 'defined by', context.text(metric.source), { indent: 3, style: colors.dim }),
    );
  }
  lines.push(
    '',
    ...wrap(`${formatCount(metrics.length, 'metric')}. krsync metrics --json has every detail.`, width),
  );
  return `${lines.join('\n')}\n`;
}
