import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { STATUSES } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import type { StatusModel } from '../report/model.ts';

/** Seconds: from an unchanged hour to a first pull of years. */
const DURATIONS = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200];

/** Told from the beginning, so that the first of each is seen as an increase. */
const OUTCOMES = ['ok', 'failed', 'interrupted', 'locked', 'configuration', 'error'];

export interface Metrics {
  readonly contentType: string;
  runEnded(run: { readonly outcome: string; readonly startedAt: Instant; readonly endedAt: Instant }): void;
  overran(): void;
  updated(counts: { readonly records: number; readonly changed: number; readonly checkIns: number }): void;
  answered(answer: {
    readonly host: string;
    readonly status: number | 'error';
    readonly left: number | null;
    readonly limit: string;
  }): void;
  delivered(delivery: {
    readonly channel: string;
    readonly sent: number;
    readonly givenUp: number;
    readonly error: unknown;
  }): void;
  /** Everything in Prometheus' text format; `status` null where the database cannot be read. */
  render(state: MetricsState): Promise<string>;
}

export interface MetricsState {
  readonly now: Instant;
  readonly status: StatusModel | null;
  readonly ready: boolean;
  readonly configurationValid: boolean;
  readonly lastRun: { readonly at: Instant; readonly outcome: 'ok' | 'failed' } | null;
  readonly nextRun: Instant | null;
  readonly runningSince: Instant | null;
}

/** `process`: also what Node says of this process, which is watched from then on. */
export function createMetrics(version: string, options: { readonly process: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.process) collectDefaultMetrics({ register: registry });

  function gauge<T extends string>(name: string, help: string, labelNames: readonly T[] = []): Gauge<T> {
    return new Gauge({ name: `krsync_${name}`, help, labelNames, registers });
  }
  function counter<T extends string>(name: string, help: string, labelNames: readonly T[] = []): Counter<T> {
    return new Counter({ name: `krsync_${name}`, help, labelNames, registers });
  }

  gauge('build_info', 'Always 1; the labels say which version runs.', ['version', 'node']).set(
    { version, node: process.versions.node },
    1,
  );
  const duration = new Histogram({
    name: 'krsync_run_duration_seconds',
    help: 'How long scheduled runs took.',
    labelNames: ['outcome'],
    buckets: DURATIONS,
    registers,
  });
  const runs = counter(
    'runs_total',
    'Scheduled runs by outcome: ok, failed (a source or channel), interrupted, locked (another run), configuration, error.',
    ['outcome'],
  );
  for (const outcome of OUTCOMES) runs.inc({ outcome }, 0);
  const overruns = counter('run_overruns_total', 'Runs that went on past the time of the next one.');
  const pulled = counter('records_pulled_total', 'Records that sources yielded.');
  const changed = counter('records_changed_total', 'Records that were new or different.');
  const checkIns = counter('check_ins_recorded_total', 'Check-ins that were recorded.');
  const requests = counter('requests_total', 'Requests to tools by answer; `error` where none came.', [
    'host',
    'status',
  ]);
  const messages = counter('messages_total', 'Messages by what became of them: sent, given_up, failed.', [
    'channel',
    'outcome',
  ]);
  const left = gauge('rate_limit_remaining', 'Requests left, as the tool said last.', ['host', 'limit']);

  const ready = gauge('ready', '1 when /readyz says so.');
  const valid = gauge(
    'configuration_valid',
    '0 while the files have faults and the last good ones are used.',
  );
  const running = gauge('run_in_progress', '1 while a run is under way.');
  const last = gauge('last_run_timestamp_seconds', 'When the last run that ended began.');
  const lastFailed = gauge(
    'last_run_failed',
    '1 when a source or channel failed in it, or it broke; also of `krsync update`.',
  );
  const next = gauge('next_run_timestamp_seconds', 'When the next run is due.');

  const stored = gauge('source_records', 'Records in the database.', ['source', 'kind']);
  const failing = gauge('source_failing', '1 while a stream of the source fails.', ['source', 'kind']);
  const channelFailing = gauge(
    'channel_failing',
    '1 while the channel is disabled, or the last message that was tried failed: until one is taken.',
    ['channel', 'kind'],
  );
  const freshness = gauge(
    'source_freshness_seconds',
    "Age of the oldest last complete pull of the source's streams; absent before the first.",
    ['source', 'kind'],
  );
  const progress = gauge('key_result_progress', '0 at the start, 1 at the target; absent without data.', [
    'objective',
    'key_result',
  ]);
  const current = gauge('key_result_value', 'The value; absent without data.', [
    'objective',
    'key_result',
    'unit',
  ]);
  const state = gauge('key_result_status', '1 for the status that it has.', [
    'objective',
    'key_result',
    'status',
  ]);
  const objective = gauge('objective_progress', 'Rolled up, 0..1; absent without data.', ['objective']);

  /** A series without a value is left out: a 0 would say something. */
  function setOrRemove(one: Gauge, value: number | null): void {
    if (value === null) one.remove();
    else one.set(value);
  }

  function setStatus(status: StatusModel | null, now: Instant): void {
    // What left the configuration leaves here too.
    for (const one of [stored, failing, channelFailing, freshness, progress, current, state, objective])
      one.reset();
    if (status === null) return;
    for (const { id: source, kind, records, error, lastSuccessAt } of status.sources) {
      stored.set({ source, kind }, records);
      failing.set({ source, kind }, error === null ? 0 : 1);
      if (lastSuccessAt !== null) freshness.set({ source, kind }, (now - Date.parse(lastSuccessAt)) / 1000);
    }
    for (const { id: channel, kind, error } of status.channels)
      channelFailing.set({ channel, kind }, error === null ? 0 : 1);
    for (const one of status.objectives) {
      if (one.progress !== null) objective.set({ objective: one.id }, one.progress);
      for (const keyResult of one.keyResults) {
        const labels = { objective: one.id, key_result: keyResult.id };
        if (keyResult.progress !== null) progress.set(labels, keyResult.progress);
        if (keyResult.current !== null) current.set({ ...labels, unit: keyResult.unit }, keyResult.current);
        for (const name of STATUSES)
          state.set({ ...labels, status: name }, name === keyResult.status ? 1 : 0);
      }
    }
  }

  return {
    contentType: registry.contentType,
    runEnded({ outcome, startedAt, endedAt }) {
      runs.inc({ outcome });
      duration.observe({ outcome }, (endedAt - startedAt) / 1000);
    },
    overran: () => overruns.inc(),
    updated(counts) {
      pulled.inc(counts.records);
      changed.inc(counts.changed);
      checkIns.inc(counts.checkIns);
    },
    answered(answer) {
      requests.inc({ host: answer.host, status: String(answer.status) });
      if (answer.left !== null) left.set({ host: answer.host, limit: answer.limit }, answer.left);
    },
    delivered({ channel, sent, givenUp, error }) {
      messages.inc({ channel, outcome: 'sent' }, sent);
      messages.inc({ channel, outcome: 'given_up' }, givenUp);
      messages.inc({ channel, outcome: 'failed' }, error === null ? 0 : 1);
    },
    render(of) {
      ready.set(of.ready ? 1 : 0);
      valid.set(of.configurationValid ? 1 : 0);
      running.set(of.runningSince === null ? 0 : 1);
      setOrRemove(last, of.lastRun === null ? null : of.lastRun.at / 1000);
      setOrRemove(lastFailed, of.lastRun === null ? null : Number(of.lastRun.outcome === 'failed'));
      setOrRemove(next, of.nextRun === null ? null : of.nextRun / 1000);
      setStatus(of.status, of.now);
      return registry.metrics();
    },
  };
}
