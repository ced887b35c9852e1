import type { FieldValue, RecordOf, RecordType } from './records.ts';

/** What a field holds, and so which conditions make sense on it. */
export type FieldKind = 'string' | 'number' | 'boolean' | 'list' | 'time';

/** Times are numbers too; by the naming of the records, only they end in `At`. */
type KindOf<Name, Held> = Name extends `${string}At`
  ? 'time'
  : [Held] extends [boolean]
    ? 'boolean'
    : [Held] extends [number]
      ? 'number'
      : [Held] extends [string]
        ? 'string'
        : 'list';

/** The fields of a record that hold a plain value. Reviews, changes and a sample's labels do not. */
type FieldsOf<R> = {
  readonly [K in keyof R as K extends 'recordType' ? never : R[K] extends FieldValue ? K : never]: KindOf<
    K,
    NonNullable<R[K]>
  >;
};

/** The fields that `where` may name. The compiler holds this list equal to the record types. */
export const FIELDS = {
  ticket: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    repository: 'string',
    project: 'string',
    type: 'string',
    status: 'string',
    statusCategory: 'string',
    resolution: 'string',
    subtask: 'boolean',
    labels: 'list',
    milestone: 'string',
    versions: 'list',
    components: 'list',
    sprint: 'string',
    estimate: 'number',
    parent: 'string',
    author: 'string',
    authorIsBot: 'boolean',
    assignee: 'string',
    createdAt: 'time',
    updatedAt: 'time',
    firstResponseAt: 'time',
    responsesRead: 'boolean',
    closedBy: 'list',
    resolvedAt: 'time',
  },
  pull_request: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    repository: 'string',
    number: 'number',
    state: 'string',
    draft: 'boolean',
    labels: 'list',
    milestone: 'string',
    baseBranch: 'string',
    author: 'string',
    bot: 'boolean',
    createdAt: 'time',
    updatedAt: 'time',
    readyAt: 'time',
    firstCommitAt: 'time',
    mergedAt: 'time',
    closedAt: 'time',
    mergeCommit: 'string',
    additions: 'number',
    deletions: 'number',
    changedFiles: 'number',
    lineImpact: 'number',
    testsTouched: 'boolean',
  },
  commit: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    repository: 'string',
    sha: 'string',
    author: 'string',
    authorEmail: 'string',
    bot: 'boolean',
    authoredAt: 'time',
    committedAt: 'time',
    parents: 'list',
    merge: 'boolean',
    coAuthors: 'list',
    additions: 'number',
    deletions: 'number',
    lineImpact: 'number',
  },
  release: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    repository: 'string',
    tag: 'string',
    draft: 'boolean',
    prerelease: 'boolean',
    createdAt: 'time',
    publishedAt: 'time',
  },
  tag: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    repository: 'string',
    name: 'string',
    sha: 'string',
    taggedAt: 'time',
  },
  deployment: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    repository: 'string',
    environment: 'string',
    commit: 'string',
    gitRef: 'string',
    status: 'string',
    run: 'string',
    createdAt: 'time',
    updatedAt: 'time',
    finishedAt: 'time',
    commits: 'list',
  },
  build: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    repository: 'string',
    project: 'string',
    workflow: 'string',
    branch: 'string',
    commit: 'string',
    event: 'string',
    status: 'string',
    attempt: 'number',
    createdAt: 'time',
    updatedAt: 'time',
    finishedAt: 'time',
    duration: 'number',
  },
  alert: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    repository: 'string',
    scanner: 'string',
    severity: 'string',
    state: 'string',
    createdAt: 'time',
    updatedAt: 'time',
    resolvedAt: 'time',
  },
  sprint: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    project: 'string',
    board: 'string',
    name: 'string',
    goal: 'string',
    state: 'string',
    startAt: 'time',
    endAt: 'time',
    completedAt: 'time',
  },
  worklog: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    project: 'string',
    ticket: 'string',
    author: 'string',
    startedAt: 'time',
    hours: 'number',
  },
  sample: {
    id: 'string',
    key: 'string',
    title: 'string',
    url: 'string',
    series: 'string',
    subject: 'string',
    measuredAt: 'time',
    value: 'number',
    of: 'number',
    commit: 'string',
    branch: 'string',
  },
} as const satisfies { readonly [T in RecordType]: FieldsOf<RecordOf<T>> };

/** The fields that `where` may name over records of these types, each with its kind in the first that has it. */
export function fieldsOf(types: readonly RecordType[]): Readonly<Record<string, FieldKind>> {
  const fields: Record<string, FieldKind> = {};
  for (const type of types) {
    for (const [name, kind] of Object.entries(FIELDS[type])) fields[name] ??= kind;
  }
  return fields;
}
