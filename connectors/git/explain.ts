import { ConnectorError, type ConnectorErrorCode } from '../errors.ts';

/** Git ran, and said no. */
export class GitRefusal extends Error {
  /** The repository cannot be used at all. */
  readonly fatal: boolean;

  constructor(message: string, fatal: boolean) {
    super(message);
    this.fatal = fatal;
  }
}

interface Explanation {
  readonly pattern: RegExp;
  readonly code: ConnectorErrorCode;
  readonly message: (place: string) => string;
  readonly remedy: (place: string) => string;
}

const ACCESS = 'Check that it may read the repository.';

/** The first that fits holds. What servers say comes first: "unable to access" stands before each of them. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    pattern: /not a git repository \(or any/,
    code: 'input',
    message: (place) => `${place} is not a git repository.`,
    remedy: () => 'Set `path` to a local clone; `git clone URL` makes one.',
  },
  {
    pattern: /cannot change to/,
    code: 'not_found',
    message: (place) => `There is no folder ${place}.`,
    remedy: () => 'Set `path` to a local clone; it is relative to the file that names it.',
  },
  {
    pattern: /dubious ownership/,
    code: 'forbidden',
    message: (place) => `${place} belongs to another user, so git does not read it.`,
    remedy: (place) =>
      `Run \`git config --global --add safe.directory ${place}\` as the user that runs krsync.`,
  },
  {
    pattern: /unable to read [0-9a-f]{40}|missing blob|bad object/,
    code: 'input',
    message: (place) => `Objects are missing from the clone of ${place}.`,
    remedy: (place) => `Bring them with \`git -C ${place} fetch --refetch\`, or clone it again.`,
  },
  {
    pattern: /transport '.*' not allowed/,
    code: 'input',
    message: (place) => `${place} leads to a protocol that is not allowed.`,
    remedy: () => 'Use an address by https or ssh.',
  },
  {
    pattern:
      /Authentication failed|could not read (Username|Password)|Permission denied \(|returned error: 401|invalid credentials|HTTP Basic: Access denied/i,
    code: 'auth',
    message: (place) => `${place} does not accept the credentials.`,
    remedy: () => `Set \`token\` for https, or a key that ssh finds by itself. ${ACCESS}`,
  },
  {
    pattern: /Host key verification failed/,
    code: 'auth',
    message: (place) => `ssh does not know the host of ${place}.`,
    remedy: () =>
      'Add its key to known_hosts of the user that runs krsync: `ssh-keyscan HOST`, after checking it.',
  },
  {
    pattern: /returned error: 403/,
    code: 'forbidden',
    message: (place) => `${place} may not be read with this token.`,
    remedy: () => `Give the token the permission to read contents. ${ACCESS}`,
  },
  {
    pattern: /returned error: 429/,
    code: 'rate_limit',
    message: (place) => `The server of ${place} asks for fewer requests.`,
    remedy: () => 'Run krsync again later.',
  },
  {
    pattern: /returned error: 5\d\d/,
    code: 'server',
    message: (place) => `The server of ${place} failed.`,
    remedy: () => 'Run krsync again later.',
  },
  {
    pattern: /couldn't find remote ref HEAD/i,
    code: 'input',
    message: (place) => `${place} has no commit to read.`,
    remedy: () => 'Push something first, or set `branch`.',
  },
  {
    pattern: /couldn't find remote ref/i,
    code: 'not_found',
    message: (place) => `${place} has no such branch.`,
    remedy: () => 'Set `branch` to one that is there, or leave it out for the default one.',
  },
  {
    pattern:
      /[Rr]epository .*not found|returned error: 404|does not appear to be a git repository|could not be found|repository not exported/,
    code: 'not_found',
    message: (place) => `There is no repository ${place}, or it is hidden from these credentials.`,
    remedy: () => `Check \`url\` and \`token\`. ${ACCESS}`,
  },
  {
    pattern: /timed? ?out|Operation too slow/i,
    code: 'timeout',
    message: (place) => `${place} did not answer in time.`,
    remedy: () => 'Run krsync again; see whether the server can be reached from here.',
  },
  {
    pattern:
      /Could not resolve host|Failed to connect|Couldn't connect|Connection (refused|reset)|early EOF|remote end hung up|RPC failed|Empty reply|SSL|unable to access/i,
    code: 'network',
    message: (place) => `${place} could not be reached.`,
    remedy: () => 'Run krsync again; see whether the server can be reached from here.',
  },
  {
    pattern: /\.lock': File exists|cannot lock ref/,
    code: 'input',
    message: (place) => `Another git is at work in the mirror of ${place}, or one was killed there.`,
    remedy: () => 'Run krsync again; if that does not help, delete the mirror: it is made again.',
  },
  {
    pattern: /permission denied/i,
    code: 'forbidden',
    message: (place) => `${place} may not be read.`,
    remedy: () => 'Let the user that runs krsync read the clone.',
  },
];

/** Git's complaint as an error that a person can act on. It never shows what stands before the `@` of an address. */
export function explain(
  complaint: string,
  code: number | null,
  place: string,
  endpoint: string,
): ConnectorError {
  const known = EXPLANATIONS.find((explanation) => explanation.pattern.test(complaint));
  const line = /^(?:fatal|error): .*$/m.exec(complaint)?.[0] ?? complaint.trim().split('\n').at(-1) ?? '';
  const said = line.replaceAll(/\/\/[^@/\s]+@/g, '//');
  return new ConnectorError({
    code: known?.code ?? 'input',
    message: known?.message(place) ?? `git ended with ${code ?? 'a signal'}: ${said || 'it did not say why'}`,
    endpoint,
    remedy:
      known?.remedy(place) ??
      `Run \`git fsck\` in the clone of ${place}, and clone it again if it is damaged.`,
    cause: new GitRefusal(said, known !== undefined),
  });
}

export function notStarted(cause: Error, endpoint: string): ConnectorError {
  const missing = 'code' in cause && cause.code === 'ENOENT';
  return new ConnectorError({
    code: missing ? 'not_found' : 'input',
    message: missing ? 'git is not installed.' : `git could not be started: ${cause.message}`,
    endpoint,
    remedy: 'Install git 2.25 or newer, and see that it is on the PATH.',
    cause,
  });
}
