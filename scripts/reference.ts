import * as z from 'zod';
import type { Condition } from '../src/domain/okr.ts';
import type { RecordType } from '../src/domain/records.ts';
import type { Metric } from '../src/metrics/contract.ts';
import { observedTypes } from '../src/metrics/engine/parts.ts';

const GROUPS: readonly (readonly [string, readonly RecordType[]])[] = [
  ['Work items', ['ticket', 'sprint']],
  ['Delivery', ['deployment', 'release', 'tag', 'build']],
  ['Pull requests and commits', ['pull_request', 'commit']],
  ['Code health', ['alert']],
  ['Pages, people and money', ['worklog', 'sample']],
];

/** docs/metrics.md: the catalogue as a page, made from the metrics themselves. */
export function metricsPage(metrics: Iterable<Metric>): string {
  const all = [...metrics].sort((a, b) => (a.id < b.id ? -1 : 1));
  const lines = [
    '# Metrics',
    '',
    'What can be measured, and how each number is defined. [Rules](configuration.md#rules) says how to use a metric, and',
    '`krsync metrics` prints this list in a terminal. `npm run docs` writes this page from the code.',
    '',
    '- A **flow** is made of events in the window, a **stock** is a state at its end, and a **sample** is a measured value.',
    '- A window includes its first moment and excludes its last.',
    '- Percentiles interpolate linearly between ranks (R-7, as in spreadsheets and NumPy).',
    '',
  ];
  for (const [title, types] of GROUPS) {
    const own = all.filter((metric) => types.includes(groupingType(metric)));
    lines.push(`## ${title}`, '', ...own.map(({ id }) => `- [\`${id}\`](#${id})`), '');
    for (const metric of own) lines.push(...entry(metric));
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Deployments give a metric its place before the pull requests in them do. */
function groupingType(metric: Metric): RecordType {
  const types = observedTypes(metric);
  return (
    (['deployment', 'worklog', 'sprint'] as const).find((type) => types.includes(type)) ??
    types[0] ??
    'sample'
  );
}

function entry(metric: Metric): readonly string[] {
  const {
    id,
    title,
    definition,
    kind,
    unit,
    better,
    aggregate,
    aggregates,
    where,
    reads,
    joins = [],
  } = metric;
  const others = aggregates.filter((name) => name !== aggregate);
  const more = others.length === 0 ? '' : `; also ${others.map((name) => `\`${name}\``).join(', ')}`;
  const way = better === null ? '' : `, ${better === 'up' ? 'more' : 'less'} is better`;
  const names = Object.keys(reads) as RecordType[];
  const observed = names.filter((type) => !joins.includes(type)).map(spoken);
  const joined = names.filter((type) => joins.includes(type)).map(spoken);
  const joinedWith = joined.length === 0 ? '' : `; joined with ${joined.join(', ')}`;
  return [
    `### ${id}`,
    '',
    `${title}. ${definition}`,
    '',
    `- **${kind}** in ${unit === 'none' ? 'no unit' : unit}${way}`,
    `- aggregate: \`${aggregate}\`${more}`,
    ...(names.length === 0 ? [] : [`- reads: ${observed.join(', ')}${joinedWith}`]),
    ...(metric.incidents ? ['- needs the `incidents:` section'] : []),
    ...(metric.activity ? ['- counts activity: not a key result by itself'] : []),
    ...(where === undefined ? [] : [`- default \`where\`: ${conditions(where)}`]),
    ...optionsOf(metric),
    `- defined by: <${metric.source}>`,
    '',
  ];
}

function spoken(type: RecordType): string {
  return `${type.replace('_', ' ')}s`;
}

function conditions(where: Readonly<Record<string, Condition>>): string {
  return Object.entries(where)
    .map(([field, condition]) => `\`${field}: ${JSON.stringify(condition)}\``)
    .join(', ');
}

interface OptionSchema {
  readonly description?: string;
  readonly default?: unknown;
}

function optionsOf({ options }: Metric): readonly string[] {
  const schema = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' });
  const properties = (schema.properties ?? {}) as Readonly<Record<string, OptionSchema>>;
  return Object.entries(properties).map(([name, { description = '', default: fallback }]) => {
    const required = schema.required?.includes(name) === true;
    const usual =
      fallback === undefined ? (required ? ' Required.' : '') : ` Default \`${JSON.stringify(fallback)}\`.`;
    return `- option \`${name}\`: ${description}${usual}`;
  });
}
