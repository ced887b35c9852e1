import * as z from 'zod';
import { parseCsv } from '../../connectors/csv/parse.ts';
import { ReportFault } from '../../connectors/files.ts';
import { parseNumber } from '../../connectors/table-numbers.ts';
import { digest, MAX_ROWS } from '../../connectors/table-rows.ts';
import { timeReader } from '../../connectors/table-times.ts';
import type { Instant, Sample } from '../domain/records.ts';

const text = z.string().trim().min(1).max(2000);

/** One sample as it is sent: the documented shape of `krsync ingest`. */
const sentSample = z.strictObject({
  series: text,
  value: z.number(),
  of: z.number().nullish(),
  subject: text.nullish(),
  /** ISO 8601; default now. */
  at: text.nullish(),
  key: text.nullish(),
  title: text.nullish(),
  url: z.url().nullish(),
  commit: text.nullish(),
  branch: text.nullish(),
  labels: z.record(z.string().min(1), z.string()).nullish(),
});
export type SentSample = z.infer<typeof sentSample>;

export interface SampleFault {
  /** `samples.jsonl:12`. */
  readonly place: string;
  readonly message: string;
}

export type Sent = { readonly samples: readonly Sample[] } | { readonly faults: readonly SampleFault[] };

export interface Clock {
  readonly now: Instant;
  /** Of times that do not say theirs. */
  readonly timezone: string;
}

interface Entry {
  readonly line: number;
  readonly data: unknown;
}

/** The samples of one file in JSON lines, JSON or CSV, or everything that is wrong with it. */
export async function readSent(name: string, content: string, clock: Clock): Promise<Sent> {
  const faults: SampleFault[] = [];
  const fault = (line: number, message: string) => void faults.push({ place: `${name}:${line}`, message });
  let entries: readonly Entry[] = [];
  try {
    entries = await entriesOf(content);
  } catch (error) {
    if (!(error instanceof ReportFault)) throw error;
    fault(error.line, error.message);
  }
  if (entries.length > MAX_ROWS) fault(1, `it holds more than ${MAX_ROWS} samples: send it in parts`);
  const timeOf = timeReader('iso', clock.timezone);
  const copies = new Map<string, number>();
  const kept = new Map<
    string,
    { readonly sample: Sample; readonly line: number; readonly content: string }
  >();
  for (const { line, data } of entries.slice(0, MAX_ROWS)) {
    const parsed = sentSample.safeParse(data);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) fault(line, faultOf(issue, data));
      continue;
    }
    const { at } = parsed.data;
    const time = at === undefined || at === null ? { at: clock.now } : timeOf(at);
    if ('fault' in time) {
      fault(line, `\`at\`: ${time.fault.split(': say')[0]}`);
      continue;
    }
    const { key = null, ...fields } = parsed.data;
    const said = digest([{ ...fields, at: time.at }]);
    const copy = copies.get(said) ?? 0;
    // Two that look the same are two: the second answer of a survey is no repeat of the first.
    if (key === null) copies.set(said, copy + 1);
    const id = key === null ? `${said}${copy === 0 ? '' : `.${copy}`}` : `key:${fields.series}:${key}`;
    const twin = kept.get(id);
    if (twin !== undefined && twin.content !== said) {
      fault(line, `the key "${key}" is also that of line ${twin.line}, which says something else`);
      continue;
    }
    kept.set(id, { sample: sampleOf(id, parsed.data, time.at), line, content: said });
  }
  return faults.length > 0 ? { faults } : { samples: [...kept.values()].map(({ sample }) => sample) };
}

function sampleOf(id: string, sent: SentSample, measuredAt: Instant): Sample {
  const { series, value, of = null, subject, key, title = null, url = null, commit, branch, labels } = sent;
  return {
    recordType: 'sample',
    id,
    key: key ?? `${series} of ${subject ?? 'all'}`,
    title,
    url,
    series,
    subject: subject ?? 'all',
    measuredAt,
    value,
    of,
    commit: commit ?? null,
    branch: branch ?? null,
    labels: labels ?? {},
  };
}

