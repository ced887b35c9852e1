/** Milliseconds since the epoch, UTC. Every time in krsync is one of these. */
export type Instant = number;

/** A value of a field that tools keep a history of. */
export type FieldValue = string | number | boolean | null | readonly string[];

/** What every record has. The source's id is added when it is stored: a connector does not know its own. */
interface RecordBase {
  /** Stable within the source, whatever is renamed. */
  readonly id: string;
  /** What people call it: `acme/web#12`, `WEB-12`, a commit's hash. */
  readonly key: string;
  readonly title: string | null;
  readonly url: string | null;
}

/** A change of one field at a moment. `from` is what stood before it. */
export interface Change {
  readonly field: HistoryField;
  readonly at: Instant;
  readonly from: FieldValue;
  readonly to: FieldValue;
}

/** The fields of a ticket or pull request whose changes may be dated. Each is also a field of the record. */
export type HistoryField =
  | 'status'
  | 'statusCategory'
  | 'type'
  | 'labels'
  | 'milestone'
  | 'versions'
  | 'sprint'
  | 'estimate'
  | 'parent'
  | 'draft';

export type StatusCategory = 'new' | 'in_progress' | 'done';

/** An issue of a tracker, GitHub's and Jira's alike. A pull request is never one. */
export interface Ticket extends RecordBase {
  readonly recordType: 'ticket';
  /** `owner/name` where the tracker lives in a repository. */
  readonly repository: string | null;
  /** The key of the tracker's project. */
  readonly project: string | null;
  readonly type: string | null;
  readonly status: string;
  readonly statusCategory: StatusCategory;
  /** Why it was resolved, in the tool's own word: `Won't Fix`, `not_planned`. */
  readonly resolution: string | null;
  readonly subtask: boolean;
  readonly labels: readonly string[];
  readonly milestone: string | null;
  readonly versions: readonly string[];
  readonly components: readonly string[];
  readonly sprint: string | null;
  /** Story points. */
  readonly estimate: number | null;
  /** Key of the epic or parent ticket. */
  readonly parent: string | null;
  readonly author: string | null;
  readonly authorIsBot: boolean;
  readonly assignee: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** First comment by someone who is neither the author nor a bot; null when there is none or `responsesRead` is false. */
  readonly firstResponseAt: Instant | null;
  /** Whether its comments were read, so that a missing response is known to be missing. */
  readonly responsesRead: boolean;
  /** Keys of the pull requests that closed it. */
  readonly closedBy: readonly string[];
  /**
   * Last entry into a status of the done category that was not left again; null while open. Where `history`
   * is known it must agree with it: the store finds the tickets of a window by this time.
   */
  readonly resolvedAt: Instant | null;
  /** All dated changes, oldest first; null when the tool offers none or they were not read. */
  readonly history: readonly Change[] | null;
}

export interface Review {
  readonly id: string;
  readonly author: string | null;
  readonly authorIsBot: boolean;
  readonly submittedAt: Instant;
  /** `conversation`: a comment outside any review. It is not a review, and counts as one only where a rule says so. */
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'dismissed' | 'conversation';
  readonly url: string | null;
}

export interface PullRequest extends RecordBase {
  readonly recordType: 'pull_request';
  readonly repository: string;
  readonly number: number;
  readonly state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly milestone: string | null;
  readonly baseBranch: string;
  readonly author: string | null;
  /** The author is an automation. `where: { bot: … }` reads this field. */
  readonly bot: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** When it last left draft; null when it never was one. */
  readonly readyAt: Instant | null;
  /** Authored date of its first commit; null when it was not read. */
  readonly firstCommitAt: Instant | null;
  readonly mergedAt: Instant | null;
  readonly closedAt: Instant | null;
  readonly mergeCommit: string | null;
  readonly additions: number | null;
  readonly deletions: number | null;
  readonly changedFiles: number | null;
  /** Additions and deletions less lock, vendored and generated files; null when its files were not read. */
  readonly lineImpact: number | null;
  /** Whether one of its files is a test; null when its files were not read. */
  readonly testsTouched: boolean | null;
  /** Submitted reviews and conversation comments, oldest first; null when they were not read. */
  readonly reviews: readonly Review[] | null;
  readonly history: readonly Change[] | null;
}

