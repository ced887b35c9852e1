import { createHmac } from 'node:crypto';
import type { Channel, ChannelContext } from '../contract.ts';
import { type Sending, send } from '../send.ts';
import { type WebhookSettings, webhookSettings } from './settings.ts';

/** Raised when a field of the body changes its meaning or goes; a new field leaves it as it is. */
const VERSION = 1;

/** Messages as JSON, signed, to a server of the user's own. */
export const webhook: Channel<WebhookSettings> = {
  kind: 'webhook',
  title: 'JSON to an address of your own, signed, with an idempotency key',
  settings: webhookSettings,

  async check(context) {
    // Any answer will do: what a receiver of POST says to HEAD is not known.
    await send(context, { ...sendingOf(context), method: 'HEAD', anyStatus: true });
  },

  async deliver(context, message) {
    const { secret } = context.settings;
    const body = JSON.stringify({ version: VERSION, ...message });
    const timestamp = Math.floor(context.now() / 1000);
    const sending = sendingOf(context);
    await send(context, {
      ...sending,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...sending.headers,
        'idempotency-key': message.id,
        ...(secret === undefined ? {} : { 'krsync-signature': signature(secret, timestamp, body) }),
      },
      body,
    });
    return { reference: null };
  },
};

/** `t=1764230400,v1=…`: the HMAC-SHA256, in hexadecimal, of the time in seconds, a full stop and the body. */
function signature(secret: string, timestamp: number, body: string): string {
  const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return `t=${timestamp},v1=${digest}`;
}

function sendingOf({ settings }: ChannelContext<WebhookSettings>): Sending {
  const { url, secret } = settings;
  // In small letters, so that each stands in place of ours and not beside it.
  const headers = Object.fromEntries(
    Object.entries(settings.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: 'POST',
    url,
    headers,
    service: 'The webhook',
    secrets: [url, ...Object.values(headers), ...(secret === undefined ? [] : [secret])],
    remedies: {
      access: 'Check the url, the headers and the secret of the channel',
      missing: 'Check the url of the channel: its receiver may be gone',
      input: 'Check that the url of the channel takes krsync’s JSON by POST',
    },
  };
}
