import {
  assign,
  closeIssue,
  commentOn,
  editLabels,
  openIssue,
  renameItem,
  reopenIssue,
  setMilestone,
  setType,
} from '../../src/demo/company/changes.ts';
import { deleteIssue, transferIssue } from '../../src/demo/company/departures.ts';
import type { Change } from '../../src/demo/company/item.ts';
import {
  type Company,
  fullName,
  type Issue,
  type Item,
  issuesOf,
  type Pull,
  pullsOf,
  type Repository,
} from '../../src/demo/company/model.ts';
import { developers } from '../../src/demo/company/people.ts';
import {
  convertToDraft,
  markReady,
  mergePull,
  openPull,
  pushCommit,
  submitReview,
} from '../../src/demo/company/pull-changes.ts';
import { createRandom, type Random } from '../../src/demo/random.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Mostly within one second, which is all that GitHub's times tell. */
const STEPS = [0, 0, 0, 50, 300, 700, SECOND, 3 * SECOND, MINUTE, 15 * MINUTE];

/** A company in which things happen one after another, the same ones for the same seed. */
export interface Life {
  readonly random: Random;
  /** Moves a little with every change. */
  now: number;
  /** Ids of issues that are gone from where they were. */
  readonly departed: ReadonlySet<string>;
  change(): void;
  /** Takes an issue away: for good, or to another repository where there is one. */
  depart(issue: Issue): void;
  /** The issue that a request for a part of one is about. */
  issueOf(owner: unknown, name: unknown, number: unknown): Issue | undefined;
}

export function lifeOf(company: Company, seed: number): Life {
  const random = createRandom(seed);
  const departed = new Set<string>();
  const people = developers(company);

  const life: Life = {
    random,
    now: company.now,
    departed,
    change() {
      life.now += random.pick(STEPS);
      const repository = random.pick(company.repositories);
      const isAboutPull = random.chance(0.45);
      const items: Item[] = isAboutPull ? pullsOf(repository) : issuesOf(repository);
      if (items.length < 3 || random.chance(0.1)) return isAboutPull ? begin(repository) : open(repository);
      // The one that changed last is likely to change again, as under a discussion.
      const newest = items.reduce((last, item) => (item.updatedAt > last.updatedAt ? item : last));
      const item = random.chance(0.3) ? newest : random.pick(items);
      if (item.kind === 'pull') return random.pick(pullChanges)(item, happening());
      random.pick(issueChanges)(item, happening());
    },
    depart(issue) {
      departed.add(String(issue.id));
      const others = company.repositories.filter((repository) => repository !== issue.repository);
      if (others.length === 0 || random.chance(0.5)) deleteIssue(issue);
      else transferIssue(issue, random.pick(others), happening());
    },
    issueOf: (owner, name, number) =>
      company.repositories
        .filter((repository) => fullName(repository) === `${owner}/${name}`)
        .flatMap(issuesOf)
        .find((issue) => issue.number === number),
  };

  const changes: readonly ((item: Item, change: Change) => void)[] = [
    (item, change) => editLabels(item, { add: [random.pick(item.repository.labels)] }, change),
    (item, change) => editLabels(item, { remove: item.labels.slice(0, 1) }, change),
    (item, change) => setMilestone(item, random.pick([null, ...item.repository.milestones]), change),
    (item, change) => renameItem(item, `${item.title} again`.slice(-80), change),
    (item, change) => void commentOn(item, 'Seen', change),
    (item, change) => closeIssue(item, change, random.pick(['completed', 'not_planned', 'duplicate'])),
    (item, change) => reopenIssue(item, change),
  ];
  const issueChanges: readonly ((issue: Issue, change: Change) => void)[] = [
    ...changes,
    (issue, change) => setType(issue, random.pick([null, ...company.issueTypes]), change),
    (issue, change) => assign(issue, random.pick(people), change),
    (issue) => life.depart(issue),
  ];
  const pullChanges: readonly ((pull: Pull, change: Change) => void)[] = [
    ...changes,
    (pull, change) => mergePull(pull, change),
    (pull, change) => mergePull(pull, change),
    (pull, change) => void submitReview(pull, random.pick(['APPROVED', 'COMMENTED']), change),
    (pull, change) => (pull.draft ? markReady(pull, change) : convertToDraft(pull, change)),
    (pull, { at, by }) => void pushCommit(pull, { message: 'More', authoredAt: at, author: by }, at),
  ];

  function happening(): Change {
    return { at: life.now, by: random.pick([null, ...people, ...company.bots]) };
  }

  function open(repository: Repository): void {
    const { at, by } = happening();
    openIssue(repository, { title: 'Something new', author: by, at });
  }

  function begin(repository: Repository): void {
    const { at, by } = happening();
    openPull(repository, {
      title: 'Something better',
      author: by,
      at,
      draft: random.chance(0.3),
      headBranch: `branch-${repository.nextNumber}`,
      commits: [{ message: 'Begin', authoredAt: at - MINUTE, author: by }],
      files: [{ path: 'src/index.ts', status: 'modified', additions: 3, deletions: 1 }],
    });
  }

  return life;
}
