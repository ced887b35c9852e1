import * as z from 'zod';
import { DAY } from '../../src/domain/time.ts';
import { DURATION, durationMs } from '../durations.ts';
import { accessShape, checkAccess, tableUrl } from '../table-http.ts';
import { areDistinct } from '../table-settings.ts';

const MINUTE = 60_000;

const length = z
  .string()
  .regex(DURATION, { error: 'is not a length of time such as 15m, 1h or 1d', abort: true });
const name = z.string().min(1);

const query = z.strictObject({
  series: name.describe('The name of what is counted: that of a measure, or one of your own for `sample`.'),
  query: name.describe('PromQL. It is evaluated at the end of every step.'),
  step: length
    .refine((text) => durationMs(text) >= MINUTE && DAY % durationMs(text) === 0, {
      error: 'must be a minute or more, and part a day evenly: 1m, 15m, 1h, 6h, 1d',
    })
    .optional()
    .describe('How far the samples lie apart; default 1h. Steps end on whole ones of UTC.'),
  subject: z
    .union([
      name,
      z.array(name).min(1),
      z.strictObject({ is: name.describe('The same for every series of the answer.') }),
    ])
    .optional()
    .describe('The label, or the labels, that say what was measured; or `is`. Default: `all`.'),
  gaps: z
    .enum(['hold', 'allow'])
    .optional()
    .describe(
      'What a step without any value means. `hold` (default): what is older, or at the end what is newer, is not whole, and windows that hold it have no value. `allow`: nothing, as for the median of a latency.',
    ),
});
export type Query = z.infer<typeof query>;

export const prometheusSettings = z
  .strictObject({
    url: tableUrl
      .refine((url) => new URL(url).search === '' && !/\/api\/v1\/?$/.test(url), {
        error: 'is the address before `/api/v1`, without a query',
      })
      .describe('Address of the server with its base path, such as `https://mimir.acme.dev/prometheus`.'),
    queries: z
      .array(query)
      .min(1)
      .refine((queries) => areDistinct(queries.map(({ series }) => series)), {
        error: 'two of them have the same series: join them with `or`, or give each a source of its own',
      }),
    overlap: length
      .optional()
      .describe('How far back each run asks again, for what reaches the server late; default 1h.'),
    ...accessShape,
  })
  .check(checkAccess)
  .describe('What a PromQL query yields, step by step: Prometheus, Thanos, Mimir, VictoriaMetrics.');

export type PrometheusSettings = z.infer<typeof prometheusSettings>;

/** Milliseconds. */
export function stepOf({ step = '1h' }: Query): number {
  return durationMs(step);
}
