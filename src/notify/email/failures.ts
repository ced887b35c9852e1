import { ConnectorError, type ConnectorErrorCode } from '../../../connectors/errors.ts';
import { abortedError } from '../../../connectors/http.ts';
import { inShort } from '../../domain/redact.ts';
import { type EmailSettings, portOf } from './settings.ts';

/** What is read of an error of nodemailer's. https://nodemailer.com/errors */
interface SmtpFailure {
  readonly message?: string;
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

const LONGEST_TEXT = 200;

interface Told {
  readonly code: ConnectorErrorCode;
  readonly message: string;
  readonly remedy: string;
}

export function endpointOf(settings: EmailSettings): string {
  return `smtp://${settings.host}:${portOf(settings)}`;
}

/**
 * Types what nodemailer threw: 4xx is for now, 5xx for good. https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
 * Without its cause, which repeats what the server says, unredacted.
 */
export function smtpError(thrown: unknown, settings: EmailSettings, signal: AbortSignal): ConnectorError {
  const endpoint = endpointOf(settings);
  if (signal.aborted) return abortedError(endpoint);
  const failure = thrown as SmtpFailure;
  const { code, message, remedy } = told(failure);
  const said = saidBy(failure, settings);
  // What refuses the encryption refuses no message.
  const status = failure.code === 'ETLS' ? undefined : failure.responseCode;
  return new ConnectorError({
    code,
    message: said === null ? message : `${message}: ${said}`,
    endpoint,
    remedy,
    ...(status === undefined ? {} : { status }),
  });
}

function told(failure: SmtpFailure): Told {
  const { code = '', responseCode = 0 } = failure;
  if (responseCode >= 400 && responseCode < 500) {
    return {
      code: 'server',
      message: 'The mail server does not take it for now',
      remedy: 'It is tried again by itself',
    };
  }
  if (/certificate|self.signed/i.test(failure.message ?? '')) {
    return {
      code: 'input',
      message: 'The certificate of the mail server is not trusted',
      remedy:
        'Check `host`; for a certificate of your own set NODE_EXTRA_CA_CERTS to the file of its authority',
    };
  }
  if (code === 'ETLS') {
    return {
      code: 'input',
      message: 'The mail server offers no encryption here',
      remedy: 'Set `security: tls` and its port, or `security: none` for a relay that you trust',
    };
  }
  if (code === 'ETIMEDOUT') {
    return { code: 'timeout', message: 'The mail server did not answer in time', remedy: NETWORK };
  }
  if (['ECONNECTION', 'ESOCKET', 'EDNS', 'EPROTOCOL'].includes(code)) {
    return { code: 'network', message: 'The connection to the mail server failed', remedy: NETWORK };
  }
  if (['EAUTH', 'ENOAUTH'].includes(code) || [530, 534, 535, 538].includes(responseCode)) {
    return {
      code: 'auth',
      message: 'The mail server does not accept the credentials',
      remedy: 'Correct `user` and `password`; some services want an app password',
    };
  }
  if (failure.command === 'MAIL FROM') {
    return {
      code: 'forbidden',
      message: 'The mail server does not let this user send as `from`',
      remedy: 'Give an address as `from` that the user may send as',
    };
  }
  if (code === 'EENVELOPE') {
    return {
      code: 'not_found',
      message: 'The mail server takes the message for none of the recipients',
      remedy: 'Correct the addresses under `to`, or let the server relay for this user',
    };
  }
  return {
    code: 'input',
    message: 'The mail server refuses the message',
    remedy: 'Read what the server says; `charts: false` makes the message smaller',
  };
}

const NETWORK = 'Check `host`, `port` and `security`; it is tried again by itself';

/** The server's own words, on one line, without the credentials that it was given. */
function saidBy(failure: SmtpFailure, { user, password }: EmailSettings): string | null {
  const words = failure.response ?? (failure.responseCode === undefined ? failure.message : undefined);
  if (words === undefined || words === '') return null;
  const secrets = password === undefined ? [] : [password, `\0${user ?? ''}\0${password}`];
  return inShort(words, secrets, LONGEST_TEXT);
}
