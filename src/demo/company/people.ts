import { nextId } from './item.ts';
import type { Account, Company, IssueType } from './model.ts';

const PEOPLE = [
  ['ana-lindqvist', 'Ana Lindqvist'],
  ['bjorn-dahl', 'Björn Dahl'],
  ['chidi-okafor', 'Chidi Okafor'],
  ['dana-levi', 'Dana Levi'],
  ['elif-kaya', 'Elif Kaya'],
  ['farid-nazari', 'Farid Nazari'],
  ['greta-holm', 'Greta Holm'],
  ['hugo-martins', 'Hugo Martins'],
  ['ines-costa', 'Inês Costa'],
  ['jakub-nowak', 'Jakub Nowak'],
  ['kei-tanaka', 'Kei Tanaka'],
  ['lea-fontaine', 'Léa Fontaine'],
] as const;

/** A reviewer that is a program, though its account is a plain user's. */
export const PLAIN_NAMED_REVIEWER = 'coderabbitai';

/** An empty company with its people, its bots and GitHub's default issue types. */
export function foundCompany(entry: {
  readonly seed: number;
  readonly now: number;
  readonly weeks: number;
  readonly foundedAt: number;
}): Company {
  const { seed, now, weeks, foundedAt } = entry;
  // Ids begin at a number of realistic length; the seed moves it, so that two companies share none by chance.
  let id = 40_000_000 + (seed % 1_000) * 100_000;
  function account(login: string, type: Account['type'], name: string | null): Account {
    id += 1;
    const email = type === 'User' ? `${login}@acme.example` : null;
    return { id, login, type, name, email, createdAt: foundedAt };
  }
  const organization = account('acme', 'Organization', 'Acme');
  const people = PEOPLE.map(([login, name]) => account(login, 'User', name));
  people.push(account(PLAIN_NAMED_REVIEWER, 'User', null));
  const bots = ['dependabot', 'github-actions'].map((login) => account(login, 'Bot', null));
  const company: Company = {
    seed,
    now,
    weeks,
    organization,
    people,
    bots,
    issueTypes: [],
    projects: [],
    repositories: [],
    formerNames: new Map(),
    version: 0,
    nextId: id + 1,
  };
  const types: IssueType[] = [
    { id: nextId(company), name: 'Bug', description: 'An unexpected problem or behavior', color: 'red' },
    {
      id: nextId(company),
      name: 'Feature',
      description: 'A request, idea, or new functionality',
      color: 'blue',
    },
    { id: nextId(company), name: 'Task', description: 'A specific piece of work', color: 'yellow' },
  ];
  return Object.assign(company, { issueTypes: types });
}

/** The developers: everybody but the programs. */
export function developers(company: Company): Account[] {
  return company.people.filter((person) => person.login !== PLAIN_NAMED_REVIEWER);
}