/** One commit of the default branch. */
export interface Commit extends RecordBase {
  readonly recordType: 'commit';
  readonly repository: string;
  readonly sha: string;
  readonly author: string | null;
  readonly authorEmail: string | null;
  readonly bot: boolean;
  readonly authoredAt: Instant;
  readonly committedAt: Instant;
  /** Hashes of its parents, the first one first. */
  readonly parents: readonly string[];
  /** More than one parent. */
  readonly merge: boolean;
  /** People named as co-authors in its message. */
  readonly coAuthors: readonly string[];
  readonly additions: number;
  readonly deletions: number;
  /** Additions and deletions less lock, vendored and generated files; 0 for a merge. */
  readonly lineImpact: number;
}

export interface Release extends RecordBase {
  readonly recordType: 'release';
  readonly repository: string;
  readonly tag: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly createdAt: Instant;
  /** Null for a draft. */
  readonly publishedAt: Instant | null;
}

export interface Tag extends RecordBase {
  readonly recordType: 'tag';
  readonly repository: string;
  readonly name: string;
  readonly sha: string;
  /** The tagger's time, or the commit's for a lightweight tag. */
  readonly taggedAt: Instant;
}

/** A number measured at a moment about a subject. */
export interface Sample extends RecordBase {
  readonly recordType: 'sample';
  /** What was measured: `lighthouse-lcp`, `coverage-lines`, a name of the user's own. */
  readonly series: string;
  /** What it was measured on: a component, a page's URL. */
  readonly subject: string;
  readonly measuredAt: Instant;
  readonly value: number;
  /** The size of what a share is of (lines of code), so that shares can be joined as sums over sums. */
  readonly of: number | null;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** One rollout of one commit to one environment. */
export interface Deployment extends RecordBase {
  readonly recordType: 'deployment';
  readonly repository: string;
  readonly environment: string;
  readonly commit: string;
  /** Branch or tag that was deployed. */
  readonly gitRef: string | null;
  readonly status: 'succeeded' | 'failed' | 'running' | 'cancelled';
  /** The pipeline run it belongs to; those of one run to production count as one. */
  readonly run: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** When it succeeded or failed; null while it runs. */
  readonly finishedAt: Instant | null;
  /**
   * Hashes of the commits between the previous successful deployment of the same repository and environment and
   * this one; null when they were not read.
   */
  readonly commits: readonly string[] | null;
}

/** One run of a pipeline; a re-run counts as its last attempt. */
export interface Build extends RecordBase {
  readonly recordType: 'build';
  readonly repository: string | null;
  readonly project: string | null;
  /** Name of the workflow, job or pipeline. */
  readonly workflow: string;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly event: string | null;
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'skipped' | 'running';
  readonly attempt: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly finishedAt: Instant | null;
  /** Milliseconds it ran, waiting for a runner not included where the tool tells. */
  readonly duration: number | null;
}

/** A known weakness that a scanner reported. */
export interface Alert extends RecordBase {
  readonly recordType: 'alert';
  readonly repository: string;
  readonly scanner: string;
  readonly severity: string;
  readonly state: 'open' | 'fixed' | 'dismissed';
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** When it was fixed or dismissed; null while open. */
  readonly resolvedAt: Instant | null;
}

export interface Sprint extends RecordBase {
  readonly recordType: 'sprint';
  readonly project: string | null;
  readonly board: string | null;
  readonly name: string;
  readonly goal: string | null;
  readonly state: 'future' | 'active' | 'closed';
  readonly startAt: Instant | null;
  readonly endAt: Instant | null;
  /** When it was closed, which may be after `endAt`. */
  readonly completedAt: Instant | null;
}

/** Hours that a person logged on a ticket. */
export interface Worklog extends RecordBase {
  readonly recordType: 'worklog';
  readonly project: string | null;
  /** Key of the ticket. */
  readonly ticket: string;
  readonly author: string | null;
  readonly startedAt: Instant;
  readonly hours: number;
}

export type EngineeringRecord =
  | Ticket
  | PullRequest
  | Commit
  | Release
  | Tag
  | Deployment
  | Build
  | Alert
  | Sprint
  | Worklog
  | Sample;
export type RecordType = EngineeringRecord['recordType'];
export type RecordOf<T extends RecordType> = Extract<EngineeringRecord, { recordType: T }>;

export interface RecordRef {
  readonly recordType: RecordType;
  readonly id: string;
}
