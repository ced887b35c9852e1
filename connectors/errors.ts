/**
 * `auth`, `forbidden`, `not_found`, `input` and `shape` are permanent: trying again without a change does not help.
 * `rate_limit`, `server`, `timeout` and `network` are transient. `aborted` is the user's own stop.
 */
export type ConnectorErrorCode =
  | 'auth'
  | 'forbidden'
  | 'not_found'
  | 'input'
  | 'shape'
  | 'rate_limit'
  | 'server'
  | 'timeout'
  | 'network'
  | 'aborted';

const TRANSIENT: ReadonlySet<ConnectorErrorCode> = new Set(['rate_limit', 'server', 'timeout', 'network']);

export interface ConnectorErrorOptions {
  readonly code: ConnectorErrorCode;
  /** What went wrong, in one sentence, without a secret. */
  readonly message: string;
  /** `GET https://api.github.com/repos/acme/web/issues`, or a file's path with its line. */
  readonly endpoint: string;
  /** What the reader can do about it. */
  readonly remedy: string;
  readonly status?: number;
  /** Of a check: the one stream that it keeps from being read, where the others are not touched by it. */
  readonly stream?: string;
  /** When to try again, in milliseconds since the epoch. */
  readonly retryAt?: number;
  readonly cause?: unknown;
}

/** The one error that leaves a connector: for people its message, for the program its code. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly code: ConnectorErrorCode;
  readonly endpoint: string;
  readonly remedy: string;
  readonly status: number | undefined;
  readonly stream: string | undefined;
  readonly retryAt: number | undefined;

  constructor(options: ConnectorErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.endpoint = options.endpoint;
    this.remedy = options.remedy;
    this.status = options.status;
    this.stream = options.stream;
    this.retryAt = options.retryAt;
  }

  get transient(): boolean {
    return TRANSIENT.has(this.code);
  }
}
