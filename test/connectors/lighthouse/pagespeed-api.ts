import { type JsonServer, startJsonServer } from '../../support/json-server.ts';
import { reportOf } from './ci-server.ts';

export const KEY = 'AIza-not-a-real-key-for-pagespeed';

/** A metric of real users; the layout shift comes in hundredths. */
function metric(percentile: number, good: number): object {
  const distributions = [
    { min: 0, max: 2500, proportion: good },
    { min: 2500, max: 4000, proportion: 0.1 },
    { min: 4000, proportion: 0.9 - good },
  ];
  return { percentile, distributions, category: 'FAST' };
}

export interface PagespeedState {
  at: number;
  /** What stands at `loadingExperience`. */
  field: 'page' | 'origin' | 'none';
  runtimeError?: { code: string; message: string };
}

export function answerOf(url: string, strategy: string, { at, field, runtimeError }: PagespeedState) {
  const metrics = {
    LARGEST_CONTENTFUL_PAINT_MS: metric(1643, 0.89),
    CUMULATIVE_LAYOUT_SHIFT_SCORE: metric(12, 0.7),
    INTERACTION_TO_NEXT_PAINT: metric(180, 0.8),
    EXPERIMENTAL_TIME_TO_FIRST_BYTE: metric(600, 0.75),
  };
  const origin = { id: new URL(url).origin, metrics, overall_category: 'FAST', initial_url: url };
  const byField = {
    page: { ...origin, id: url },
    origin: { ...origin, origin_fallback: true },
    none: { initial_url: url },
  };
  const lhr = reportOf(url, at, 7);
  return {
    kind: 'pagespeedonline#result',
    id: url,
    analysisUTCTimestamp: new Date(at).toISOString(),
    loadingExperience: byField[field],
    originLoadingExperience: origin,
    lighthouseResult: {
      ...lhr,
      finalUrl: url,
      configSettings: { formFactor: strategy.toLowerCase(), emulatedFormFactor: strategy.toLowerCase() },
      ...(runtimeError ? { runtimeError } : {}),
    },
  };
}

/** Stands for PageSpeed Insights: https://developers.google.com/speed/docs/insights/rest/v5/pagespeedapi/runpagespeed */
export async function startPagespeed(state: PagespeedState): Promise<JsonServer> {
  return startJsonServer(({ url, headers }) => {
    if (url.pathname !== '/pagespeedonline/v5/runPagespeed') return { status: 404, body: {} };
    const key = headers['x-goog-api-key'];
    if (key !== undefined && key !== KEY) {
      const message = `API key not valid. Please pass a valid API key: ${String(key)}`;
      return { status: 400, body: { error: { code: 400, message, status: 'INVALID_ARGUMENT' } } };
    }
    if (key === undefined) {
      const message = "Quota exceeded for quota metric 'Queries' and limit 'Queries per day'";
      return { status: 429, body: { error: { code: 429, message, status: 'RESOURCE_EXHAUSTED' } } };
    }
    const page = url.searchParams.get('url') ?? '';
    return { body: answerOf(page, url.searchParams.get('strategy') ?? 'DESKTOP', state) };
  });
}
