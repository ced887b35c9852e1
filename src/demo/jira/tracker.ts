import type { JiraIssue, JiraStatus, JiraType, JiraUser, Tracker } from './model.ts';

const PEOPLE = [
  ['ana.lindqvist', 'Ana Lindqvist'],
  ['bjorn.dahl', 'Björn Dahl'],
  ['chidi.okafor', 'Chidi Okafor'],
  ['dana.levi', 'Dana Levi'],
  ['elif.kaya', 'Elif Kaya'],
  ['farid.nazari', 'Farid Nazari'],
  ['greta.holm', 'Greta Holm'],
  ['hugo.martins', 'Hugo Martins'],
] as const;

const STATUSES: readonly (readonly [string, JiraStatus['category']])[] = [
  ['To Do', 'new'],
  ['In Progress', 'indeterminate'],
  ['In Review', 'indeterminate'],
  ['Blocked', 'new'],
  ['Done', 'done'],
  ['Reported', 'new'],
  ['Investigating', 'indeterminate'],
  ['Resolved', 'done'],
];

const TYPES: readonly (readonly [string, string, boolean])[] = [
  ['Epic', 'A big user story that needs to be broken down.', false],
  ['Story', 'Functionality that users ask for.', false],
  ['Bug', 'A problem which impairs or prevents the functions of the product.', false],
  ['Task', 'A task that needs to be done.', false],
  ['Sub-task', 'The sub-task of the issue.', true],
  ['Incident', 'For system outages or incidents.', false],
];

const RESOLUTIONS = ['Done', "Won't Do", 'Duplicate', 'Cannot Reproduce'];

/** A site with its people, workflows and fields, and nothing in it yet. */
export function emptyTracker(options: { readonly zone: string; readonly pointsAsText?: boolean }): Tracker {
  const numbered = (index: number) => String(10_000 + index);
  return {
    zone: options.zone,
    users: [...PEOPLE.map(([name, displayName], index) => user(name, displayName, index)), automation()],
    statuses: STATUSES.map(([name, category], index) => ({
      id: numbered(index),
      name,
      category,
      listed: true,
    })),
    types: TYPES.map(([name, description, subtask], index) => ({
      id: numbered(index),
      name,
      description,
      subtask,
    })),
    resolutions: RESOLUTIONS.map((name, index) => ({ id: numbered(index), name, description: `${name}.` })),
    projects: [],
    boards: [],
    sprints: [],
    versions: [],
    components: [],
    fields: {
      sprint: 'customfield_10020',
      points: 'customfield_10032',
      epicLink: 'customfield_10014',
      pointsAsText: options.pointsAsText ?? false,
    },
    issues: new Map(),
    revision: 0,
    nextId: 20_000,
  };
}

export function addProject(tracker: Tracker, key: string, name: string): Tracker['projects'][number] {
  const project = { id: String(11_000 + tracker.projects.length), key, name, nextNumber: 1 };
  tracker.projects.push(project);
  return project;
}

export function statusNamed(tracker: Tracker, name: string): JiraStatus {
  return found(tracker.statuses, name);
}

export function typeNamed(tracker: Tracker, name: string): JiraType {
  return found(tracker.types, name);
}

export function resolutionNamed(tracker: Tracker, name: string): Tracker['resolutions'][number] {
  return found(tracker.resolutions, name);
}

/** By its id or key, while it is there and to be seen. */
export function issueOf(tracker: Tracker, idOrKey: string): JiraIssue | null {
  const byId = tracker.issues.get(idOrKey);
  const issue = byId ?? [...tracker.issues.values()].find(({ key }) => key === idOrKey.toUpperCase());
  return issue && !issue.hidden ? issue : null;
}

function found<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const one = all.find((candidate) => candidate.name === name);
  if (!one) throw new Error(`the site has no ${name}`);
  return one;
}

function user(name: string, displayName: string, index: number): JiraUser {
  const accountId = `5b10a2844c20165700ede2${String(index).padStart(2, '0')}`;
  return { accountId, name, displayName, emailAddress: `${name}@acme.example`, accountType: 'atlassian' };
}

function automation(): JiraUser {
  return {
    accountId: '557058:f58131cb-b67d-43c7-b30d-6b58d40bd077',
    name: 'automation',
    displayName: 'Automation for Jira',
    emailAddress: 'automation@acme.example',
    accountType: 'app',
  };
}
