import type { Channel } from './contract.ts';
import { email } from './email/index.ts';
import { github } from './github/index.ts';
import { http } from './http/index.ts';
import { jira } from './jira/index.ts';
import { slack } from './slack/index.ts';
import { teams } from './teams/index.ts';
import { webhook } from './webhook/index.ts';

/** Every kind of channel. A test compares this list with the folders. */
export const channels = {
  slack,
  email,
  github,
  teams,
  http,
  jira,
  webhook,
} as const satisfies Record<string, unknown>;

export type ChannelKind = keyof typeof channels;

/** The channel of a kind, its settings' type erased: they were validated by its own schema. */
export function channelOf(kind: string): Channel | undefined {
  return Object.hasOwn(channels, kind) ? (channels[kind as ChannelKind] as unknown as Channel) : undefined;
}
