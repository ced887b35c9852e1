import type { Person } from './schemas.ts';

/** What a person is called: a user name where there is one, for Cloud gives only names and account ids. */
export function displayed(person: Person): string | null {
  return person && (person.name ?? person.displayName ?? person.accountId ?? person.key);
}

/** What tells two persons apart, whatever they are called. */
export function identityOf(person: Person): string | null {
  return person && (person.accountId ?? person.key ?? person.name ?? person.displayName);
}

/** Cloud marks its apps; elsewhere only the configuration knows. */
export function botTeller(bots: readonly string[]): (person: Person) => boolean {
  const named = new Set(bots.map((bot) => bot.toLowerCase()));
  return (person) =>
    person !== null &&
    (person.accountType === 'app' ||
      [person.accountId, person.key, person.name, person.displayName].some(
        (name) => name !== null && named.has(name.toLowerCase()),
      ));
}
