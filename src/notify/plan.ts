import { lastTime } from '../domain/cron.ts';
import { isoTime } from '../domain/time.ts';
import type { ReportModel } from '../report/detail.ts';
import type { StatusModel } from '../report/model.ts';
import { planChange } from './plan-changes.ts';
import { planDigest } from './plan-digest.ts';
import { inScope, type PlanInput, type Planned } from './plan-input.ts';
import { planOperator } from './plan-operator.ts';

export interface ChannelPlan {
  readonly messages: readonly (Planned & { readonly state: 'pending' | 'folded' })[];
  /** What it is told with them; null forgets a topic. */
  readonly told: ReadonlyMap<string, string | null>;
  /** Messages that the cap kept back, and the digest that tells them. */
  readonly folded: readonly { readonly id: string; readonly into: string }[];
}

/**
 * What one channel is to be told at once, from where everything stands and what it was told before. Pure. A channel
 * that was told nothing yet learns how things stand in silence, so that a first run does not flood it. `models`: the
 * current cycle first; then those that were closed in this run, or whose end some channel was not told.
 */
export function planEvents(input: PlanInput, models: readonly StatusModel[]): ChannelPlan {
  const { rules } = input.channel;
  const { changes, operator, digest, mostPerWeek } = rules;
  const told = new Map<string, string | null>();
  const scoped = models.map((model) => ({ ...model, objectives: inScope(model.objectives, rules) }));
  const events: Planned[] = [];
  if (changes) events.push(...scoped.flatMap((model) => planChange(input, model, told)));
  if (operator) events.push(...planOperator(input, scoped, told));
  // A new channel waits for its first time rather than be sent a digest whose time was before it was there.
  if (digest !== null && !input.told.has(DIGEST_TIME)) told.set(DIGEST_TIME, isoTime(input.now));
  const room = mostPerWeek === null ? events.length : Math.max(0, mostPerWeek - input.thisWeek);
  const messages = events.map((event, index) => ({
    ...event,
    state: index < room ? ('pending' as const) : ('folded' as const),
  }));
  return { messages, told, folded: [] };
}

/** The time of the schedule that a digest is due for; null while none is. */
export function digestDue({ channel, told, now }: PlanInput, zone: string): string | null {
  const { digest } = channel.rules;
  const before = told.get(DIGEST_TIME);
  const time = digest === null || before === undefined ? null : lastTime(digest.times, now, zone);
  if (time === null || before === undefined) return null;
  const slot = isoTime(time);
  return slot > before ? slot : null;
}

/** What a digest that is due says, if it has anything to say. */
export function planSummary(input: PlanInput, slot: string, report: ReportModel): ChannelPlan {
  const told = new Map<string, string | null>();
  const objectives = inScope(report.objectives, input.channel.rules);
  const message = planDigest(input, slot, { ...report, objectives }, told);
  const tells = [...told.keys()];
  // Its time has passed whatever becomes of the digest.
  told.set(DIGEST_TIME, slot);
  if (message === null) return { messages: [], told, folded: [] };
  const folded = input.keptBack.map(({ id }) => ({ id, into: message.id }));
  return { messages: [{ message, tells, state: 'pending' }], told, folded };
}

const DIGEST_TIME = 'digest time';
