import type { Objective } from '../domain/okr.ts';
import { createRedactor, withoutSecrets } from '../domain/redact.ts';
import type { ChannelConfig } from './types.ts';

/** What people wrote to be read, and by which nothing is measured. */
const TEXTS: ReadonlySet<string> = new Set(['title', 'by', 'accept', 'owner', 'team', 'focusArea']);
/** Where else in an objective such texts stand. */
const WITHIN: ReadonlySet<string> = new Set(['keyResults', 'guards', 'milestones', 'rule', 'options']);

/**
 * Objectives and channels whose texts hold no secret, should somebody have pasted one into a title: whatever shows or keeps
 * them has them from here. Channels name teams and owners by the same texts.
 */
export function withSafeTexts(
  objectives: readonly Objective[],
  channels: readonly ChannelConfig[],
  secrets: readonly string[],
): { readonly objectives: readonly Objective[]; readonly channels: readonly ChannelConfig[] } {
  const safe = createRedactor(secrets);
  return {
    objectives: textsIn(objectives, safe),
    channels: channels.map((channel) => {
      const { teams, owners, focusAreas } = withoutSecrets(channel.rules.only, safe);
      const only = { ...channel.rules.only, teams, owners, focusAreas };
      return { ...channel, rules: { ...channel.rules, only } };
    }),
  };
}

function textsIn<T>(value: T, safe: (text: string) => string): T;
function textsIn(value: unknown, safe: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => textsIn(one, safe));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, held]) => {
    if (TEXTS.has(key)) return [key, withoutSecrets(held, safe)];
    return [key, WITHIN.has(key) ? textsIn(held, safe) : held];
  });
  return Object.fromEntries(entries);
}
