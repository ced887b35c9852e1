import type {
  CheckIn,
  ComputedStatus,
  Cycle,
  KeyResult,
  Objective,
  ReachKeyResult,
  Span,
  Status,
} from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { dayEnds, elapsedShare, isoTime, localDate } from '../domain/time.ts';
import { isComputed } from '../okr/assess.ts';
import { definitionHash } from '../okr/definition.ts';
import type { KeyResultPlan } from '../okr/plan.ts';
import { isStretched } from '../okr/progress.ts';
import { type Part, partOfParent, rollUp, rollUpGroups } from '../okr/rollup.ts';
import type { StoredMember, StreamFailure } from '../store/contract.ts';
import type {
  ChannelModel,
  KeyResultModel,
  ObjectiveModel,
  PlanEntry,
  SourceModel,
  StatusModel,
} from './model.ts';
import { forecastOf, paceOf } from './outlook.ts';

export interface StatusInput {
  readonly asOf: Instant;
  readonly timezone: string;
  readonly cycle: Cycle;
  readonly span: Span;
  /** Those of the cycle. */
  readonly objectives: readonly Objective[];
  /** Ids of those that are shown; the others still count for their parents. Default: all. */
  readonly only?: ReadonlySet<string>;
  /** Of the cycle, oldest as-of first. */
  readonly checkIns: readonly CheckIn[];
  readonly sources: readonly { readonly id: string; readonly kind: string }[];
  /** Default: none. */
  readonly channels?: readonly ChannelModel[];
  readonly members: readonly StoredMember[];
  readonly failures: readonly StreamFailure[];
  readonly recordCounts: ReadonlyMap<string, number>;
  /** Whether it counts up from the cycle's start. */
  readonly cumulative: (keyResult: ReachKeyResult) => boolean;
  /** Why the data behind a key result is too old as of now; null when it is not. */
  readonly staleReason: (keyResult: KeyResult, good: CheckIn) => string | null;
}

export function buildStatus(input: StatusInput): StatusModel {
  const { asOf, span, cycle } = input;
  const checkIns = byKeyResult(input.checkIns, asOf);
  const days = dayEnds(span, asOf, input.timezone).map((day) => day.end);
  const objectives = input.objectives.map((objective) => ({
    objective,
    keyResults: objective.keyResults.map((keyResult) =>
      keyResultModel(input, keyResult, checkIns.get(nameOf(keyResult.objectiveId, keyResult.id)) ?? [], days),
    ),
  }));
  const rolled = new Map<string, ReturnType<typeof rollUp>>();
  const rollUpOf = (id: string): ReturnType<typeof rollUp> => {
    const known = rolled.get(id);
    if (known) return known;
    const own = objectives.find(({ objective }) => objective.id === id);
    const children = objectives.filter(({ objective }) => objective.parent === id);
    const parts: Part[] = [
      ...(own?.keyResults.map(partOf) ?? []),
      ...children.map(({ objective }) => partOfParent(objective.weight, rollUpOf(objective.id))),
    ];
    const result = rollUp(parts);
    rolled.set(id, result);
    return result;
  };
  const shown = objectives.filter(({ objective }) => input.only?.has(objective.id) ?? true);
  const owned = shown.map(({ objective, keyResults }) => ({
    objective,
    own: rollUp(keyResults.map(partOf)),
  }));
  return {
    asOf: isoTime(asOf),
    timezone: input.timezone,
    cycle: { ...cycle, elapsed: round(elapsedShare(span, asOf), 4) },
    sources: input.sources.map((source) => sourceModel(source, input)),
    channels: input.channels ?? [],
    objectives: shown.map(({ objective, keyResults }): ObjectiveModel => {
      const { id, title, owner, team, focusArea, parent } = objective;
      return {
        id,
        title,
        owner,
        team,
        focusArea,
        parent,
        ...rollUpOf(id),
        keyResults: keyResults.map(({ model }) => model),
      };
    }),
    rollups: {
      owner: rollUpGroups(owned, 'owner'),
      team: rollUpGroups(owned, 'team'),
      focusArea: rollUpGroups(owned, 'focusArea'),
    },
  };
}

interface KeyResultPart {
  readonly model: KeyResultModel;
  readonly weight: number;
}

function nameOf(objectiveId: string, keyResultId: string): string {
  return `${objectiveId}/${keyResultId}`;
}

/** Those up to a moment, in their order. */
function byKeyResult(checkIns: readonly CheckIn[], asOf: Instant): ReadonlyMap<string, readonly CheckIn[]> {
  const groups = new Map<string, CheckIn[]>();
  for (const checkIn of checkIns) {
    if (checkIn.asOf > asOf) continue;
    const name = nameOf(checkIn.objectiveId, checkIn.keyResultId);
    const group = groups.get(name);
    if (group) group.push(checkIn);
    else groups.set(name, [checkIn]);
  }
  return groups;
}

