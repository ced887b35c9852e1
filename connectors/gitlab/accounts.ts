import { isBotLogin } from '../bots.ts';
import type { Account } from './schemas.ts';

/** Users that GitLab makes by itself: https://docs.gitlab.com/administration/internal_users/ and those of access tokens. */
const MADE_BY_GITLAB = [
  /^(project|group)_\d+_bot/,
  /^service_account_/,
  /^(alert|support|security|automation|llm)-bot\d*$/,
  /^duo-?code-?review-?bot\d*$/,
  /^gitlab-?duo\d*$/,
];

/** Tells automations from people; who is among `people` is a person for all that. */
export function botTeller({
  bots,
  people,
}: {
  readonly bots: readonly string[];
  readonly people: readonly string[];
}): (account: Account) => boolean {
  const named = new Set(bots.map((name) => name.toLowerCase()));
  const human = new Set(people.map((name) => name.toLowerCase()));
  return (account) => {
    if (account === null) return false;
    const name = account.username.toLowerCase();
    if (human.has(name)) return false;
    return (
      account.bot ||
      named.has(name) ||
      isBotLogin(name) ||
      MADE_BY_GITLAB.some((pattern) => pattern.test(name))
    );
  };
}

export function isSameAccount(a: Account, b: Account): boolean {
  return a?.username.toLowerCase() === b?.username.toLowerCase();
}
