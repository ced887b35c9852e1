import { lastTime } from '../domain/cron.ts';
import { isoTime } from '../domain/time.ts';
import type { Message } from '../report/message.ts';
import type { ObjectiveModel, StatusModel } from '../report/model.ts';
import { planChange } from './plan-changes.ts';
import { planDigest } from './plan-digest.ts';
import type { PlanInput } from './plan-input.ts';
import { planOperator } from './plan-operator.ts';
import type { ChannelRules } from './rules.ts';

export interface ChannelPlan {
  readonly messages: readonly { readonly message: Message; readonly state: 'pending' | 'folded' }[];
  /** What it is told with them; null forgets a topic. */
  readonly told: ReadonlyMap<string, string | null>;
  /** Messages that the cap kept back, and the digest that tells them. */
  readonly folded: readonly { readonly id: string; readonly into: string }[];
}

/**
 * What one channel is to be sent now, from where everything stands and what it was told before. Pure. A channel that
 * was told nothing yet learns how things stand in silence, so that a first run does not flood it.
 */
export function planChannel(input: PlanInput): ChannelPlan {
  const { channel, models, now } = input;
  const { rules } = channel;
  const told = new Map<string, string | null>();
  const scoped = models.map((model) => ({ ...model, objectives: inScope(model.objectives, rules) }));
  const events: Message[] = [];
  if (rules.changes) events.push(...scoped.flatMap((model) => planChange(input, model, told)));
  if (rules.operator) events.push(...planOperator(input, scoped, told));
  const room = rules.mostPerWeek === null ? events.length : Math.max(0, rules.mostPerWeek - input.thisWeek);
  const messages = events.map((message, index) => ({
    message,
    state: index < room ? ('pending' as const) : ('folded' as const),
  }));
  const [current] = scoped;
  const { digest } = rules;
  if (digest === null || current === undefined) return { messages, told, folded: [] };
  const time = lastTime(digest.times, now, current.timezone);
  const slot = time === null ? null : isoTime(time);
  const before = input.told.get(DIGEST_TIME);
  if (slot === null || (before !== undefined && before >= slot)) return { messages, told, folded: [] };
  told.set(DIGEST_TIME, slot);
  // A new channel waits for its first time rather than be sent one that passed before it was there.
  if (before === undefined) return { messages, told, folded: [] };
  const late = messages.filter(({ state }) => state === 'folded').map(({ message }) => message);
  const keptBack = [...input.keptBack, ...late];
  const message = planDigest(input, current, { slot, always: digest.always, keptBack }, told);
  if (message === null) return { messages, told, folded: [] };
  const folded = keptBack.map(({ id }) => ({ id, into: message.id }));
  return { messages: [...messages, { message, state: 'pending' }], told, folded };
}

const DIGEST_TIME = 'digest time';

/** The objectives that a channel is for. */
export function inScope(
  objectives: readonly ObjectiveModel[],
  { only }: Pick<ChannelRules, 'only'>,
): readonly ObjectiveModel[] {
  const admits = (list: readonly string[] | null, value: string | null) =>
    list === null || (value !== null && list.includes(value));
  return objectives.filter(
    ({ id, team, owner, focusArea }) =>
      admits(only.objectives, id) &&
      admits(only.teams, team) &&
      admits(only.owners, owner) &&
      admits(only.focusAreas, focusArea),
  );
}
