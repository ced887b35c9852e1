import { WEEK } from './calendar.ts';
import type { Company, Repository } from './model.ts';
import { addLabel, addMilestone, addRepository, closeMilestone } from './repositories.ts';

interface RepositoryEntry {
  readonly name: string;
  readonly description: string;
  readonly language: string;
  /** Its part of the company's work. */
  readonly weight: number;
}

export const REPOSITORIES: readonly RepositoryEntry[] = [
  { name: 'web', description: 'The web shop', language: 'TypeScript', weight: 0.45 },
  {
    name: 'api',
    description: 'Orders, accounts and invoices over HTTP',
    language: 'TypeScript',
    weight: 0.35,
  },
  { name: 'mobile', description: 'The app for Android and iOS', language: 'TypeScript', weight: 0.2 },
  { name: 'search', description: 'Product search and suggestions', language: 'Go', weight: 0.2 },
  { name: 'design-system', description: 'Shared components and tokens', language: 'TypeScript', weight: 0.2 },
  { name: 'infrastructure', description: 'Everything that runs somewhere', language: 'HCL', weight: 0.2 },
];

const LABELS = [
  { name: 'bug', color: 'd73a4a', description: "Something isn't working", default: true },
  { name: 'enhancement', color: 'a2eeef', description: 'New feature or request', default: true },
  {
    name: 'documentation',
    color: '0075ca',
    description: 'Improvements or additions to documentation',
    default: true,
  },
  { name: 'tech-debt', color: 'c5def5', description: 'Makes the next change easier' },
  { name: 'user-story', color: '0e8a16', description: 'Told from the view of a user' },
  { name: 'customer', color: 'fbca04', description: 'A customer waits for it' },
  { name: 'ux', color: 'bfd4f2', description: 'How it feels' },
  { name: 'a11y', color: 'bfdadc', description: 'Accessibility' },
  { name: 'performance', color: 'f9d0c4', description: 'Speed and size' },
  { name: 'security', color: 'b60205', description: 'Needs an eye on safety' },
  { name: 'dependencies', color: '0366d6', description: 'Pull requests that update a dependency file' },
  { name: 'p1', color: 'b60205', description: 'Now' },
  { name: 'p2', color: 'd93f0b', description: 'This cycle' },
  { name: 'p3', color: 'fef2c0', description: 'When there is room' },
];

/** The repository of that rank, with its labels and a milestone for each quarter that the history meets. */
export function furnish(company: Company, index: number): Repository {
  const entry = REPOSITORIES[index] ?? {
    name: `service-${index + 1}`,
    description: 'A service',
    language: 'TypeScript',
  };
  const begins = company.now - (company.weeks + 26) * WEEK;
  const repository = addRepository(company, { ...entry, at: begins });
  for (const label of LABELS) addLabel(repository, label);
  for (const quarter of quarters(begins, company.now + 13 * WEEK)) {
    const milestone = addMilestone(repository, {
      title: quarter.title,
      description: `What we want to have by the end of ${quarter.title}`,
      creator: company.people[0] ?? company.organization,
      at: Math.max(begins, quarter.start - 2 * WEEK),
      dueOn: quarter.end,
    });
    if (quarter.end < company.now) closeMilestone(milestone, quarter.end);
  }
  return repository;
}

/** The quarters that meet the span, each with its last moment. */
function quarters(from: number, to: number): { title: string; start: number; end: number }[] {
  const found = [];
  const first = new Date(from);
  let index = first.getUTCFullYear() * 4 + Math.floor(first.getUTCMonth() / 3);
  for (; ; index++) {
    const start = Date.UTC(Math.floor(index / 4), (index % 4) * 3);
    if (start >= to) return found;
    const end = Date.UTC(Math.floor((index + 1) / 4), ((index + 1) % 4) * 3) - 1000;
    found.push({ title: `${Math.floor(index / 4)} Q${(index % 4) + 1}`, start, end });
  }
}
