import type { RefusalCode } from '../send.ts';

/**
 * What Slack answers, in its own words: https://docs.slack.dev/reference/methods/chat.postMessage#errors and, of
 * webhooks, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
 */
const NAMES: Readonly<Record<Exclude<RefusalCode, 'input'>, readonly string[]>> = {
  auth: ['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'invalid_token'],
  forbidden: [
    'missing_scope',
    'no_permission',
    'not_allowed_token_type',
    'not_in_channel',
    'restricted_action',
    'restricted_action_read_only_channel',
    'restricted_action_non_threadable_channel',
    'restricted_action_thread_only_channel',
    'posting_to_general_channel_denied',
    'action_prohibited',
    'access_denied',
    'accesslimited',
    'ekm_access_denied',
    'enterprise_is_restricted',
    'team_access_not_granted',
  ],
  not_found: [
    'channel_not_found',
    'user_not_found',
    'is_archived',
    'channel_is_archived',
    'no_service',
    'no_service_id',
    'no_active_hooks',
    'no_team',
    'team_disabled',
  ],
  rate_limit: ['ratelimited', 'rate_limited', 'message_limit_exceeded'],
  // The last two are said while a workspace is being moved.
  server: [
    'internal_error',
    'fatal_error',
    'service_unavailable',
    'request_timeout',
    'rollup_error',
    'team_added_to_org',
    'org_login_required',
  ],
};

const CODES: ReadonlyMap<string, RefusalCode> = new Map(
  Object.entries(NAMES).flatMap(([code, names]) => names.map((name) => [name, code as RefusalCode])),
);

const REMEDIES: Readonly<Record<string, string>> = {
  not_in_channel: 'Invite the app into the channel, or give it the scope `chat:write.public`',
  missing_scope: 'Give the app the scope `chat:write`, and `files:write` for charts, and install it again',
  is_archived: 'Unarchive the channel, or name another one as `channel`',
  channel_is_archived: 'Unarchive the channel, or make a webhook for another one',
  channel_not_found:
    'Check `channel`: an id such as C0123456789; a private one must have the app as a member',
  no_service: 'The webhook was removed or switched off: make a new one and give its address as `webhook`',
};

/** Undefined for what Slack does not say by name: then the status tells. What it refuses by name stays refused. */
export function slackCode(text: string): RefusalCode | undefined {
  const name = errorName(text);
  return name === null ? undefined : (CODES.get(name) ?? 'input');
}

export function slackRemedies(text: string): {
  readonly access: string;
  readonly missing: string;
  readonly input: string;
} {
  const own = REMEDIES[text.trim()];
  return {
    access: own ?? 'Give the channel a valid `token` of an app that is installed and may post there',
    missing: own ?? 'Check the `channel`, or the address of the `webhook`',
    input: own ?? 'If this repeats, please report it as a bug',
  };
}

/** A name as Slack writes them, and nothing that only looks like an answer of Slack's. */
export function errorName(text: unknown): string | null {
  return typeof text === 'string' && /^\s*[a-z][a-z0-9_]{2,60}\s*$/.test(text) ? text.trim() : null;
}
