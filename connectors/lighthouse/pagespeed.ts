import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { googleCodeOf, keyHeader } from '../google.ts';
import { parseAnswer } from '../http.ts';
import { openRest } from '../rest.ts';
import { isDue } from './every.ts';
import { assertMeasured, parseAnsweredRun } from './parse.ts';
import { samplesOf, warnOfMissing } from './samples.ts';
import { type LighthouseSettings, type PagespeedPage, subjectOf } from './settings.ts';

const CATEGORIES = ['PERFORMANCE', 'ACCESSIBILITY', 'BEST_PRACTICES', 'SEO'] as const;
/** One answer takes as long as a run of Lighthouse. */
const TIMEOUT_MS = 120_000;

const metricSchema = z.object({
  percentile: z.number(),
  distributions: z.array(z.object({ proportion: z.number().nullish() })).nullish(),
});
const answerSchema = z.object({
  analysisUTCTimestamp: z.iso.datetime({ offset: true }),
  lighthouseResult: z.record(z.string(), z.unknown()),
  loadingExperience: z
    .object({
      /** True when the numbers are of the whole origin, for want of visits to the page. */
      origin_fallback: z.boolean().nullish(),
      metrics: z.record(z.string(), metricSchema).nullish(),
    })
    .nullish(),
});
type Answer = z.infer<typeof answerSchema>;

/** By the name in the answer. The layout shift comes in hundredths. */
const FIELD: readonly { readonly name: string; readonly series: string; readonly scale: number }[] = [
  { name: 'LARGEST_CONTENTFUL_PAINT_MS', series: 'crux-lcp', scale: 1 },
  { name: 'INTERACTION_TO_NEXT_PAINT', series: 'crux-inp', scale: 1 },
  { name: 'CUMULATIVE_LAYOUT_SHIFT_SCORE', series: 'crux-cls', scale: 100 },
  { name: 'EXPERIMENTAL_TIME_TO_FIRST_BYTE', series: 'crux-ttfb', scale: 1 },
];

const cursorSchema = z.object({ at: z.number() });

/** Has the page measured once, unless that was done within `every`. */
export async function* pullPagespeed(
  context: PullContext<LighthouseSettings>,
  page: PagespeedPage,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const at = context.now();
  if (!isDue(readCursor(cursorSchema, cursor)?.at ?? null, page.every, at)) return;
  const client = openRest({
    fetch: context.fetch,
    signal: context.signal,
    now: context.now,
    tool: 'PageSpeed Insights',
    headers: keyHeader(page.key),
    secrets: page.key === undefined ? [] : [page.key],
    remedies: {
      access: 'Give the page a valid `key` of a project in which the PageSpeed Insights API is enabled',
      missing: 'Check `endpoint`',
    },
    attempts: 2,
    timeoutMs: TIMEOUT_MS,
    codeOf: googleCodeOf,
  });
  const address = new URL(page.endpoint);
  address.searchParams.set('url', page.url);
  address.searchParams.set('strategy', page.strategy.toUpperCase());
  for (const category of CATEGORIES) address.searchParams.append('category', category);
  const { data, endpoint } = await client.get(address);
  const answer = parseAnswer(answerSchema, data, endpoint);
  const run = parseAnsweredRun(answer.lighthouseResult, 'lighthouseResult', endpoint);
  assertMeasured(run, endpoint);
  const name = `PageSpeed Insights ${page.strategy} ${answer.analysisUTCTimestamp}`;
  const { samples, missing } = samplesOf(run, { name, subject: subjectOf(page) });
  warnOfMissing(context, name, missing);
  const field = page.field ? fieldSamples(context, page, answer) : [];
  yield { records: [...samples, ...field], cursor: JSON.stringify({ at }) };
}

/** What Chrome users had on this very page; nothing where the answer fell back to the whole origin. */
function fieldSamples(
  { logger }: PullContext<LighthouseSettings>,
  page: PagespeedPage,
  { loadingExperience, analysisUTCTimestamp }: Answer,
): readonly Sample[] {
  const { metrics, origin_fallback: fallback } = loadingExperience ?? {};
  if (fallback) {
    logger.info({ page: page.url }, 'There is no field data of this page, only of its origin: none is kept.');
    return [];
  }
  const samples: Sample[] = [];
  const subject = subjectOf(page);
  const formFactor = page.strategy === 'mobile' ? 'PHONE' : 'DESKTOP';

  function add(series: string, title: string, value: number): void {
    const name = [subject, series, analysisUTCTimestamp].join('\0');
    samples.push({
      recordType: 'sample',
      id: createHash('sha256').update(name).digest('hex').slice(0, 32),
      key: `${subject} ${series}`,
      title,
      url: null,
      series,
      subject,
      // The answer does not say when the 28 days ended.
      measuredAt: Date.parse(analysisUTCTimestamp),
      value,
      of: null,
      commit: null,
      branch: null,
      labels: { scope: 'page', formFactor, by: 'pagespeed' },
    });
  }

  for (const { name, series, scale } of FIELD) {
    const metric = metrics?.[name];
    if (!metric) continue;
    add(`${series}-p75`, '75th percentile of 28 days', metric.percentile / scale);
    const good = metric.distributions?.[0]?.proportion;
    if (typeof good === 'number') add(`${series}-good`, 'Share of good visits of 28 days', good);
  }
  return samples;
}
