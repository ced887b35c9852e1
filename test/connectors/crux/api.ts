import { type JsonReply, type JsonServer, startJsonServer } from '../../support/json-server.ts';

export const KEY = 'AIza-not-a-real-key-0123456789';
const DAY = 86_400_000;

interface Asked {
  readonly url?: string;
  readonly origin?: string;
  readonly formFactor?: string;
}

/** Periods of four weeks, the last of which ended on `last`, a day. */
export function periodsTo(last: number, count: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const end = last - (count - 1 - index) * 7 * DAY;
    return { firstDate: dateOf(end - 27 * DAY), lastDate: dateOf(end) };
  });
}

function dateOf(at: number): object {
  const date = new Date(at);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Worded as https://developer.chrome.com/docs/crux/history-api shows it. */
export const NOT_FOUND: JsonReply = {
  status: 404,
  body: { error: { code: 404, message: 'chrome ux report data not found', status: 'NOT_FOUND' } },
};

export function recordOf(asked: Asked, last: number, count: number): Record<string, unknown> {
  const { url, origin, formFactor } = asked;
  const series = (value: (index: number) => unknown) => Array.from({ length: count }, (_, i) => value(i));
  const bins = (good: (index: number) => unknown) => [
    { start: 0, end: 2500, densities: series(good) },
    { start: 2500, end: 4000, densities: series(() => 0.1) },
    { start: 4000, densities: series(() => 0.05) },
  ];
  return {
    key: { ...(url ? { url } : { origin }), ...(formFactor ? { formFactor } : {}) },
    metrics: {
      largest_contentful_paint: {
        histogramTimeseries: bins((index) => (index === 1 ? 'NaN' : (80 + index) / 100)),
        percentilesTimeseries: { p75s: series((index) => (index === 1 ? null : 2000 + index)) },
      },
      cumulative_layout_shift: {
        histogramTimeseries: bins(() => 0.85),
        percentilesTimeseries: { p75s: series((index) => (index === 1 ? 'NaN' : `0.0${index % 10}`)) },
      },
    },
    collectionPeriods: periodsTo(last, count),
  };
}

/** Stands for the History API: `last` is the day on which the newest period ended. */
export async function startCrux(state: { last: number; count: number }): Promise<JsonServer> {
  return startJsonServer(({ url, headers, body }) => {
    if (url.pathname !== '/v1/records:queryHistoryRecord') return { status: 404, body: {} };
    if (headers['x-goog-api-key'] !== KEY) {
      const message = `API key not valid: ${String(headers['x-goog-api-key'])}`;
      return { status: 400, body: { error: { code: 400, message, status: 'INVALID_ARGUMENT' } } };
    }
    const asked = body as Asked;
    if (asked.url?.includes('seldom')) return NOT_FOUND;
    return { body: { record: recordOf(asked, state.last, state.count) } };
  });
}
