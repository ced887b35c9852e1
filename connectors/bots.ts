/**
 * Automations that run under plain user accounts, by their login on GitHub or GitLab: neither the type of the account
 * nor the name tells. Without the `[bot]` that apps carry.
 */
const LOGINS: ReadonlySet<string> = new Set([
  'actions-user',
  'allcontributors',
  'azure-pipelines',
  'claassistant',
  'claude',
  'codecov-commenter',
  'codecov-io',
  'coderabbitai',
  'copilot',
  'copilot-pull-request-reviewer',
  'copilot-swe-agent',
  'cursoragent',
  'dependabot',
  'dependabot-preview',
  'devin-ai-integration',
  'ellipsis-dev',
  'gemini-code-assist',
  'github-actions',
  'github-advanced-security',
  'gitlab-bot',
  'google-labs-jules',
  'googlebot',
  'greenkeeper',
  'greenkeeperio-bot',
  'greptile-apps',
  'imgbot',
  'jenkins',
  'k8s-ci-robot',
  'mergify',
  'mergifyio',
  'pre-commit-ci',
  'pyup-bot',
  'release-please',
  'renovate',
  'renovate-bot',
  'semantic-release-bot',
  'snyk-bot',
  'sonarcloud',
  'sourcery-ai',
  'vercel',
  'weblate',
  'web-flow',
]);

/** Logins that are also the names of people: they tell nothing in an author's name or a company's address. */
const NAMES_OF_PEOPLE: ReadonlySet<string> = new Set(['claude']);

/** How automations sign commits, where that is no login of theirs. */
const SIGNATURES: ReadonlySet<string> = new Set([
  'cursor agent',
  'github action',
  'github actions',
  'google labs jules',
  'renovate bot',
  'whitesource renovate',
]);

const ADDRESSES: ReadonlySet<string> = new Set([
  'action@github.com',
  'actions@github.com',
  'bot@renovateapp.com',
  'cursoragent@cursor.com',
  'devin-ai-integration@users.noreply.github.com',
  'hosted@weblate.org',
  'noreply@anthropic.com',
  'support@dependabot.com',
]);

/** Whether an account of a forge is an automation by its login alone: `[bot]` at the end, or a well-known one. */
export function isBotLogin(login: string): boolean {
  const lower = login.toLowerCase();
  return lower.endsWith('[bot]') || LOGINS.has(lower);
}

/** Whether a signature in git is an automation's: by `[bot]` in it, a well-known name, login or address. */
export function isBotSignature(name: string, email: string): boolean {
  const who = name.toLowerCase();
  const address = email.toLowerCase();
  if (ADDRESSES.has(address) || SIGNATURES.has(who)) return true;
  const [mailbox = '', host] = address.split('@');
  // GitHub writes `49699333+dependabot[bot]@users.noreply.github.com`.
  const login = mailbox.replace(/^\d+\+/, '');
  if (host === 'users.noreply.github.com' && isBotLogin(login)) return true;
  return [who, login].some((each) => isBotLogin(each) && !NAMES_OF_PEOPLE.has(each));
}
