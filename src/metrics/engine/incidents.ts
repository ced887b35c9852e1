import type { IncidentLink } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import type { RecordHandle } from '../../store/contract.ts';
import type { Around, Given, Observation, Reject } from '../contract.ts';
import { Carriers } from './carriers.ts';
import {
  DEPLOYMENT_READS,
  type DeploymentOptions,
  deploymentOptions,
  deploymentReading,
  type Rollout,
  rolloutsIn,
} from './deployments.ts';
import {
  countsUntil,
  type Resolution,
  resolutions,
  WORK_ITEM_FIELDS,
  type WorkItemOptions,
  workItemOptions,
} from './tickets.ts';
import type { Relate } from './trace.ts';

/** What the metrics of deployments and incidents read. */
export const INCIDENT_READS = {
  ...DEPLOYMENT_READS,
  ticket: [...WORK_ITEM_FIELDS, 'title', 'repository', 'components', 'labels', 'closedBy'],
  pull_request: ['key', 'url', 'repository', 'mergeCommit'],
  commit: ['sha', 'parents'],
} as const;
type IncidentReads = typeof INCIDENT_READS;
type IncidentRecord = Given<IncidentReads>;
type Ticket = Extract<IncidentRecord, { recordType: 'ticket' }>;

export const INCIDENT_JOINS = ['ticket', 'pull_request', 'commit'] as const;

export const incidentOptions = deploymentOptions.extend(workItemOptions.shape);
export type IncidentOptions = DeploymentOptions & WorkItemOptions;

/** Pull requests and commits serve only to find the deployment that an incident names. */
export function incidentReading(
  options: IncidentOptions,
  incidents: IncidentLink | null,
): Partial<IncidentReads> {
  const { ticket, pull_request, commit } = INCIDENT_READS;
  if (incidents?.link === 'latest') return { ...deploymentReading(options, false), ticket };
  return { ...deploymentReading(options, true), ticket, pull_request, commit };
}

/** An incident with the deployment that caused it and, where one is known, the one that mended it. */
export interface Linked {
  readonly incident: Ticket;
  /** Dropped then, as a false alarm is; else never. */
  readonly until: Instant;
  readonly cause: Rollout;
  readonly fix: Rollout | null;
  /** From when on the fix is known to be one. */
  readonly fixKnownAt: Instant;
}

export const UNLINKED = 'the incident meets no deployment before it';

/** What incidents say of deployments. Those that meet none are rejected, so that they are counted and shown. */
export function linkIncidents(
  records: Iterable<IncidentRecord>,
  options: IncidentOptions,
  reject: Reject,
  { joined, incidents: link, relate }: Pick<Around<IncidentReads>, 'joined' | 'incidents' | 'relate'>,
): { readonly rollouts: readonly Rollout[]; readonly linked: readonly Linked[] } {
  const rollouts = rolloutsIn(records, options);
  const counts = countsUntil(options);
  const linked: Linked[] = [];
  if (link === null) return { rollouts, linked };
  const find = link.link === 'explicit' ? byName(rollouts, joined) : byService(rollouts, link.services);
  for (const incident of joined) {
    if (incident.recordType !== 'ticket') continue;
    const until = counts(incident);
    if (until <= incident.createdAt) continue;
    const { causes, fixes, fixKnownAt } = find(incident);
    const cause = causes.findLast((one) => one.at <= incident.createdAt);
    if (cause !== undefined) {
      const fix = fixes.find((one) => one.at > incident.createdAt && one.counted !== cause.counted) ?? null;
      linked.push({ incident, until, cause, fix, fixKnownAt });
    } else if (until === Number.POSITIVE_INFINITY) {
      reject(UNLINKED, incident.createdAt, incident.ref);
    }
  }
  if (relate !== undefined) for (const one of linked) relateIncident(one, relate);
  return { rollouts, linked };
}

function relateIncident({ incident, until, cause, fix, fixKnownAt }: Linked, relate: Relate): void {
  const begun = { from: incident.createdAt, until };
  relate({ of: cause.counted, is: 'led to', to: incident.ref, ...begun });
  relate({ of: incident.ref, is: 'caused by', to: cause.counted, ...begun });
  if (fix === null) return;
  const mended = { from: Math.max(fix.at, fixKnownAt), until };
  relate({ of: fix.counted, is: 'mended', to: incident.ref, ...mended });
  relate({ of: incident.ref, is: 'mended by', to: fix.counted, ...mended });
}

