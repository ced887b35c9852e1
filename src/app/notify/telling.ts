import type { CheckIn, NewCheckIn } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import { createRedactor, withoutSecrets } from '../../domain/redact.ts';
import { cycleSpan, localDate, startOfDay, startOfWeek } from '../../domain/time.ts';
import { type ChannelPlan, digestDue, planEvents, planSummary } from '../../notify/plan.ts';
import { toldAsOpen } from '../../notify/plan-changes.ts';
import type { PlanInput, Trouble } from '../../notify/plan-input.ts';
import type { ReportModel, WeekModel } from '../../report/detail.ts';
import type { Telling } from '../../store/contract.ts';
import type { App } from '../context.ts';
import { type StatusReader, statusReader } from '../read.ts';
import { weekReader } from '../weeks.ts';
import { refusedChannels } from './state.ts';

const NOTHING_TO_TELL: Telling = { messages: [], topics: [], folded: [] };

/** What is told of runs as of another time than now is not news. */
const NOW_IS_WITHIN = 15 * 60_000;

export function isNow(asOf: Instant, now: Instant): boolean {
  return Math.abs(asOf - now) <= NOW_IS_WITHIN;
}

/**
 * Reads what is needed to plan, and gives a function that plans at once, inside the transaction that records check-ins:
 * what is to be told of them is stored with them or not at all. `cycles`: those that were closed beside the current one;
 * `planned`: the check-ins that it will be given.
 */
export async function eventsTeller(
  app: App,
  asOf: Instant,
  cycles: readonly string[],
  planned: readonly NewCheckIn[],
): Promise<(added: readonly CheckIn[]) => Telling> {
  const { channels, timezone, secrets } = app.configuration;
  if (channels.length === 0) return () => NOTHING_TO_TELL;
  const current = await statusReader(app, asOf);
  const others = cycles.filter((cycle) => cycle !== current.cycle.id);
  const inputs = await planInputs(app);
  const ended = endedUntold(app, asOf, inputs).filter(
    (cycle) => cycle !== current.cycle.id && !others.includes(cycle),
  );
  const readers = [
    current,
    ...(await Promise.all(others.map((cycle) => statusReader(app, asOf, cycle)))),
    ...(await Promise.all(ended.map(async (cycle) => closedOnly(await statusReader(app, asOf, cycle))))),
  ];
  const plansOf = (added: readonly CheckIn[], weekOf: PlanInput['weekOf']) => {
    const models = readers.map(({ read }) => read(added));
    const reachedOn: PlanInput['reachedOn'] = (cycle, objective, keyResult) => {
      const checkIns = readers.find((one) => one.cycle.id === cycle)?.checkInsWith(added) ?? [];
      const mine = checkIns.filter((one) => one.objectiveId === objective && one.keyResultId === keyResult);
      return lastReached(mine, timezone);
    };
    return inputs.map((input) => {
      return [input.channel.id, planEvents({ ...input, reachedOn, weekOf }, models)] as const;
    });
  };
  const weekOf = await weeksToTell(app, asOf, readers, asIfAdded(planned, app.now()), plansOf);
  const safe = createRedactor(secrets);
  return (added) => joined(plansOf(added, weekOf), app.now(), safe);
}

/** Cycles that are over while some channel's last word of them is another: the message of their end was given up. */
function endedUntold({ configuration }: App, asOf: Instant, inputs: readonly PlanInput[]): readonly string[] {
  const { cycles, timezone } = configuration;
  return cycles
    .filter((cycle) => cycleSpan(cycle, timezone).to <= asOf)
    .map(({ id }) => id)
    .filter((id) => inputs.some(({ told }) => toldAsOpen(told, id)));
}

/** Of a cycle that is over, what ended: nothing else of it is news. */
function closedOnly(reader: StatusReader): StatusReader {
  const read: StatusReader['read'] = (added) => {
    const model = reader.read(added);
    const objectives = model.objectives.map((objective) => ({
      ...objective,
      keyResults: objective.keyResults.filter(({ status }) => status === 'closed'),
    }));
    return { ...model, objectives };
  };
  return { ...reader, read };
}

/** As they will be once they are stored: newer than every other. */
function asIfAdded(planned: readonly NewCheckIn[], recordedAt: Instant): readonly CheckIn[] {
  const last = Number.MAX_SAFE_INTEGER - planned.length;
  return planned.map((one, i) => ({ ...one, id: last + i, runId: 0, recordedAt }));
}

/**
 * What the last week did to the key results that will be told of. Finding the items that moved one takes a pass over the
 * records, for which no transaction can wait: so a first plan tells which will be asked for, mostly none.
 */
