import * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';
import { inShort } from '../../src/domain/redact.ts';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer, parseJson } from '../http.ts';
import { LONGEST_TEXT } from '../rest.ts';
import { askForTable } from '../table-http.ts';
import type { Range } from './grid.ts';
import type { PrometheusSettings } from './settings.ts';

const REMEDY = 'Correct the query; try it in the web page of the server';

/** One line of the answer. A point whose value is not a number (NaN, an infinity) is null. */
export interface Line {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly at: Instant; readonly value: number | null }[];
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview */
const envelope = z.object({
  status: z.literal('success'),
  warnings: z.array(z.string()).nullish(),
  /** VictoriaMetrics: one of its nodes did not answer. */
  isPartial: z.boolean().nullish(),
  data: z.object({
    resultType: z.string(),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])).optional(),
        histograms: z.array(z.unknown()).optional(),
      }),
    ),
  }),
});

const refusal = z.object({ status: z.literal('error'), error: z.string() });

/**
 * What a query yields at the end of each step of a range. Throws a ConnectorError for what the server refuses, and for
 * an answer that it says is not whole.
 */
export async function queryRange(
  context: PullContext<PrometheusSettings>,
  query: string,
  range: Range,
  step: number,
): Promise<readonly Line[]> {
  const { settings } = context;
  const secrets = secretsOf(settings);
  const form = new URLSearchParams({
    query,
    start: String(range.first / 1000),
    end: String(range.last / 1000),
    step: String(step / 1000),
    // Thanos: rather fail than leave out a store that does not answer.
    partial_response: 'false',
  });
  const answer = await askForTable(context, settings, {
    url: `${settings.url.replace(/\/+$/, '')}/api/v1/query_range`,
    method: 'POST',
    body: { text: form.toString(), type: 'application/x-www-form-urlencoded' },
    accept: 'application/json',
    explain: (text) => explained(text, secrets),
  });
  if (answer === null) throw new TypeError('what was asked for without a validator cannot be unchanged');
  const { endpoint } = answer;
  const { warnings, isPartial, data } = parseAnswer(envelope, parseJson(answer.text(), endpoint), endpoint);
  assertWhole(warnings ?? [], isPartial === true, secrets, endpoint);
  if (data.resultType !== 'matrix') throw notAMatrix(data.resultType, endpoint);
  return data.result.map(({ metric, values = [], histograms = [] }, index) => {
    if (histograms.length > 0) throw nativeHistogram(endpoint);
    const points = values.map(([seconds, text], place) => ({
      at: timeOf(seconds, range, step, `data.result[${index}].values[${place}]`, endpoint),
      value: numberOf(text, `data.result[${index}].values[${place}]`, endpoint),
    }));
    return { labels: metric, points };
  });
}

function timeOf(seconds: number, range: Range, step: number, place: string, endpoint: string): Instant {
  const at = Math.round(seconds * 1000);
  if (at >= range.first && at <= range.last && (at - range.first) % step === 0) return at;
  throw misshapen(`${place} is of another time than was asked for`, endpoint);
}

function numberOf(text: string, place: string, endpoint: string): number | null {
  if (/^(NaN|[+-]?Inf)$/.test(text)) return null;
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw misshapen(`${place} is not a number`, endpoint);
}

/** A warning about the query itself is told from one about what could not be read by its beginning. */
function assertWhole(
  warnings: readonly string[],
  isPartial: boolean,
  secrets: readonly string[],
  endpoint: string,
): void {
  // Remarks that change nothing; before version 3 they came as warnings too.
  const grave = warnings.filter((text) => !text.startsWith('PromQL info:'));
  const [first] = grave;
  if (first === undefined && !isPartial) return;
  const said = first === undefined ? '' : `: ${inShort(first, secrets, LONGEST_TEXT)}`;
  const ofQuery = !isPartial && grave.every((text) => text.startsWith('PromQL warning:'));
  throw new ConnectorError({
    code: ofQuery ? 'input' : 'server',
    message: ofQuery ? `The server warns of the query${said}` : `The answer is incomplete${said}`,
    endpoint,
    remedy: ofQuery ? REMEDY : 'The next run asks again; a part of an answer is never stored',
  });
}

function notAMatrix(type: string, endpoint: string): ConnectorError {
  return misshapen(`data.resultType is ${/^\w{1,20}$/.test(type) ? type : 'unknown'}, not matrix`, endpoint);
}

function nativeHistogram(endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'input',
    message: 'The query yields native histograms, which are no numbers',
    endpoint,
    remedy: 'Take a number of them: histogram_quantile(0.95, …), histogram_count(…), histogram_avg(…)',
  });
}

function misshapen(what: string, endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'shape',
    message: `The answer has an unexpected shape: ${what}`,
    endpoint,
    remedy: 'Check the url and version of the server; if both are right, please report this as a bug',
  });
}

/** What the server says of a query that it refuses: where it cannot be parsed, why it cannot be executed. */
function explained(
  text: string,
  secrets: readonly string[],
): { readonly said: string; readonly remedy: string } | null {
  try {
    const { error } = refusal.parse(JSON.parse(text));
    return { said: inShort(error, secrets, LONGEST_TEXT), remedy: REMEDY };
  } catch {
    return null;
  }
}

function secretsOf({ token, user, password, headers = {} }: PrometheusSettings): readonly string[] {
  const pair = user === undefined ? [] : [`${user}:${password ?? ''}`];
  return [token ?? '', password ?? '', ...pair, ...Object.values(headers)];
}