/** One observation of each deployment: 1 for the window ends in one of its spans, else 0. */
export function* judged(
  rollouts: readonly Rollout[],
  spans: ReadonlyMap<RecordHandle, readonly { readonly from: Instant; readonly until: Instant }[]>,
): Iterable<Observation> {
  for (const { at, ref, counted } of rollouts) {
    if (counted !== ref) continue;
    let end = at;
    for (const { from, until } of [...(spans.get(ref) ?? [])].sort((a, b) => a.from - b.from)) {
      if (until <= end) continue;
      if (from > end) yield { at, from: end, until: from, value: 0, ref };
      yield { at, from: Math.max(from, end), until, value: 1, ref };
      end = until;
    }
    if (end < Number.POSITIVE_INFINITY) yield { at, from: end, value: 0, ref };
  }
}

/** The deployments that may have caused and mended an incident, each oldest first. */
type Find = (incident: Ticket) => {
  readonly causes: readonly Rollout[];
  readonly fixes: readonly Rollout[];
  readonly fixKnownAt: Instant;
};

/** By the deployments, commits and pull requests that the incident names: in its title, a label, or as what closed it. */
function byName(rollouts: readonly Rollout[], joined: readonly IncidentRecord[]): Find {
  const parents = new Map<string, readonly string[]>();
  const pulls = new Map<string, Extract<IncidentRecord, { recordType: 'pull_request' }>>();
  for (const record of joined) {
    if (record.recordType === 'commit') parents.set(record.sha, record.parents);
    if (record.recordType !== 'pull_request') continue;
    pulls.set(record.key, record);
    if (record.url !== null) pulls.set(record.url, record);
  }
  const carriers = new Carriers(rollouts, parents);
  // A tag or a key may be used again: the incident's own time decides which is meant.
  const named = new Map<string, Rollout[]>();
  for (const rollout of rollouts) {
    for (const name of rollout.names) {
      const known = named.get(name);
      if (known) known.push(rollout);
      else named.set(name, [rollout]);
    }
  }
  const rolloutsOf = (name: string): readonly Rollout[] => {
    const pull = pulls.get(name);
    const carried =
      pull === undefined
        ? carriers.named(name)
        : pull.mergeCommit === null
          ? null
          : carriers.carrying(pull.repository, pull.mergeCommit);
    return [...(named.get(name) ?? []), ...(carried === null ? [] : [carried.rollout])];
  };
  return (incident) => {
    const found = new Set<Rollout>();
    for (const name of namesIn(incident)) for (const rollout of rolloutsOf(name)) found.add(rollout);
    const inOrder = [...found].sort((a, b) => a.at - b.at || a.ref - b.ref);
    return { causes: inOrder, fixes: inOrder, fixKnownAt: incident.createdAt };
  };
}

function* namesIn({ title, labels, closedBy }: Ticket): Iterable<string> {
  yield* closedBy;
  for (const label of labels) {
    yield label;
    // `caused-by: acme/web#12`
    const after = label.slice(label.indexOf(':') + 1).trim();
    if (after !== label) yield after;
  }
  for (const word of (title ?? '').split(/[\s,;()[\]]+/)) {
    yield word;
    yield word.replace(/[.:!?]+$/, '');
  }
}

/** The latest deployment before the incident, and the latest before it was resolved, of the repository it belongs to. */
function byService(rollouts: readonly Rollout[], services: IncidentLink['services']): Find {
  const repositories = new Map(
    Object.entries(services).map(([name, repository]) => [name.toLowerCase(), repository]),
  );
  return (incident) => {
    const named = [...incident.components, ...incident.labels].flatMap(
      (name) => repositories.get(name.toLowerCase()) ?? [],
    );
    const own = new Set(named.length > 0 ? named : [incident.repository]);
    const causes = rollouts.filter((one) => own.has(one.repository));
    let last: Resolution | null = null;
    for (const resolution of resolutions(incident)) last = resolution;
    const resolvedAt = last?.until === Number.POSITIVE_INFINITY ? last.at : null;
    const fix = resolvedAt === null ? undefined : causes.findLast((one) => one.at <= resolvedAt);
    return { causes, fixes: fix === undefined ? [] : [fix], fixKnownAt: resolvedAt ?? 0 };
  };
}
