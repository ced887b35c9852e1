import type { Instant, RecordRef, Sample } from '../../src/domain/records.ts';
import { HOUR, isoTime } from '../../src/domain/time.ts';
import type { Batch, PullContext } from '../contract.ts';
import { durationMs } from '../durations.ts';
import { ConnectorError } from '../errors.ts';
import { nearestName } from '../table-names.ts';
import { digest, MAX_ROWS } from '../table-rows.ts';
import { type Line, queryRange } from './api.ts';
import { advance, cursorOf, parseCursor, type Range, rangesOf, wholeFrom, wholeUntil } from './grid.ts';
import { type PrometheusSettings, type Query, stepOf } from './settings.ts';

type Context = PullContext<PrometheusSettings>;

/**
 * What is new since the cursor, and the overlap before it again. What an earlier pull brought of the same steps and
 * this one does not is removed; what the server no longer keeps stays, for it was measured all the same.
 */
export async function* pullQuery(
  context: Context,
  query: Query,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const step = stepOf(query);
  const overlap = overlapOf(context.settings, step);
  const now = context.now();
  let progress = parseCursor(cursor);
  const stored = await context.storedIds('sample');
  for (const range of rangesOf(context.start, now, step, overlap, progress)) {
    const lines = await queryRange(context, query.query, range, step);
    const records = samplesOf(query, lines);
    // NaN says that there was nothing to divide, which is an answer.
    const answered = new Set(lines.flatMap(({ points }) => points.map(({ at }) => at)));
    const gaps = query.gaps !== 'allow';
    progress = advance(progress, { ...range, step, with: answered, settled: now - overlap, gaps });
    const removed = goneFrom(stored, records, { ...range, step, answered });
    yield {
      records,
      ...(removed.length > 0 ? { removed } : {}),
      cursor: cursorOf(progress),
      coveredFrom: wholeFrom(progress) ?? context.start,
      coveredUntil: gaps ? wholeUntil(progress, step, now - overlap) : null,
    };
  }
}

/** The newest samples, of the last day or the last steps. */
export async function previewQuery(context: Context, query: Query, rows: number): Promise<readonly Sample[]> {
  const step = stepOf(query);
  const last = Math.floor(context.now() / step) * step;
  const steps = Math.max(rows, Math.floor((24 * HOUR) / step));
  const lines = await queryRange(context, query.query, { first: last - (steps - 1) * step, last }, step);
  const samples = [...samplesOf(query, lines)].sort((a, b) => b.measuredAt - a.measuredAt);
  return samples.slice(0, rows);
}

function overlapOf({ overlap }: PrometheusSettings, step: number): number {
  return Math.max(overlap === undefined ? HOUR : durationMs(overlap), step);
}

/**
 * Stored samples of the steps that the server answers for and that it did not yield again: of another query, or of a
 * value that is none any more. It answers for nothing before its first point, which may be all that it still keeps.
 */
function goneFrom(
  stored: readonly string[],
  brought: readonly Sample[],
  { last, step, answered }: Range & { readonly step: number; readonly answered: ReadonlySet<Instant> },
): readonly RecordRef[] {
  if (answered.size === 0) return [];
  let first = last;
  for (const at of answered) first = Math.min(first, at);
  const there = new Set(brought.map(({ id }) => id));
  const gone = stored.filter((id) => {
    const at = stepEndIn(id);
    // A shorter step of before may have ended within the first one.
    return at > first - step && at <= last && !there.has(id);
  });
  return gone.map((id) => ({ recordType: 'sample', id }));
}

/** Every id ends in it, whatever the query was. */
function stepEndIn(id: string): Instant {
  return Number(id.slice(id.lastIndexOf(':') + 1)) * 1000;
}

function samplesOf(query: Query, lines: readonly Line[]): readonly Sample[] {
  const prefix = digest([query.series]).slice(0, 8);
  const subjects = new Map<string, Line>();
  const samples = new Map<string, Sample>();
  for (const line of lines) {
    const { __name__: _, ...labels } = line.labels;
    const subject = subjectOf(query, line);
    const inId = digest([subject]).slice(0, 12);
    for (const { at, value } of line.points) {
      if (value === null) continue;
      const id = `${prefix}:${inId}:${at / 1000}`;
      const other = subjects.get(subject);
      if (samples.has(id) && other !== undefined) throw twoLines(query, subject, other, line, at);
      if (samples.size === MAX_ROWS) throw tooMany(query);
      samples.set(id, {
        recordType: 'sample',
        id,
        key: `${query.series} ${isoTime(at)}`,
        title: null,
        url: null,
        series: query.series,
        subject,
        // The last moment of the step, which it is about: a window that begins at its end leaves it out.
        measuredAt: at - 1,
        value,
        of: null,
        commit: null,
        branch: null,
        labels,
      });
    }
    subjects.set(subject, line);
  }
  return [...samples.values()];
}

function subjectOf({ subject, query }: Query, { labels }: Line): string {
  if (subject === undefined) return 'all';
  if (typeof subject === 'object' && 'is' in subject) return subject.is;
  const names = [subject].flat();
  const values = names.map((name) => {
    const value = labels[name] ?? '';
    if (value !== '') return value;
    throw new ConnectorError({
      code: 'input',
      message: `What the query yields has no label \`${name}\`${nearestName(name, Object.keys(labels))}`,
      endpoint: query,
      remedy: 'Keep the label with `by (…)`, or correct `subject`',
    });
  });
  return values.join('/');
}

/** Added up, or the last of them taken, they would be a number of nothing. */
function twoLines({ query }: Query, subject: string, a: Line, b: Line, at: Instant): ConnectorError {
  const names = new Set([...Object.keys(a.labels), ...Object.keys(b.labels)]);
  const apart = [...names].filter((name) => a.labels[name] !== b.labels[name]).map((name) => `\`${name}\``);
  return new ConnectorError({
    code: 'input',
    message: `The query yields several values about \`${subject}\` at ${isoTime(at)}, which differ in ${apart.join(', ')}`,
    endpoint: query,
    remedy: 'Add them up in the query, as with sum(…) or sum by (…), or name the label as `subject`',
  });
}

function tooMany({ query }: Query): ConnectorError {
  return new ConnectorError({
    code: 'input',
    message: `The query yields more than ${MAX_ROWS} values at once`,
    endpoint: query,
    remedy: 'Add up in the query what belongs together, or take a longer `step`',
  });
}
