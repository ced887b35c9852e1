import { createHash } from 'node:crypto';
import type { Instant } from '../domain/records.ts';
import type { WeekModel } from '../report/detail.ts';
import type { Message } from '../report/message.ts';
import type { ObjectiveModel } from '../report/model.ts';
import type { ChannelRules } from './rules.ts';

/** Something that whoever runs krsync should look at. */
export interface Trouble {
  /** The same as long as it lasts. */
  readonly topic: string;
  /** What it is about, as its end is told: `source gh fails`. */
  readonly about: string;
  readonly text: string;
}

/** What a channel was last told of each topic. Only differences from it are told, so nothing is told twice. */
export type Told = ReadonlyMap<string, string>;

export interface PlanInput {
  readonly channel: { readonly id: string; readonly rules: ChannelRules };
  readonly told: Told;
  readonly now: Instant;
  /** What fails beside sources and key results: other channels. */
  readonly troubles: readonly Trouble[];
  /** Messages beside digests that this channel was sent this week. */
  readonly thisWeek: number;
  /** What the cap kept back since the last digest. */
  readonly keptBack: readonly { readonly id: string; readonly subject: string }[];
  /** The local date on which a key result that is achieved, or was until now, reached its target; null where none did. */
  readonly reachedOn: (cycle: string, objective: string, keyResult: string) => string | null;
  /** What the last week did to a key result; null where that is not known. */
  readonly weekOf: (cycle: string, objective: string, keyResult: string) => WeekModel | null;
}

/** A message, and the topics that it tells of. */
export interface Planned {
  readonly message: Message;
  readonly tells: readonly string[];
}

/** The objectives that a channel is for. */
export function inScope<One extends Scoped>(
  objectives: readonly One[],
  { only }: Pick<ChannelRules, 'only'>,
): readonly One[] {
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

type Scoped = Pick<ObjectiveModel, 'id' | 'team' | 'owner' | 'focusArea'>;

/** A UUID (version 8) made of what the message is about: the same plan twice is the same message. */
export function messageId(...parts: readonly unknown[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
