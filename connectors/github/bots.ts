import { isBotLogin } from '../bots.ts';

/** An account as either API describes it. A deleted user is null. */
export interface Account {
  readonly login: string;
  /** `Bot`, `User`, `Organization`, `Mannequin`. */
  readonly type: string | null;
}

/** The login as REST writes it: GraphQL leaves out the `[bot]` of an app's account. */
export function loginOf(account: Account | null): string | null {
  if (account === null) return null;
  return account.type === 'Bot' && !isAppLogin(account.login) ? `${account.login}[bot]` : account.login;
}

/**
 * Tells automations from people: by type, by the `[bot]` suffix, by the well-known names and by `extra` ones; who is
 * among `people` is a person for all that.
 */
export function botTeller(
  extra: readonly string[],
  people: readonly string[] = [],
): (account: Account | null) => boolean {
  const named = new Set(extra.map((login) => login.toLowerCase()));
  const human = new Set(people.map((login) => login.toLowerCase()));
  return (account) => {
    if (account === null) return false;
    const login = account.login.toLowerCase();
    if (human.has(login)) return false;
    const plain = login.replace(/\[bot\]$/, '');
    return account.type === 'Bot' || isBotLogin(login) || named.has(login) || named.has(plain);
  };
}

function isAppLogin(login: string): boolean {
  return login.endsWith('[bot]');
}