function faultOf(issue: z.core.$ZodIssue, data: unknown): string {
  const path = issue.path.map(String).join('.');
  const place = path === '' ? '' : `\`${path}\`: `;
  if (issue.code === 'unrecognized_keys') return `unknown field \`${issue.keys.join('`, `')}\``;
  if (issue.code === 'invalid_type' && !isThere(data, issue.path))
    return `${place}a ${issue.expected} is missing`;
  if (issue.code === 'invalid_type') return `${place}a ${issue.expected} is expected`;
  return `${place}${issue.message}`;
}

function isThere(data: unknown, path: readonly PropertyKey[]): boolean {
  let at = data;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return true;
}

async function entriesOf(content: string): Promise<readonly Entry[]> {
  const start = content.trimStart()[0];
  if (start === undefined) return [];
  if (start === '[') return elementsOf(content);
  if (start !== '{') return rowsOf(content);
  const whole = parsed(content);
  return whole === undefined ? linesOf(content) : [{ line: 1, data: whole }];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function linesOf(content: string): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [index, line] of content.split('\n').entries()) {
    if (line.trim() === '') continue;
    const data = parsed(line);
    if (data === undefined) throw new ReportFault('it is not valid JSON', index + 1, 1);
    entries.push({ line: index + 1, data });
  }
  return entries;
}

/** The elements of an array, each with the line on which it begins. */
async function elementsOf(content: string): Promise<readonly Entry[]> {
  const { parseJson } = await import('../../connectors/json.ts');
  const data = parseJson(content);
  const lines: number[] = [];
  let depth = 0;
  let line = 1;
  let begins = false;
  for (const [token] of content.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},\n]|[^\s"[\]{},]+/g)) {
    if (token === '\n') {
      line += 1;
      continue;
    }
    if (begins && token !== ']') lines.push(line);
    begins = depth === 1 && token === ',';
    if (token === '[' || token === '{') {
      begins = depth === 0;
      depth += 1;
    } else if (token === ']' || token === '}') depth -= 1;
  }
  return (data as unknown[]).map((one, index) => ({ line: lines[index] ?? 1, data: one }));
}

const COLUMNS = [
  'series',
  'value',
  'of',
  'subject',
  'at',
  'key',
  'title',
  'url',
  'commit',
  'branch',
] as const;

/** A table whose columns are called as the fields are; a column `label.NAME` is a label. */
async function rowsOf(content: string): Promise<readonly Entry[]> {
  async function* once(): AsyncGenerator<string> {
    yield content;
  }
  const header: readonly string[] = (content.trimStart().split(/\r?\n/)[0] ?? '')
    .split(/[,;\t|]/)
    .map((name) => name.replaceAll('"', '').trim());
  const unknown = header.find(
    (name) => !(COLUMNS as readonly string[]).includes(name) && !/^label\../.test(name),
  );
  if (unknown !== undefined) {
    const known = COLUMNS.join(', ');
    throw new ReportFault(`a table has the columns ${known} and label.NAME, not "${unknown}"`, 1, 1);
  }
  const entries: Entry[] = [];
  for await (const { line, cell } of parseCsv(once(), {}, header)) {
    const data: Record<string, unknown> = {};
    const labels: Record<string, string> = {};
    for (const name of header) {
      const held = cell(name)?.trim() ?? '';
      if (held === '') continue;
      if (name.startsWith('label.')) labels[name.slice('label.'.length)] = held;
      else if (name === 'value' || name === 'of') {
        data[name] = parseNumber(held, { decimal: '.', thousands: null }) ?? held;
      } else data[name] = held;
    }
    if (Object.keys(labels).length > 0) data.labels = labels;
    entries.push({ line, data });
  }
  return entries;
}
