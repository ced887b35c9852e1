import { FIELDS } from '../../src/domain/fields.ts';
import type { Rule, Span } from '../../src/domain/okr.ts';
import type {
  Alert,
  Build,
  Commit,
  Deployment,
  EngineeringRecord,
  PullRequest,
  RecordType,
  Release,
  Review,
  Sample,
  Sprint,
  Tag,
  Ticket,
  Worklog,
} from '../../src/domain/records.ts';
import { type Evaluation, evaluate } from '../../src/metrics/engine/evaluate.ts';
import { metricOf } from '../../src/metrics/index.ts';
import type { RecordQuery, RecordStore, StoredMember, StoredRecord } from '../../src/store/contract.ts';

let serial = 0;

/** Milliseconds of an ISO time; a date alone is its first moment in UTC. */
export function at(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new RangeError(`not a time: ${text}`);
  return time;
}

export function aTicket(fields: Partial<Ticket> = {}): Ticket {
  const id = String(++serial);
  const resolvedAt = fields.resolvedAt ?? null;
  return {
    recordType: 'ticket',
    id,
    key: `acme/web#${id}`,
    title: `Ticket ${id}`,
    url: `https://github.com/acme/web/issues/${id}`,
    repository: 'acme/web',
    project: null,
    type: null,
    status: resolvedAt === null ? 'open' : 'closed',
    statusCategory: resolvedAt === null ? 'new' : 'done',
    resolution: null,
    subtask: false,
    labels: [],
    milestone: null,
    versions: [],
    components: [],
    sprint: null,
    estimate: null,
    parent: null,
    author: 'ana',
    authorIsBot: false,
    assignee: null,
    firstResponseAt: null,
    responsesRead: false,
    closedBy: [],
    createdAt: at('2026-10-01'),
    updatedAt: resolvedAt ?? fields.createdAt ?? at('2026-10-01'),
    resolvedAt,
    history: null,
    ...fields,
  };
}

export function aPull(fields: Partial<PullRequest> = {}): PullRequest {
  const id = String(++serial);
  const mergedAt = fields.mergedAt ?? null;
  return {
    recordType: 'pull_request',
    id,
    key: `acme/web#${id}`,
    title: `Pull request ${id}`,
    url: `https://github.com/acme/web/pull/${id}`,
    repository: 'acme/web',
    number: Number(id),
    state: mergedAt === null ? 'open' : 'merged',
    draft: false,
    labels: [],
    milestone: null,
    baseBranch: 'main',
    author: 'ana',
    bot: false,
    createdAt: at('2026-10-01'),
    updatedAt: mergedAt ?? at('2026-10-01'),
    readyAt: null,
    firstCommitAt: null,
    mergedAt,
    closedAt: mergedAt,
    mergeCommit: null,
    additions: 10,
    deletions: 2,
    changedFiles: 1,
    lineImpact: 12,
    testsTouched: null,
    reviews: [],
    history: null,
    ...fields,
  };
}

export function aReview(fields: Partial<Review> = {}): Review {
  return {
    id: String(++serial),
    author: 'ben',
    authorIsBot: false,
    submittedAt: at('2026-10-02'),
    state: 'approved',
    url: null,
    ...fields,
  };
}

export function aCommit(fields: Partial<Commit> = {}): Commit {
  const id = String(++serial).padStart(40, '0');
  const authoredAt = fields.authoredAt ?? at('2026-10-01');
  return {
    recordType: 'commit',
    id,
    key: id.slice(0, 8),
    title: 'A commit',
    url: null,
    repository: 'acme/web',
    sha: id,
    author: 'ana',
    authorEmail: 'ana@acme.dev',
    bot: false,
    authoredAt,
    committedAt: authoredAt,
    parents: [],
    merge: false,
    coAuthors: [],
    additions: 5,
    deletions: 1,
    lineImpact: 6,
    ...fields,
  };
}

export function aRelease(fields: Partial<Release> = {}): Release {
  const id = String(++serial);
  const publishedAt = fields.publishedAt === undefined ? at('2026-10-01') : fields.publishedAt;
  return {
    recordType: 'release',
    id,
    key: `v${id}`,
    title: `v${id}`,
    url: null,
    repository: 'acme/web',
    tag: `v${id}`,
    draft: publishedAt === null,
    prerelease: false,
    createdAt: publishedAt ?? at('2026-10-01'),
    publishedAt,
    ...fields,
  };
}

export function aTag(fields: Partial<Tag> = {}): Tag {
  const id = String(++serial);
  return {
    recordType: 'tag',
    id,
    key: `v${id}`,
    title: null,
    url: null,
    repository: 'acme/web',
    name: `v${id}`,
    sha: id.padStart(40, '0'),
    taggedAt: at('2026-10-01'),
    ...fields,
  };
}

export function aSample(fields: Partial<Sample> = {}): Sample {
  const id = String(++serial);
  return {
    recordType: 'sample',
    id,
    key: `sample ${id}`,
    title: null,
    url: null,
    series: 'lighthouse-lcp',
    subject: 'https://acme.dev/',
    measuredAt: at('2026-10-01'),
    value: 2500,
    of: null,
    commit: null,
    branch: null,
    labels: {},
    ...fields,
  };
}

/** The same record, removed at a moment. */
export function removed<T extends EngineeringRecord>(
  record: T,
  removedAt: number,
): T & { readonly removedAt: number } {
  return { ...record, removedAt };
}

