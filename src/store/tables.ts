import type { Change, RecordOf, RecordType, Review } from '../domain/records.ts';
import type { FieldOf } from './contract.ts';

/**
 * What every record is stored as, in one place. A new record type is one entry here and one migration: writing,
 * reading, counting and the typed columns follow from the entry.
 *
 * A trailing `?` marks a column that may be null. The types below hold each kind against the field it stores.
 */
export type ColumnKind = 'int' | 'real' | 'text' | 'bool' | 'json' | 'time';
export type ColumnType = ColumnKind | `${ColumnKind}?`;

type KindOf<V> = [V] extends [boolean]
  ? 'bool'
  : [V] extends [number]
    ? 'int' | 'real' | 'time'
    : [V] extends [string]
      ? 'text'
      : 'json';
type ColumnOf<V> = null extends V ? `${KindOf<NonNullable<V>>}?` : KindOf<V>;
type Columns<Row, Fields extends keyof Row> = { readonly [F in Fields]: ColumnOf<Row[F]> };

/** Fields with a column of the same meaning in every table. */
const COMMON_COLUMNS = { id: 'text', key: 'text', title: 'text?', url: 'text?' } as const satisfies {
  readonly [field: string]: ColumnType;
};

/** Fields that live in a table of their own, one row per element, in their order. */
const CHILDREN = {
  history: { columns: { field: 'text', at: 'time', from: 'json', to: 'json' } },
  reviews: {
    columns: {
      id: 'text',
      author: 'text?',
      authorIsBot: 'bool',
      submittedAt: 'time',
      state: 'text',
      url: 'text?',
    },
  },
} as const satisfies {
  readonly history: { columns: { readonly [F in keyof Change]: ColumnType } };
  readonly reviews: { columns: Columns<Review, keyof Review> };
};
export type ChildField = keyof typeof CHILDREN;

type PlainField<T extends RecordType> = Exclude<FieldOf<T>, keyof typeof COMMON_COLUMNS | ChildField>;
type Description = {
  readonly [T in RecordType]: {
    readonly table: string;
    readonly columns: Columns<RecordOf<T>, PlainField<T> & keyof RecordOf<T>>;
    readonly children: { readonly [C in ChildField & keyof RecordOf<T>]: string };
  };
};

