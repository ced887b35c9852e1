type Headers = Readonly<Record<string, string | undefined>>;

/** GitHub's names of permissions as its settings page writes them. */
const NAMES: Readonly<Record<string, string>> = {
  pull_requests: 'pull requests',
  vulnerability_alerts: 'Dependabot alerts',
  security_events: 'code scanning alerts',
};

/**
 * The permissions that a request takes, of a fine-grained token or an app, as GitHub says with its refusal:
 * `deployments=read`, `contents=read,metadata=read`, alternatives parted by a semicolon.
 * https://docs.github.com/rest/overview/permissions-required-for-fine-grained-personal-access-tokens
 */
export function acceptedPermissions(headers: Headers): string | null {
  const accepted = headers['x-accepted-github-permissions']?.trim();
  if (!accepted) return null;
  const alternatives = accepted.split(';').map((all) =>
    all
      .split(',')
      .map((one) => {
        const [name = '', access] = one.trim().split('=');
        return `\`${NAMES[name] ?? name.replaceAll('_', ' ')}: ${access ?? 'read'}\``;
      })
      .join(' and '),
  );
  return alternatives.join(', or ');
}

/** What a classic token lacks: its scopes, and those of which the address takes one. */
export function missingScopes(headers: Headers): string | null {
  const held = scopesIn(headers['x-oauth-scopes']);
  const accepted = scopesIn(headers['x-accepted-oauth-scopes']);
  if (held === null || accepted === null || accepted.length === 0) return null;
  if (accepted.some((scope) => held.includes(scope))) return null;
  const has = held.length > 0 ? held.join(', ') : 'none';
  return `a private one takes the scope ${accepted.map((scope) => `\`${scope}\``).join(' or ')}, and the token has ${has}`;
}

function scopesIn(header: string | undefined): readonly string[] | null {
  if (header === undefined) return null;
  return header
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
}