async function weeksToTell(
  app: App,
  asOf: Instant,
  readers: readonly StatusReader[],
  added: readonly CheckIn[],
  plan: (added: readonly CheckIn[], weekOf: PlanInput['weekOf']) => unknown,
): Promise<PlanInput['weekOf']> {
  const nameOf = (...path: readonly string[]): string => JSON.stringify(path);
  const asked = new Set<string>();
  plan(added, (cycle, objective, keyResult) => {
    asked.add(nameOf(cycle, objective, keyResult));
    return null;
  });
  const weeks = new Map<string, WeekModel>();
  for (const { cycle, objectives, checkInsWith } of readers) {
    const wanted = objectives
      .flatMap(({ keyResults }) => keyResults)
      .map((keyResult) => ({ keyResult, name: nameOf(cycle.id, keyResult.objectiveId, keyResult.id) }))
      .filter(({ name }) => asked.has(name));
    if (wanted.length === 0) continue;
    const reader = await weekReader(app, asOf, cycle);
    const checkIns = checkInsWith(added);
    await Promise.all(
      wanted.map(async ({ keyResult, name }) => weeks.set(name, await reader.weekOf(keyResult, checkIns))),
    );
  }
  return (...path) => weeks.get(nameOf(...path)) ?? null;
}

/** The digests that are due, from what is recorded; nothing is computed where none is. */
export async function digestTelling(app: App, report: () => Promise<ReportModel>): Promise<Telling> {
  const { channels, timezone, secrets } = app.configuration;
  if (channels.length === 0) return NOTHING_TO_TELL;
  const plans: (readonly [string, ChannelPlan])[] = [];
  let model: ReportModel | null = null;
  for (const input of await planInputs(app)) {
    const slot = digestDue(input, timezone);
    if (slot === null) continue;
    model ??= await report();
    plans.push([input.channel.id, planSummary(input, slot, model)]);
  }
  return joined(plans, app.now(), createRedactor(secrets));
}

/** Of each channel, in the order of the configuration. */
async function planInputs(app: App): Promise<readonly PlanInput[]> {
  const { configuration, store, now } = app;
  const { channels, timezone } = configuration;
  const told = await store.topics();
  const monday = startOfDay(startOfWeek(localDate(now(), timezone)), timezone);
  const counts = await store.messagesSince(monday, ['change', 'operator']);
  const folded = (await store.outbox(['folded'])).filter(({ foldedInto }) => foldedInto === null);
  const troubles = await channelTroubles(app);
  return channels.map((channel) => ({
    channel,
    told: told.get(channel.id) ?? new Map<string, string>(),
    now: now(),
    troubles: troubles.filter(({ topic }) => topic !== `channel ${channel.id}`),
    thisWeek: counts.get(channel.id) ?? 0,
    keptBack: folded
      .filter((row) => row.channel === channel.id)
      .map(({ id, body }) => ({ id, subject: (body as { readonly subject: string }).subject })),
    reachedOn: () => null,
    weekOf: () => null,
  }));
}

async function channelTroubles({ configuration, store }: App): Promise<readonly Trouble[]> {
  return Array.from(await refusedChannels(configuration.channels, store), ([id, { error }]) => {
    const about = `channel ${id} is disabled`;
    return { topic: `channel ${id}`, about, text: `${about}: ${error}` };
  });
}

/** The date of the check-in that began the last stretch of `achieved`. */
function lastReached(checkIns: readonly CheckIn[], zone: string): string | null {
  const ordered = checkIns.toSorted((a, b) => a.asOf - b.asOf || a.id - b.id);
  const last = ordered.findLastIndex(({ shown }) => shown === 'achieved');
  if (last < 0) return null;
  let first = last;
  while (first > 0 && ordered[first - 1]?.shown === 'achieved') first -= 1;
  const reached = ordered[first];
  // A check-in of midnight is of the day that ended.
  return reached === undefined ? null : localDate(reached.asOf - 1, zone);
}

/**
 * What channels are to be told, as the store takes it, every text of a message made safe. What they remember is words and
 * numbers of krsync's own, which are compared with as they are: a secret may be one of these words.
 */
export function joined(
  plans: readonly (readonly [channel: string, plan: ChannelPlan])[],
  now: Instant,
  safe: (text: string) => string,
): Telling {
  return {
    messages: plans.flatMap(([channel, plan]) =>
      plan.messages.map(({ message, state }) => ({
        id: message.id,
        channel,
        kind: message.kind,
        body: withoutSecrets(message, safe),
        state,
        createdAt: now,
      })),
    ),
    topics: plans.flatMap(([channel, plan]) => {
      const tellers = new Map(
        plan.messages.flatMap(({ message, tells }) => tells.map((topic) => [topic, message.id] as const)),
      );
      return Array.from(plan.told, ([topic, value]) => ({
        channel,
        topic,
        value,
        message: tellers.get(topic) ?? null,
      }));
    }),
    folded: plans.flatMap(([, plan]) => plan.folded),
  };
}
