import type { JiraIssue, JiraStatus, JiraType, JiraUser, JiraVersion, Tracker } from './model.ts';
import { emptyTracker } from './tracker.ts';

/** An issue as `/rest/api/2/search` of a real Jira wrote it, as far as it is read here. */
interface Exported {
  readonly id: string;
  readonly key: string;
  readonly fields: {
    readonly summary: string;
    readonly issuetype: { id: string; name: string; description: string; subtask: boolean };
    readonly project: { id: string; key: string; name: string };
    readonly status: { id: string; name: string; statusCategory: { key: string } };
    readonly resolution?: { id: string; name: string; description: string } | null;
    readonly resolutiondate?: string | null;
    readonly created: string;
    readonly updated: string;
    readonly labels?: readonly string[];
    readonly components?: readonly { id: string; name: string }[];
    readonly fixVersions?: readonly { id: string; name: string; released?: boolean; releaseDate?: string }[];
    readonly parent?: { key: string };
    readonly assignee?: { name: string; displayName: string } | null;
    readonly reporter?: { name: string; displayName: string } | null;
  };
}

/** A site with real issues in it, which came without their changelogs. */
export function trackerOf(issues: readonly unknown[], zone: string): Tracker {
  const tracker = emptyTracker({ zone });
  for (const list of [tracker.users, tracker.statuses, tracker.types, tracker.resolutions]) list.length = 0;
  const exported = issues as readonly Exported[];
  for (const one of exported) addIssue(tracker, one);
  for (const { id, fields } of exported) {
    const issue = tracker.issues.get(id);
    if (issue && fields.parent) {
      issue.parent = [...tracker.issues.values()].find(({ key }) => key === fields.parent?.key) ?? null;
    }
  }
  return tracker;
}

function addIssue(tracker: Tracker, { id, key, fields }: Exported): void {
  const project = once(tracker.projects, fields.project.id, () => ({ ...fields.project, nextNumber: 1 }));
  project.nextNumber = Math.max(project.nextNumber, Number(key.split('-')[1]) + 1);
  const issue: JiraIssue = {
    id,
    key,
    project,
    type: once<JiraType>(tracker.types, fields.issuetype.id, () => fields.issuetype),
    summary: fields.summary,
    status: once<JiraStatus>(tracker.statuses, fields.status.id, () => ({
      id: fields.status.id,
      name: fields.status.name,
      category: categoryOf(fields.status.statusCategory.key),
      listed: true,
    })),
    resolution: fields.resolution
      ? once(tracker.resolutions, fields.resolution.id, () => fields.resolution as never)
      : null,
    resolutionDate: fields.resolutiondate ? timeOf(fields.resolutiondate) : null,
    created: timeOf(fields.created),
    updated: timeOf(fields.updated),
    labels: fields.labels ?? [],
    components: (fields.components ?? []).map((one) =>
      once(tracker.components, one.id, () => ({ id: one.id, name: one.name, project })),
    ),
    fixVersions: (fields.fixVersions ?? []).map((one) =>
      once<JiraVersion>(tracker.versions, one.id, () => ({
        id: one.id,
        name: one.name,
        description: '',
        project,
        released: one.released === true,
        startDate: null,
        releaseDate: one.releaseDate ?? null,
      })),
    ),
    parent: null,
    epic: null,
    points: null,
    sprints: [],
    assignee: userOf(tracker, fields.assignee),
    reporter: userOf(tracker, fields.reporter),
    changelog: [],
    comments: [],
    worklogs: [],
    hidden: false,
    revision: 0,
  };
  tracker.issues.set(id, issue);
}

function userOf(
  tracker: Tracker,
  person: { name: string; displayName: string } | null | undefined,
): JiraUser | null {
  if (!person) return null;
  const known = tracker.users.find(({ name }) => name === person.name);
  if (known) return known;
  const { name, displayName } = person;
  const user: JiraUser = {
    accountId: name,
    name,
    displayName,
    emailAddress: `${name}@example.com`,
    accountType: 'atlassian',
  };
  tracker.users.push(user);
  return user;
}

function once<T extends { readonly id: string }>(list: T[], id: string, make: () => T): T {
  const known = list.find((one) => one.id === id);
  if (known) return known;
  const made = make();
  list.push(made);
  return made;
}

function categoryOf(key: string): JiraStatus['category'] {
  return key === 'done' || key === 'indeterminate' ? key : 'new';
}

function timeOf(text: string): number {
  return Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
}
