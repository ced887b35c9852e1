import { isBotSignature } from '../bots.ts';
import type { LogEntry } from './log.ts';
import { type GitPlace, runGit } from './run.ts';

const CONTACT = /^\s*(\S[^<>\n]*?)\s*<([^<>\s]+)>\s*$/;

export interface People {
  isBot(name: string, email: string): boolean;
  /** Names of the people beside the author whom the commit's message names as its authors, by their real names. */
  coAuthorsOf(entry: LogEntry): readonly string[];
  /** Asks git once for the real names of all whom these commits name; before coAuthorsOf. */
  meet(entries: readonly LogEntry[]): Promise<void>;
}

/** `extra` are names and addresses of automations. */
export function openPeople(place: GitPlace, hasMailmap: boolean, extra: readonly string[]): People {
  const named = new Set(extra.map((bot) => bot.toLowerCase()));
  const known = new Map<string, { readonly name: string; readonly email: string } | null>();

  function isBot(name: string, email: string): boolean {
    const address = email.toLowerCase();
    const mailbox = address.split('@')[0]?.replace(/^\d+\+/, '') ?? '';
    return (
      isBotSignature(name, email) || named.has(name.toLowerCase()) || named.has(address) || named.has(mailbox)
    );
  }

  return {
    isBot,
    async meet(entries) {
      const strangers: string[] = [];
      for (const contact of new Set(entries.flatMap((entry) => entry.coAuthors))) {
        if (known.has(contact)) continue;
        const [, name = '', email = ''] = CONTACT.exec(contact) ?? [];
        known.set(contact, name === '' ? null : { name, email });
        if (name !== '') strangers.push(contact);
      }
      if (!hasMailmap || strangers.length === 0) return;
      const input = strangers.map((contact) => `${contact.trim()}\n`).join('');
      const answer = await runGit(place, ['check-mailmap', '--stdin'], { input });
      for (const [index, line] of answer.trimEnd().split('\n').entries()) {
        const [, name, email] = CONTACT.exec(line) ?? [];
        const contact = strangers[index];
        if (contact !== undefined && name !== undefined && email !== undefined)
          known.set(contact, { name, email });
      }
    },
    coAuthorsOf(entry) {
      const names = new Map<string, string>();
      for (const contact of entry.coAuthors) {
        const person = known.get(contact);
        if (!person || isBot(person.name, person.email)) continue;
        const address = person.email.toLowerCase();
        const isAuthor = person.name === entry.author || address === entry.email.toLowerCase();
        if (!isAuthor && !names.has(address)) names.set(address, person.name);
      }
      return [...new Set(names.values())];
    },
  };
}