/** Records of one source as the store would hand them out, the bounds of the query honoured. */
export function memoryStore(records: readonly EngineeringRecord[]): Pick<RecordStore, 'records'> {
  const stored = records.map((record, i) => ({ ...record, ref: i + 1, source: 'gh', member: 'acme/web' }));
  return {
    async *records(query: RecordQuery) {
      const { latest, thereAt } = query;
      const wanted = stored.filter((record: (typeof stored)[number] & { readonly removedAt?: number }) => {
        if (record.removedAt !== undefined && !(thereAt !== undefined && record.removedAt >= thereAt))
          return false;
        if (record.recordType !== query.recordType || !query.sources.includes(record.source)) return false;
        if (latest === undefined) return true;
        const time = (record as unknown as Record<string, unknown>)[latest.column];
        return typeof time !== 'number' || time >= latest.notBefore;
      });
      yield wanted as unknown as StoredRecord[];
    },
  } as Pick<RecordStore, 'records'>;
}

export function aMember(fields: Partial<StoredMember> = {}): StoredMember {
  return {
    source: 'gh',
    kind: 'github',
    stream: 'issues',
    member: 'acme/web',
    title: 'acme/web',
    yields: Object.keys(FIELDS) as RecordType[],
    memberField: 'repository',
    coveredFrom: at('2026-01-01'),
    coveredUntil: null,
    completeAt: at('2027-01-01'),
    error: null,
    errorAt: null,
    ...fields,
  };
}

export function aRule(measure: string, fields: Partial<Rule> = {}): Rule {
  const metric = metricOf(measure);
  return {
    measure,
    sources: ['gh'],
    where: {},
    options: fields.options ?? (metric.options.parse({}) as Record<string, unknown>),
    aggregate: metric.aggregate,
    window: { kind: 'days', days: 28 },
    combine: null,
    ...fields,
    ...(fields.options === undefined
      ? {}
      : { options: metric.options.parse(fields.options) as Record<string, unknown> }),
  };
}

/** `2026-10-01 .. 2026-10-29`, half-open, in UTC. */
export function span(from: string, to: string): Span {
  return { from: at(from), to: at(to) };
}

export function evaluateRule(
  records: readonly EngineeringRecord[],
  rule: Rule,
  windows: readonly Span[],
  member: StoredMember = aMember(),
): Promise<Evaluation> {
  return evaluate({
    store: memoryStore(records),
    rule,
    metric: metricOf(rule.measure),
    windows,
    coverage: { members: [member], missing: [] },
    freshness: 0,
    signal: new AbortController().signal,
  });
}

/** The value of a measure over October 2026, with its sample size. */
export async function october(
  records: readonly EngineeringRecord[],
  measure: string,
  fields: Partial<Rule> = {},
): Promise<{ readonly value: number | null; readonly n: number; readonly rejected: number }> {
  const { values, rejected } = await evaluateRule(records, aRule(measure, fields), [
    span('2026-10-01', '2026-11-01'),
  ]);
  return {
    value: values[0]?.value ?? null,
    n: values[0]?.sampleSize ?? 0,
    rejected: rejected.map((one) => one.count).reduce((a, b) => a + b, 0),
  };
}

export function aDeployment(fields: Partial<Deployment> = {}): Deployment {
  const id = String(++serial);
  const finishedAt = fields.finishedAt === undefined ? at('2026-10-05') : fields.finishedAt;
  return {
    recordType: 'deployment',
    id,
    key: `acme/web production ${id}`,
    title: null,
    url: null,
    repository: 'acme/web',
    environment: 'production',
    commit: id.padStart(40, '0'),
    gitRef: 'main',
    status: 'succeeded',
    run: null,
    createdAt: finishedAt ?? at('2026-10-05'),
    updatedAt: finishedAt ?? at('2026-10-05'),
    finishedAt,
    commits: null,
    ...fields,
  };
}

export function aBuild(fields: Partial<Build> = {}): Build {
  const id = String(++serial);
  const finishedAt = fields.finishedAt === undefined ? at('2026-10-05') : fields.finishedAt;
  return {
    recordType: 'build',
    id,
    key: `acme/web CI ${id}`,
    title: null,
    url: null,
    repository: 'acme/web',
    project: null,
    workflow: 'CI',
    branch: 'main',
    commit: id.padStart(40, '0'),
    event: 'push',
    status: 'succeeded',
    attempt: 1,
    createdAt: finishedAt ?? at('2026-10-05'),
    updatedAt: finishedAt ?? at('2026-10-05'),
    finishedAt,
    duration: 60_000,
    ...fields,
  };
}

export function anAlert(fields: Partial<Alert> = {}): Alert {
  const id = String(++serial);
  const resolvedAt = fields.resolvedAt ?? null;
  return {
    recordType: 'alert',
    id,
    key: `acme/web alert ${id}`,
    title: null,
    url: null,
    repository: 'acme/web',
    scanner: 'dependabot',
    severity: 'high',
    state: resolvedAt === null ? 'open' : 'fixed',
    createdAt: at('2026-10-01'),
    updatedAt: resolvedAt ?? at('2026-10-01'),
    resolvedAt,
    ...fields,
  };
}

export function aSprint(fields: Partial<Sprint> = {}): Sprint {
  const id = String(++serial);
  return {
    recordType: 'sprint',
    id,
    key: `WEB sprint ${id}`,
    title: `Sprint ${id}`,
    url: null,
    project: 'WEB',
    board: 'Web board',
    name: `Sprint ${id}`,
    goal: null,
    state: 'closed',
    startAt: at('2026-10-01'),
    endAt: at('2026-10-15'),
    completedAt: at('2026-10-15'),
    ...fields,
  };
}

export function aWorklog(fields: Partial<Worklog> = {}): Worklog {
  const id = String(++serial);
  return {
    recordType: 'worklog',
    id,
    key: `WEB-1 worklog ${id}`,
    title: null,
    url: null,
    project: 'WEB',
    ticket: 'WEB-1',
    author: 'ana',
    startedAt: at('2026-10-05'),
    hours: 1.5,
    ...fields,
  };
}
