/** What the stand-in of Jira tells of. Mutable: `changes.ts` has what can happen to it. */
export interface Tracker {
  /** Jira's name of the zone of the user who asks. JQL reads its times in it. */
  zone: string;
  readonly users: JiraUser[];
  readonly statuses: JiraStatus[];
  readonly types: JiraType[];
  readonly resolutions: { readonly id: string; readonly name: string; readonly description: string }[];
  readonly projects: JiraProject[];
  readonly boards: JiraBoard[];
  readonly sprints: JiraSprint[];
  readonly versions: JiraVersion[];
  readonly components: { readonly id: string; readonly name: string; readonly project: JiraProject }[];
  readonly fields: TrackerFields;
  /** By id. */
  readonly issues: Map<string, JiraIssue>;
  /** Grows with every change. */
  revision: number;
  nextId: number;
}

/** Ids of the custom fields, which differ per site. */
export interface TrackerFields {
  readonly sprint: string;
  readonly points: string;
  readonly epicLink: string;
  /** Some sites hold story points as text. */
  readonly pointsAsText: boolean;
}

export interface JiraUser {
  readonly accountId: string;
  readonly name: string;
  readonly displayName: string;
  readonly emailAddress: string;
  readonly accountType: 'atlassian' | 'app';
}

export interface JiraStatus {
  readonly id: string;
  name: string;
  category: 'new' | 'indeterminate' | 'done';
  /** Some workflow uses it. One that is not in use is on no list any more. */
  listed: boolean;
}

export interface JiraType {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly subtask: boolean;
}

export interface JiraProject {
  readonly id: string;
  key: string;
  readonly name: string;
  nextNumber: number;
}

export interface JiraBoard {
  readonly id: number;
  readonly name: string;
  readonly type: 'scrum' | 'kanban';
  readonly project: JiraProject;
}

export interface JiraSprint {
  readonly id: number;
  name: string;
  goal: string;
  readonly board: JiraBoard;
  state: 'future' | 'active' | 'closed';
  startDate: number | null;
  endDate: number | null;
  completeDate: number | null;
}

export interface JiraVersion {
  readonly id: string;
  name: string;
  readonly description: string;
  readonly project: JiraProject;
  released: boolean;
  /** `2026-10-01` */
  startDate: string | null;
  releaseDate: string | null;
}

/** One field's part of a change. */
export interface LoggedItem {
  readonly field: string;
  /** Null where Jira gives none, as for the parents of team-managed projects. */
  readonly fieldId: string | null;
  readonly fieldtype: 'jira' | 'custom';
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
}

export interface LoggedChange {
  readonly id: string;
  readonly author: JiraUser | null;
  readonly created: number;
  readonly items: readonly LoggedItem[];
}

export interface JiraComment {
  readonly id: string;
  readonly author: JiraUser | null;
  readonly created: number;
  readonly text: string;
}

export interface JiraWorklog {
  readonly id: string;
  readonly author: JiraUser | null;
  readonly created: number;
  readonly started: number;
  readonly seconds: number;
}

export interface JiraIssue {
  readonly id: string;
  key: string;
  project: JiraProject;
  type: JiraType;
  summary: string;
  status: JiraStatus;
  resolution: Tracker['resolutions'][number] | null;
  resolutionDate: number | null;
  readonly created: number;
  updated: number;
  labels: readonly string[];
  components: readonly Tracker['components'][number][];
  fixVersions: readonly JiraVersion[];
  /** Of a sub-task. */
  parent: JiraIssue | null;
  epic: JiraIssue | null;
  points: number | null;
  sprints: readonly JiraSprint[];
  assignee: JiraUser | null;
  readonly reporter: JiraUser | null;
  readonly changelog: LoggedChange[];
  readonly comments: JiraComment[];
  readonly worklogs: JiraWorklog[];
  /** Behind a security level that the asking user is not in. */
  hidden: boolean;
  /** Which of its texts are still right. */
  revision: number;
}
