import { allowedProtocols } from './address.ts';
import { askGit, type GitOptions, type GitPlace } from './run.ts';
import type { GitSettings } from './settings.ts';

/** Answers git from two variables of its own environment. Git asks in `sh`, which it brings along where there is none. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$KRSYNC_GIT_USER" "$KRSYNC_GIT_TOKEN"; }; f';

/**
 * How git reaches an address. The token travels in the environment, which other users cannot see, and is handed out
 * for the address's own host only: one that redirects elsewhere does not take it along, as a header would.
 */
export async function accessOf(
  place: GitPlace,
  url: string,
  settings: GitSettings,
): Promise<Pick<GitOptions, 'environment' | 'secretConfig'>> {
  const environment: Record<string, string> = {
    GIT_ALLOW_PROTOCOL: allowedProtocols(url),
    // Nobody is there to answer a question.
    SSH_ASKPASS_REQUIRE: 'never',
  };
  if (!/^(https?|git|file):/i.test(url) && !(await choosesSsh(place))) {
    environment.GIT_SSH_COMMAND = 'ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15';
  }
  const patience = [
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '60'],
  ] as const;
  if (settings.token === undefined) return { environment, secretConfig: patience };
  const { origin, hostname } = new URL(url);
  environment.KRSYNC_GIT_USER =
    settings.user ?? (hostname === 'bitbucket.org' ? 'x-token-auth' : 'x-access-token');
  environment.KRSYNC_GIT_TOKEN = settings.token;
  return {
    environment,
    secretConfig: [
      ...patience,
      // An empty one forgets those of the user, which might answer first or remember the token.
      ['credential.helper', ''],
      [`credential.${origin}.helper`, HELPER],
    ],
  };
}

/** Whether the user has said which ssh git is to call, and how. */
async function choosesSsh(place: GitPlace): Promise<boolean> {
  if (process.env.GIT_SSH_COMMAND || process.env.GIT_SSH) return true;
  return (await askGit(place, ['config', '--get', 'core.sshCommand'])) !== null;
}
