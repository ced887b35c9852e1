import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Instant, Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import { googleCodeOf, keyHeader } from '../google.ts';
import { parseAnswer } from '../http.ts';
import { openRest } from '../rest.ts';
import { type CruxSettings, type CruxSubject, subjectOf } from './settings.ts';

const DAY_MS = 86_400_000;
/** Each period ends a week after the one before: https://developer.chrome.com/docs/crux/history-api */
const WEEK_MS = 7 * DAY_MS;
/** The most that may be asked for. */
const PERIODS = 40;

const METRICS = [
  { name: 'largest_contentful_paint', series: 'crux-lcp' },
  { name: 'interaction_to_next_paint', series: 'crux-inp' },
  { name: 'cumulative_layout_shift', series: 'crux-cls' },
  { name: 'experimental_time_to_first_byte', series: 'crux-ttfb' },
] as const;

/** A period without enough visits is null or `NaN`; the layout shift comes as text. */
const gappy = z
  .union([z.number(), z.string(), z.null()])
  .transform((value) => (value === null ? Number.NaN : Number(value)));
const dateSchema = z.object({ year: z.number(), month: z.number(), day: z.number() });
const recordSchema = z
  .object({
    key: z.object({ url: z.string().optional(), origin: z.string().optional() }),
    metrics: z.record(
      z.string(),
      z.object({
        histogramTimeseries: z.array(z.object({ densities: z.array(gappy) })).optional(),
        percentilesTimeseries: z.object({ p75s: z.array(gappy) }).optional(),
      }),
    ),
    collectionPeriods: z.array(z.object({ lastDate: dateSchema })),
  })
  .superRefine(({ metrics, collectionPeriods }, refinement) => {
    for (const [name, { histogramTimeseries, percentilesTimeseries }] of Object.entries(metrics)) {
      const lists = [percentilesTimeseries?.p75s, ...(histogramTimeseries ?? []).map((bin) => bin.densities)];
      // A value of another week would be a wrong number that looks right.
      if (lists.every((list) => list === undefined || list.length === collectionPeriods.length)) continue;
      refinement.addIssue({ code: 'custom', path: ['metrics', name], message: 'not one value to a period' });
    }
  });
const answerSchema = z.object({ record: recordSchema });
type CruxRecord = z.infer<typeof recordSchema>;

const cursorSchema = z.object({ until: z.number() });

/** Reads the periods that are newer than what was read; nothing is asked while there can be none. */
export async function* pullHistory(
  context: PullContext<CruxSettings>,
  subject: CruxSubject,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const until = readCursor(cursorSchema, cursor)?.until ?? null;
  if (until !== null && context.now() - until < WEEK_MS) return;
  const record = await query(context, subject);
  const ends = record.collectionPeriods.map(({ lastDate }) => endOf(lastDate));
  const newest = Math.max(until ?? context.start, ...ends);
  if (newest === until) return;
  const fresh = ends.flatMap((end, index) => (end > (until ?? context.start - 1) ? [index] : []));
  const records = fresh.flatMap((index) => samplesOf(subject, record, index, ends[index] ?? 0));
  yield { records, cursor: ends.length === 0 ? null : JSON.stringify({ until: newest }) };
}

/** The whole history that there is of a page or origin. */
export async function query(
  { settings, fetch, signal, now }: PullContext<CruxSettings>,
  subject: CruxSubject,
): Promise<CruxRecord> {
  const client = openRest({
    fetch,
    signal,
    now,
    tool: 'The Chrome UX Report',
    headers: keyHeader(settings.key),
    secrets: [settings.key],
    remedies: {
      access: 'Give the source a valid `key` of a project in which the Chrome UX Report API is enabled',
      missing:
        'Too few Chrome users visit it for public data: read the `origin` of the page, or leave it out',
    },
    codeOf: googleCodeOf,
  });
  const { data, endpoint } = await client.post(
    `${settings.endpoint.replace(/\/+$/, '')}/v1/records:queryHistoryRecord`,
    {
      ...(subject.url === undefined ? { origin: subject.origin } : { url: subject.url }),
      ...(subject.formFactor === 'all' ? {} : { formFactor: subject.formFactor.toUpperCase() }),
      metrics: METRICS.map(({ name }) => name),
      collectionPeriodCount: PERIODS,
    },
  );
  const { record } = parseAnswer(answerSchema, data, endpoint);
  const { key } = record;
  if ((subject.url === undefined) !== (key.url === undefined)) {
    throw new ConnectorError({
      code: 'shape',
      message: `The answer is of ${key.url ?? key.origin ?? 'something else'}, which was not asked for`,
      endpoint,
      remedy: 'Check the url or origin of the subject',
    });
  }
  return record;
}

function samplesOf(subject: CruxSubject, record: CruxRecord, index: number, end: Instant): readonly Sample[] {
  const samples: Sample[] = [];
  const name = subjectOf(subject);
  const scope = subject.url === undefined ? 'origin' : 'page';
  const formFactor = subject.formFactor === 'all' ? 'ALL' : subject.formFactor.toUpperCase();
  const day = new Date(end).toISOString().slice(0, 10);
  const target = createHash('sha256').update([name, scope, formFactor].join('\0')).digest('hex').slice(0, 16);

  function add(series: string, title: string, value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return;
    samples.push({
      recordType: 'sample',
      id: `${target}-${series}-${day}`,
      key: `${name} ${day}`,
      title,
      url: null,
      series,
      subject: name,
      measuredAt: end,
      value,
      of: null,
      commit: null,
      branch: null,
      labels: { scope, formFactor },
    });
  }

  for (const { name: metric, series } of METRICS) {
    const found = record.metrics[metric];
    add(
      `${series}-p75`,
      `75th percentile of the 28 days to ${day}`,
      found?.percentilesTimeseries?.p75s[index],
    );
    const good = found?.histogramTimeseries?.[0]?.densities[index];
    add(`${series}-good`, `Share of good visits of the 28 days to ${day}`, good);
  }
  return samples;
}

/** The last millisecond of the day, which belongs to the period. */
function endOf({ year, month, day }: z.infer<typeof dateSchema>): Instant {
  return Date.UTC(year, month - 1, day + 1) - 1;
}
