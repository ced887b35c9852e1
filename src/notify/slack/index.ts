import type { Channel } from '../contract.ts';
import { type SlackSettings, slackSettings } from './settings.ts';

/** Posts to Slack: by an incoming webhook, or as a bot with charts in the thread. */
export const slack: Channel<SlackSettings> = {
  kind: 'slack',
  title: 'Slack, by an incoming webhook or as a bot, which adds charts',
  settings: slackSettings,
  async check(context) {
    if (context.settings.webhook === undefined) await (await import('./bot.ts')).checkBot(context);
    else await (await import('./webhook.ts')).checkWebhook(context);
  },
  async deliver(context, message) {
    const { slackText } = await import('./blocks.ts');
    const text = slackText(message);
    if (context.settings.webhook !== undefined)
      return (await import('./webhook.ts')).deliverByWebhook(context, text);
    return (await import('./bot.ts')).deliverByBot(context, message, text);
  },
};
