/** Automations that do not end in `[bot]`, by name or by the part of their address before the `@`. */
const KNOWN: ReadonlySet<string> = new Set([
  'allcontributors',
  'azure-pipelines',
  'codecov-io',
  'copilot',
  'cursor agent',
  'dependabot',
  'dependabot-preview',
  'github actions',
  'github-actions',
  'gitlab-bot',
  'greenkeeper',
  'greenkeeperio-bot',
  'imgbot',
  'jenkins',
  'mergify',
  'pre-commit-ci',
  'release-please',
  'renovate',
  'renovate bot',
  'renovate-bot',
  'semantic-release-bot',
  'snyk-bot',
  'weblate',
  'whitesource renovate',
]);

/** Whether a commit's author is an automation: `[bot]` at the end, a usual one, or one of `extra`. */
export function isBot(name: string, email: string, extra: ReadonlySet<string>): boolean {
  const who = name.toLowerCase();
  const address = email.toLowerCase();
  // GitHub writes `49699333+dependabot[bot]@users.noreply.github.com`.
  const local = address.split('@')[0]?.replace(/^\d+\+/, '') ?? '';
  if (who.endsWith('[bot]') || local.endsWith('[bot]')) return true;
  if (KNOWN.has(who) || KNOWN.has(local)) return true;
  return extra.has(who) || extra.has(address) || extra.has(local);
}
