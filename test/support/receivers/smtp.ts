import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly mail: ParsedMail;
}

export interface MailReceiver {
  readonly port: number;
  readonly mails: ReceivedMail[];
  close(): Promise<void>;
}

export interface MailRules {
  /** Addresses that are refused, with the code of the refusal. */
  readonly refuse?: Readonly<Record<string, number>>;
  /** How the message itself is refused. */
  readonly refuseData?: number;
  /** Who may sign in; without it nobody needs to. */
  readonly user?: { readonly name: string; readonly password: string };
  readonly options?: SMTPServerOptions;
}

/** A real SMTP server on loopback that reads what it gets with a real MIME parser. */
export async function startMailServer(rules: MailRules = {}): Promise<MailReceiver> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: rules.user === undefined,
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      const { user } = rules;
      if (user && username === user.name && password === user.password) done(null, { user: username });
      else done(failed(535, `5.7.8 no such pair: ${username} ${password}`));
    },
    onMailFrom({ address }, _session, done) {
      done(refusalOf(address));
    },
    onRcptTo({ address }, _session, done) {
      done(refusalOf(address));
    },
    async onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      for await (const part of stream) parts.push(part as Buffer);
      if (rules.refuseData !== undefined) {
        done(failed(rules.refuseData, 'not this one'));
        return;
      }
      const raw = Buffer.concat(parts);
      mails.push({
        from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
        to: envelope.rcptTo.map(({ address }) => address),
        raw: raw.toString(),
        mail: await simpleParser(raw, { skipImageLinks: true }),
      });
      done();
    },
    ...rules.options,
  });
  server.on('error', () => undefined);

  function refusalOf(address: string): Error | null {
    const code = rules.refuse?.[address];
    return code === undefined ? null : failed(code, `not ${address}`);
  }

  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function failed(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
