import type { Channel } from '../contract.ts';
import { send } from '../send.ts';
import { type HttpSettings, httpSettings } from './settings.ts';

/** Sends requests that the user describes. */
export const http: Channel<HttpSettings> = {
  kind: 'http',
  title: 'A request of your own making, for each message or each key result',
  settings: httpSettings,

  /** The templates, with made-up messages in them. Whether the server takes them, only a message tells. */
  async check({ settings }) {
    const { checkTemplates } = await import('./check.ts');
    await checkTemplates(settings);
  },

  async deliver(context, message) {
    const { requestsOf } = await import('./requests.ts');
    // All are made before the first is sent: a fault of a template sends none.
    for (const request of await requestsOf(context.settings, message)) await send(context, request);
    return { reference: null };
  },
};
