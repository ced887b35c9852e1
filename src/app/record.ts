import { parseDuration, parseQuantity, UNIT_NAMES } from '../config/quantity.ts';
import type { FrozenStart, KeyResult, NewCheckIn } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { createRedactor } from '../domain/redact.ts';
import { addDays, cycleSpan, isLocalDate, startOfDay } from '../domain/time.ts';
import { kindOf } from '../metrics/contract.ts';
import { metricOf } from '../metrics/index.ts';
import { assess } from '../okr/assess.ts';
import { definitionHash, ruleHash } from '../okr/definition.ts';
import { gated } from '../okr/plan.ts';
import { resolveStart } from '../okr/start.ts';
import { type App, keyResultNamed, measurer, UsageError } from './context.ts';

export interface RecordOptions {
  /** The value in the key result's unit, such as `36h`; null to record none. */
  readonly value: string | null;
  readonly reason: string;
  readonly author: string;
  /** `2026-12-01` (to its end) or a length of time such as `14d`: automation resumes after it. */
  readonly until: string | null;
  /** A share such as `70%`. */
  readonly confidence: string | null;
  /** Takes the value that the gate holds now. */
  readonly accept: boolean;
  /** Sets the start to `value` rather than the current value. */
  readonly start: boolean;
}

export interface Recorded {
  readonly keyResult: KeyResult;
  readonly value: number | null;
  readonly start: number | null;
  readonly confidence: number | null;
  readonly expiresAt: Instant | null;
}

/** A person's check-in: a value, a confidence, an accepted jump, or another start. Nothing is computed away. */
export async function record(
  app: App,
  name: string,
  options: RecordOptions,
  asOf: Instant,
): Promise<Recorded> {
  const { configuration, store, now } = app;
  const { timezone } = configuration;
  const { cycle, objective, keyResult } = await keyResultNamed(app, name, asOf);
  const { value, confidence, accept, start } = options;
  const safe = createRedactor(configuration.secrets);
  const reason = safe(options.reason);
  const author = safe(options.author);
  if (value === null && confidence === null && !accept) {
    throw new UsageError('say what to record: a value, --confidence, or --accept for the value that is held');
  }
  if (accept && value !== null)
    throw new UsageError('--accept takes the value that is held: leave the other out');
  if (start && value === null) throw new UsageError('--start needs the value that the start is to be');
  if (start && keyResult.kind !== 'reach') throw new UsageError(`${name} keeps a band: it has no start`);
  const span = cycleSpan(cycle, timezone);
  if (asOf >= span.to) throw new UsageError(`the cycle ${cycle.id} is over: nothing more is recorded in it`);
  const measure = measurer(app, cycle, asOf, await store.members(), await store.streamFailures());
  const series = await measure(keyResult);
  const given = value === null ? null : quantity(value, keyResult);
  const entered = accept ? series.current.value : start ? null : given;
  if (accept && entered === null) {
    throw new UsageError(`${name} has no value to accept: ${series.current.reason ?? 'there is no data'}`);
  }
  const mine = <T extends { objectiveId: string; keyResultId: string }>(rows: readonly T[]) =>
    rows.filter((row) => row.objectiveId === objective.id && row.keyResultId === keyResult.id);
  const previous = mine(await store.checkIns(cycle.id)).filter((one) => one.asOf <= asOf);
  const frozen =
    start && given !== null ? frozenStart(cycle.id, keyResult, given, asOf, { author, reason }) : null;
  const kind = kindOf(metricOf(keyResult.rule.measure), keyResult.rule.options);
  const from =
    keyResult.kind === 'reach'
      ? resolveStart({
          keyResult,
          cycleId: cycle.id,
          cycle: span,
          flow: kind === 'flow',
          frozen: frozen ?? mine(await store.frozenStarts(cycle.id)).at(-1) ?? null,
          atStart: series.atStart,
          days: series.days,
        }).value
      : null;
  const judged = gated({ keyResult, kind, series, checkIns: previous }, from);
  if (accept && !judged.current.held) {
    throw new UsageError(`the value of ${name} is not held: there is no jump to accept`);
  }
  // A confidence or a new start leaves the value as it was last recorded.
  const shown = entered ?? previous.findLast((one) => one.value !== null)?.value ?? series.current.value;
  const expiresAt = options.until === null ? null : expiry(options.until, asOf, timezone);
  const share = confidence === null ? null : shareOf(confidence);
  const row: NewCheckIn = {
    ...assess({
      keyResult,
      cycle,
      span,
      zone: timezone,
      asOf,
      current: { ...series.current, value: shown, held: false, reason: null },
      days: accept ? [...judged.days.slice(0, -1), ...series.days.slice(-1)] : judged.days,
      start: from,
      previous,
      stale: null,
      note: reason,
      forecast: null,
      paced: true,
    }),
    author,
    confidence: share,
    expiresAt: entered === null ? null : expiresAt,
  };
  const runId = await store.startRun({ command: 'record', startedAt: now(), asOf });
  await store.recordCheckIns({
    runId,
    recordedAt: now(),
    checkIns: [row],
    starts: frozen === null ? [] : [frozen],
    definitions: [
      {
        cycleId: cycle.id,
        objectiveId: objective.id,
        keyResultId: keyResult.id,
        hash: definitionHash(keyResult),
        definition: JSON.stringify({ cycle, objective: { ...objective, keyResults: [] }, keyResult }),
      },
    ],
    outcome: 'ok',
  });
  return { keyResult, value: row.value, start: row.start, confidence: share, expiresAt: row.expiresAt };
}

function quantity(text: string, keyResult: KeyResult): number {
  const parsed = parseQuantity(text, keyResult.unit, keyResult.rule.calendar);
  if ('value' in parsed) return parsed.value;
  throw new UsageError(`${keyResult.id} takes ${UNIT_NAMES[keyResult.unit]}: ${parsed.fault}`);
}

function shareOf(text: string): number {
  const parsed = parseQuantity(text, 'share');
  if ('value' in parsed) return parsed.value;
  throw new UsageError(`--confidence takes a share such as 70%: ${parsed.fault}`);
}

function expiry(text: string, asOf: Instant, zone: string): Instant {
  const length = parseDuration(text);
  if (length !== null) return asOf + length;
  if (!isLocalDate(text)) {
    throw new UsageError(
      `--until takes a date such as 2026-12-01 or a length of time such as 14d, not '${text}'`,
    );
  }
  const end = startOfDay(addDays(text, 1), zone);
  if (end <= asOf) throw new UsageError(`--until ${text} is over already`);
  return end;
}

function frozenStart(
  cycleId: string,
  keyResult: KeyResult,
  value: number,
  at: Instant,
  { author, reason }: Pick<RecordOptions, 'author' | 'reason'>,
): FrozenStart {
  const { objectiveId, id: keyResultId, rule } = keyResult;
  const row = { cycleId, objectiveId, keyResultId, definitionHash: ruleHash(rule), value, at };
  return { ...row, reason: `set by ${author}: ${reason}` };
}
