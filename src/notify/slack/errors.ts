import type { ConnectorErrorCode } from '../../../connectors/errors.ts';

/** What Slack answers, in its own words: https://docs.slack.dev/reference/methods/chat.postMessage#errors and, of webhooks, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors */
const CODES: Readonly<Record<string, ConnectorErrorCode>> = {
  invalid_auth: 'auth',
  not_authed: 'auth',
  account_inactive: 'auth',
  token_revoked: 'auth',
  token_expired: 'auth',
  invalid_token: 'auth',
  user_not_found: 'not_found',
  missing_scope: 'forbidden',
  no_permission: 'forbidden',
  not_allowed_token_type: 'forbidden',
  not_in_channel: 'forbidden',
  restricted_action: 'forbidden',
  restricted_action_read_only_channel: 'forbidden',
  restricted_action_non_threadable_channel: 'forbidden',
  restricted_action_thread_only_channel: 'forbidden',
  posting_to_general_channel_denied: 'forbidden',
  action_prohibited: 'forbidden',
  access_denied: 'forbidden',
  accesslimited: 'forbidden',
  ekm_access_denied: 'forbidden',
  enterprise_is_restricted: 'forbidden',
  team_access_not_granted: 'forbidden',
  channel_not_found: 'not_found',
  is_archived: 'not_found',
  channel_is_archived: 'not_found',
  no_service: 'not_found',
  no_service_id: 'not_found',
  no_active_hooks: 'not_found',
  no_team: 'not_found',
  team_disabled: 'not_found',
  ratelimited: 'rate_limit',
  rate_limited: 'rate_limit',
  message_limit_exceeded: 'rate_limit',
  internal_error: 'server',
  fatal_error: 'server',
  service_unavailable: 'server',
  request_timeout: 'server',
  rollup_error: 'server',
  // The workspace is being moved, and is away until that is done.
  team_added_to_org: 'server',
  org_login_required: 'server',
};

const REMEDIES: Readonly<Record<string, string>> = {
  not_in_channel:
    'Invite the app into the channel (`/invite @krsync`), or give it the scope `chat:write.public`',
  missing_scope: 'Give the app the scope `chat:write`, and `files:write` for charts, and install it again',
  is_archived: 'Unarchive the channel, or name another one as `channel`',
  channel_is_archived: 'Unarchive the channel, or make a webhook for another one',
  channel_not_found:
    'Check `channel`: an id such as C0123456789; a private channel must have the app as a member',
  no_service: 'The webhook was removed or switched off: make a new one and give its address as `webhook`',
};

/** Null for an error that Slack does not say by name. */
export function slackErrorCode(name: string | null): ConnectorErrorCode | null {
  if (name === null) return null;
  // What is refused by name does not pass by itself.
  return CODES[name] ?? 'input';
}

export function slackRemedy(name: string | null): string | null {
  return name === null ? null : (REMEDIES[name] ?? null);
}

/** A name as Slack writes them, and nothing that only looks like an answer of Slack's. */
export function errorName(text: unknown): string | null {
  return typeof text === 'string' && /^[a-z][a-z0-9_]{2,60}$/.test(text) ? text : null;
}
