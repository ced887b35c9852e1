import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Message } from '../../report/message.ts';
import type { ChannelContext, Receipt } from '../contract.ts';
import { smtpError } from './failures.ts';
import { mailOf } from './mail.ts';
import { type EmailSettings, portOf } from './settings.ts';

const CONNECT_MS = 20_000;
/** Within what a run has for all its messages, so that the error says who was silent. */
const SILENCE_MS = 30_000;

type EmailContext = ChannelContext<EmailSettings>;

/** Signs in and out again. By the connection itself: nodemailer's own `verify` cannot be stopped. */
export async function checkSmtp({ settings, signal }: EmailContext): Promise<void> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const { auth, ...options } = optionsOf(settings);
  const connection = new Connection(options);
  const stop = () => connection.close();
  signal.addEventListener('abort', stop);
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.once('end', () =>
        reject(Object.assign(new Error('Connection closed'), { code: 'ECONNECTION' })),
      );
      if (signal.aborted) reject(signal.reason);
      else
        connection.connect(() => {
          if (auth === undefined) resolve();
          else connection.login({ credentials: auth }, (error) => (error ? reject(error) : resolve()));
        });
    });
  } catch (error) {
    throw smtpError(error, settings, signal);
  } finally {
    signal.removeEventListener('abort', stop);
    connection.close();
  }
}

export async function deliverBySmtp(context: EmailContext, message: Message): Promise<Receipt> {
  const { settings, signal, logger } = context;
  const mail: SendMailOptions & { signal: AbortSignal } = {
    ...(await mailOf(context, message)),
    signal,
  };
  const transport = createTransport({
    ...optionsOf(settings),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { messageId, rejected } = await transport.sendMail(mail);
    if (rejected.length > 0) {
      // The others have it: to send it again for these would repeat it for them.
      const names = rejected.join(', ');
      logger.warn(
        `The mail server took the message, but not for ${names}. Correct the addresses under \`to\``,
      );
    }
    return { reference: messageId };
  } catch (error) {
    throw smtpError(error, settings, signal);
  } finally {
    transport.close();
  }
}

function optionsOf(settings: EmailSettings) {
  const { host, security, user, password } = settings;
  return {
    host,
    port: portOf(settings),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
  };
}
