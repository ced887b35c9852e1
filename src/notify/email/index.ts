import type { Channel } from '../contract.ts';
import { type EmailSettings, emailSettings } from './settings.ts';

/** Sends email through an SMTP server. */
export const email: Channel<EmailSettings> = {
  kind: 'email',
  title: 'Email through an SMTP server, as HTML with charts and as plain text',
  settings: emailSettings,
  async check(context) {
    await (await import('./smtp.ts')).checkSmtp(context);
  },
  async deliver(context, message) {
    return (await import('./smtp.ts')).deliverBySmtp(context, message);
  },
};