const RECORD_TABLES = {
  ticket: {
    table: 'tickets',
    columns: {
      repository: 'text?',
      project: 'text?',
      type: 'text?',
      status: 'text',
      statusCategory: 'text',
      resolution: 'text?',
      subtask: 'bool',
      labels: 'json',
      milestone: 'text?',
      versions: 'json',
      components: 'json',
      sprint: 'text?',
      estimate: 'real?',
      parent: 'text?',
      author: 'text?',
      authorIsBot: 'bool',
      assignee: 'text?',
      createdAt: 'time',
      updatedAt: 'time',
      firstResponseAt: 'time?',
      responsesRead: 'bool',
      closedBy: 'json',
      resolvedAt: 'time?',
    },
    children: { history: 'ticket_changes' },
  },
  pull_request: {
    table: 'pull_requests',
    columns: {
      repository: 'text',
      number: 'int',
      state: 'text',
      draft: 'bool',
      labels: 'json',
      milestone: 'text?',
      baseBranch: 'text',
      author: 'text?',
      bot: 'bool',
      createdAt: 'time',
      updatedAt: 'time',
      readyAt: 'time?',
      firstCommitAt: 'time?',
      mergedAt: 'time?',
      closedAt: 'time?',
      mergeCommit: 'text?',
      additions: 'int?',
      deletions: 'int?',
      changedFiles: 'int?',
      lineImpact: 'int?',
      testsTouched: 'bool?',
    },
    children: { reviews: 'pull_request_reviews', history: 'pull_request_changes' },
  },
  commit: {
    table: 'commits',
    columns: {
      repository: 'text',
      sha: 'text',
      author: 'text?',
      authorEmail: 'text?',
      bot: 'bool',
      authoredAt: 'time',
      committedAt: 'time',
      parents: 'json',
      merge: 'bool',
      coAuthors: 'json',
      additions: 'int',
      deletions: 'int',
      lineImpact: 'int',
    },
    children: {},
  },
  release: {
    table: 'releases',
    columns: {
      repository: 'text',
      tag: 'text',
      draft: 'bool',
      prerelease: 'bool',
      createdAt: 'time',
      publishedAt: 'time?',
    },
    children: {},
  },
  tag: {
    table: 'tags',
    columns: { repository: 'text', name: 'text', sha: 'text', taggedAt: 'time' },
    children: {},
  },
  deployment: {
    table: 'deployments',
    columns: {
      repository: 'text',
      environment: 'text',
      commit: 'text',
      gitRef: 'text?',
      status: 'text',
      run: 'text?',
      createdAt: 'time',
      updatedAt: 'time',
      finishedAt: 'time?',
      commits: 'json?',
    },
    children: {},
  },
  build: {
    table: 'builds',
    columns: {
      repository: 'text?',
      project: 'text?',
      workflow: 'text',
      branch: 'text?',
      commit: 'text?',
      event: 'text?',
      status: 'text',
      attempt: 'int',
      createdAt: 'time',
      updatedAt: 'time',
      finishedAt: 'time?',
      duration: 'real?',
    },
    children: {},
  },
  alert: {
    table: 'alerts',
    columns: {
      repository: 'text',
      scanner: 'text',
      severity: 'text',
      state: 'text',
      createdAt: 'time',
      updatedAt: 'time',
      resolvedAt: 'time?',
    },
    children: {},
  },
  sprint: {
    table: 'sprints',
    columns: {
      project: 'text?',
      board: 'text?',
      name: 'text',
      goal: 'text?',
      state: 'text',
      startAt: 'time?',
      endAt: 'time?',
      completedAt: 'time?',
    },
    children: {},
  },
  worklog: {
    table: 'worklogs',
    columns: {
      project: 'text?',
      ticket: 'text',
      author: 'text?',
      startedAt: 'time',
      hours: 'real',
    },
    children: {},
  },
  sample: {
    table: 'samples',
    columns: {
      series: 'text',
      subject: 'text',
      measuredAt: 'time',
      value: 'real',
      of: 'real?',
      commit: 'text?',
      branch: 'text?',
      labels: 'json',
    },
    children: {},
  },
} as const satisfies Description;

/** The record types in a fixed order: a handle holds the place of its type in it. */
export const RECORD_TYPES = Object.keys(RECORD_TABLES) as RecordType[];
export type RecordTable = (typeof RECORD_TABLES)[RecordType]['table'];
export type ChildTable = 'ticket_changes' | 'pull_request_changes' | 'pull_request_reviews';

/** One column of a table, with the field it stores. */
export interface Column {
  readonly field: string;
  readonly name: string;
  readonly kind: ColumnKind;
  readonly nullable: boolean;
}

export interface Child {
  readonly field: ChildField;
  readonly table: ChildTable;
  /** On the parent's row: how many elements there are; null when they are not known. */
  readonly countColumn: string;
  readonly columns: readonly Column[];
}

export interface TableDescription {
  readonly recordType: RecordType;
  readonly table: RecordTable;
  readonly columns: readonly Column[];
  readonly children: readonly Child[];
}

// Words that mean something else in SQL, or say too little on their own.
const RENAMED: Readonly<Record<string, string>> = { id: 'ext_id', from: 'from_value', to: 'to_value' };

function columnName(field: string): string {
  return RENAMED[field] ?? field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function columnsOf(types: { readonly [field: string]: ColumnType }): Column[] {
  return Object.entries(types).map(([field, type]) => {
    const nullable = type.endsWith('?');
    return { field, name: columnName(field), kind: type.replace('?', '') as ColumnKind, nullable };
  });
}

function describe(recordType: RecordType): TableDescription {
  const { table, columns, children } = RECORD_TABLES[recordType];
  return {
    recordType,
    table,
    columns: columnsOf({ ...COMMON_COLUMNS, ...columns }),
    children: (Object.entries(children) as [ChildField, ChildTable][]).map(([field, childTable]) => ({
      field,
      table: childTable,
      countColumn: `${field}_count`,
      columns: columnsOf(CHILDREN[field].columns),
    })),
  };
}

const DESCRIPTIONS = new Map(RECORD_TYPES.map((type) => [type, describe(type)] as const));

export function tableOf(recordType: RecordType): TableDescription {
  const description = DESCRIPTIONS.get(recordType);
  if (!description) throw new TypeError(`There is no record type ${String(recordType)}`);
  return description;
}