function keyResultModel(
  input: StatusInput,
  keyResult: KeyResult,
  checkIns: readonly CheckIn[],
  days: readonly Instant[],
): KeyResultPart {
  const last = checkIns.at(-1);
  // The last good value stays on screen, with its date, while newer ones are held or missing.
  const good = checkIns.findLast((one) => one.value !== null) ?? last;
  const stale = good === undefined ? null : input.staleReason(keyResult, good);
  const status =
    last === undefined ? 'no_data' : last.shown === 'closed' || stale === null ? last.shown : 'stale';
  const { id, title, kind, rule, unit } = keyResult;
  const steps = keyResult.kind === 'reach' ? (keyResult.milestones ?? null) : null;
  const model: KeyResultModel = {
    id,
    title,
    kind: steps === null ? kind : 'milestone',
    measure: rule.measure,
    aggregate: rule.aggregate,
    unit,
    start: kind === 'reach' ? (good?.start ?? (keyResult.start === 'auto' ? null : keyResult.start)) : null,
    target: kind === 'reach' ? keyResult.target : null,
    stretch: kind === 'reach' ? (keyResult.stretch ?? null) : null,
    stretchReached: kind === 'reach' && isStretched(keyResult, good?.value ?? null, good?.progress ?? null),
    keep: kind === 'keep' ? keyResult.keep : null,
    milestones:
      steps === null
        ? null
        : (good?.details?.milestones ??
          steps.map((step) => ({ title: step.title, share: step.share, done: null, by: step.by }))),
    guards: last?.details?.guards ?? [],
    current: good?.value ?? null,
    progress: good?.progress ?? null,
    expectedProgress: kind === 'reach' ? round(elapsedShare(input.span, input.asOf), 4) : null,
    status,
    computedStatus: last?.computed ?? 'no_data',
    countsAs: countedStatus(status, checkIns),
    outcome: last?.outcome ?? null,
    note: noteOf(keyResult, last, good, stale, input.timezone),
    sampleSize: good?.sampleSize ?? 0,
    window: good === undefined ? null : { from: isoTime(good.window.from), to: isoTime(good.window.to) },
    measuredAt: good === undefined || good.value === null ? null : isoTime(good.asOf),
    checkInId: last?.id ?? null,
    forecast: forecastOf(last),
    pace: kind === 'reach' && input.cumulative(keyResult) ? paceOf(keyResult, input.span, checkIns) : null,
    confidence: checkIns.findLast((one) => one.confidence !== null)?.confidence ?? null,
    trend: trendOf(
      days,
      checkIns.filter((one) => one.asOf > input.span.from),
    ),
  };
  return { model, weight: keyResult.weight };
}

/** The status that is shown is the one that counts, so that an objective follows from what stands beneath it. */
function countedStatus(status: Status, checkIns: readonly CheckIn[]): ComputedStatus | null {
  if (isComputed(status)) return status;
  const judged = (one: Status | undefined) => (one !== undefined && isComputed(one) ? one : null);
  if (status === 'closed') return judged(checkIns.at(-1)?.computed);
  return (
    judged(checkIns.findLast(({ shown }) => isComputed(shown))?.shown) ??
    // Held or stale from its first day on.
    judged(checkIns.findLast(({ computed }) => isComputed(computed))?.computed)
  );
}

function noteOf(
  keyResult: KeyResult,
  last: CheckIn | undefined,
  good: CheckIn | undefined,
  stale: string | null,
  zone: string,
): string | null {
  if (last === undefined) return 'no check-in in this cycle yet: run krsync update';
  const notes = [stale ?? last.note];
  if (good !== last && good?.value !== null && good !== undefined) {
    notes.push(`the value is of ${localDate(good.asOf - 1, zone)}`);
  }
  if (last.author !== 'auto') {
    const until = last.expiresAt === null ? '' : ` until ${localDate(last.expiresAt - 1, zone)}`;
    notes.push(`recorded by ${last.author}${until}`);
  }
  if (last.definitionHash !== definitionHash(keyResult))
    notes.push('its definition changed: run krsync update');
  const said = notes.filter((note) => note !== null);
  return said.length === 0 ? null : said.join('; ');
}

function partOf({ model, weight }: KeyResultPart): Part {
  return { weight, progress: model.progress, status: model.status, lastStatus: model.countsAs };
}

/** The last value of each day so far, the days given by their ends. A check-in of midnight is of the day that ended. */
function trendOf(days: readonly Instant[], checkIns: readonly CheckIn[]): readonly (number | null)[] {
  let next = 0;
  return days.map((end) => {
    let value: number | null = null;
    for (let one = checkIns[next]; one !== undefined && one.asOf <= end; one = checkIns[++next]) {
      value = one.value ?? value;
    }
    return value;
  });
}

function sourceModel(
  source: { readonly id: string; readonly kind: string },
  input: StatusInput,
): SourceModel {
  const members = input.members.filter((member) => member.source === source.id);
  const failures = input.failures.filter((failure) => failure.source === source.id);
  const streams = [
    ...members.map((member) => ({
      stream: member.stream,
      member: member.member,
      completeAt: member.completeAt === null ? null : isoTime(member.completeAt),
      error: member.error,
    })),
    ...failures.map((failure) => ({
      stream: failure.stream,
      member: null,
      completeAt: null,
      error: failure.error,
    })),
  ];
  const times = streams.map((stream) => stream.completeAt);
  const complete = times.length > 0 && times.every((time) => time !== null);
  return {
    // Named one by one: the source that is configured holds its credentials.
    id: source.id,
    kind: source.kind,
    lastSuccessAt: complete ? ([...times].sort()[0] ?? null) : null,
    error: streams.find((stream) => stream.error !== null)?.error ?? null,
    records: input.recordCounts.get(source.id) ?? 0,
    streams,
  };
}

export function planEntry(plan: KeyResultPlan): PlanEntry {
  const { keyResult, before, next, reason } = plan;
  return {
    objective: keyResult.objectiveId,
    keyResult: keyResult.id,
    title: keyResult.title,
    unit: keyResult.unit,
    action: reason === null ? 'none' : 'check-in',
    reason: reason ?? 'nothing notable changed',
    before:
      before === undefined ? null : { value: before.value, progress: before.progress, status: before.shown },
    after: {
      value: next.value,
      progress: next.progress,
      status: next.shown,
      sampleSize: next.sampleSize,
      note: next.note,
      guards: next.details?.guards ?? [],
    },
    backfilled: plan.backfilled,
    corrected: plan.corrected,
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
