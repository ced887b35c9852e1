import { namesOf } from '../../config/bringing.ts';
import { nearest } from '../../config/nearest.ts';
import type { Condition, Rule } from '../../domain/okr.ts';
import type { RecordType } from '../../domain/records.ts';
import type { Metric } from '../../metrics/contract.ts';
import {
  couldMatch,
  endOf,
  type Group,
  groupsOf,
  isOfSeries,
  isPassedOver,
  seriesOf,
} from '../../metrics/engine/coverage.ts';
import { partsOf } from '../../metrics/engine/parts.ts';
import type { StoredMember, StreamFailure } from '../../store/contract.ts';
import type { ListedStream } from './streams.ts';

export type FindingCode =
  | 'no-source'
  | 'source-failed'
  | 'not-listed'
  | 'no-match'
  | 'refused'
  | 'not-pulled'
  | 'ended'
  | 'not-sent'
  | 'no-record'
  | 'none-counts'
  | 'too-few'
  | 'none-linked'
  | 'held';

/** Why a rule has no number, or none to believe, and what would change that. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  readonly remedy: string | null;
}

/** What is known of the sources: as they are configured now, and as they were pulled. */
export interface World {
  readonly streams: readonly ListedStream[];
  readonly members: readonly StoredMember[];
  readonly failures: readonly StreamFailure[];
  /** Sources whose check found something. */
  readonly failing: ReadonlyMap<string, readonly (string | null)[]>;
}

/** Where the way from the sources to a rule is broken, whatever the records are. */
export function joinRule(rule: Rule, metric: Metric, world: World): readonly Finding[] {
  if (metric.query !== undefined) return [];
  const series = seriesOf(rule, metric);
  return groupsOf(partsOf(rule, metric))
    .filter((group) => group.expected)
    .flatMap((group) =>
      group.sources.length === 0
        ? [unbrought(rule, group)]
        : group.sources.flatMap((source) => joinSource(source, group, series, world)),
    );
}

function unbrought(rule: Rule, { types }: Group): Finding {
  return {
    code: 'no-source',
    message: `no source brings ${namesOf(types, 'or')}, which \`${rule.measure}\` reads`,
    remedy: 'add a source that does',
  };
}

function joinSource(
  source: string,
  group: Group,
  series: readonly string[] | null,
  world: World,
): readonly Finding[] {
  const { types, where } = group;
  const streams = world.streams.filter(
    (one) => one.source === source && one.yields.some((type) => types.includes(type)),
  );
  const stored = world.members.filter(
    (one) => one.source === source && one.yields.some((type) => types.includes(type)),
  );
  if (streams.some(({ pushed }) => pushed)) return notSent(source, series, stored);
  const known = streams.flatMap(({ stream, memberField, members }) =>
    (members ?? []).map(({ id, title }) => ({ stream, memberField, member: id, title })),
  );
  if (known.length === 0) {
    if (isFailing(world, source, null)) return [failed(source)];
    return streams.some(({ members }) => members === null) ? [] : [notListed(source, types)];
  }
  const ofSeries = known.filter((one) => isOfSeries(one, series));
  if (ofSeries.length === 0) return [noSeries(source, series, known)];
  const touched = ofSeries.filter((one) => couldMatch(where, one));
  if (touched.length === 0) return group.joined ? [] : [noMatch(source, group, known)];
  return touched.flatMap((one) => {
    const found = stored.find(({ stream, member }) => stream === one.stream && member === one.member);
    return unread(source, one, found, world);
  });
}

/** What stands between a member that the rule can touch and its records. */
function unread(
  source: string,
  { stream, title }: { readonly stream: string; readonly title: string },
  found: StoredMember | undefined,
  world: World,
): readonly Finding[] {
  const name = `${stream} of ${title} (${source})`;
  const listing = world.failures.find((one) => one.source === source && one.stream === stream);
  const error = found?.error ?? (found === undefined ? listing?.error : null) ?? null;
  if (found === undefined || found.completeAt === null) {
    if (error !== null) return [refused(`${name} were never read completely: ${error}`)];
    return isFailing(world, source, stream) ? [failed(source, stream)] : [notPulled(source, title)];
  }
  if (isPassedOver(found)) {
    return [refused(`${name} may not be read with these credentials, and were passed over`)];
  }
  if (error !== null) return [refused(`${name} were not read completely of late: ${error}`)];
  return found.coveredUntil === null ? [] : [ended(found)];
}

/** Whether the check of a source says that a stream of it cannot be read; null for all of them. */
function isFailing({ failing }: World, source: string, stream: string | null): boolean {
  const blocked = failing.get(source) ?? [];
  return blocked.includes(null) || blocked.includes(stream);
}

function ended(member: StoredMember): Finding {
  return {
    code: 'ended',
    message: endOf(member),
    remedy: 'see what became of it: a name that changed, or a thing that is measured no more',
  };
}

function failed(source: string, stream: string | null = null): Finding {
  const what = stream === null ? source : `\`${stream}\` of ${source}`;
  return {
    code: 'source-failed',
    message: `${what} cannot be read as it is configured`,
    remedy: `see what is said of ${source} under Sources`,
  };
}

function refused(message: string): Finding {
  return {
    code: 'refused',
    message,
    remedy: 'mend that, then run `krsync update`',
  };
}

function notPulled(source: string, title: string): Finding {
  return {
    code: 'not-pulled',
    message: `${title} (${source}) was not pulled yet`,
    remedy: `run \`krsync sync ${source}\``,
  };
}

function notListed(source: string, types: readonly RecordType[]): Finding {
  return {
    code: 'not-listed',
    message: `${source} has nothing to read ${namesOf(types, 'or')} from as it is configured`,
    remedy: `add what is to be read to ${source}; where it has \`streams\`, they may leave it out`,
  };
}

function notSent(
  source: string,
  series: readonly string[] | null,
  stored: readonly StoredMember[],
): readonly Finding[] {
  const sent = stored.map(({ member }) => member);
  if (series === null ? sent.length > 0 : series.some((name) => sent.includes(name))) return [];
  const [name = 'NAME'] = series ?? [];
  const near = nearest(name, sent);
  const instead = sent.length === 0 ? 'nothing was' : `what was sent is of ${listed(sent)}`;
  const meant = near === null ? '' : `; did you mean \`${near}\`?`;
  return [
    {
      code: 'not-sent',
      message: `nobody has sent \`${name}\` to ${source} yet: ${instead}${meant}`,
      remedy: `run \`krsync ingest --source ${source} --series ${name} --value N\` where it is measured`,
    },
  ];
}

function noSeries(
  source: string,
  series: readonly string[] | null,
  known: readonly { readonly member: string }[],
): Finding {
  const names = (series ?? []).map((name) => `\`${name}\``).join(' or ');
  return {
    code: 'no-match',
    message: `${source} reads no series ${names}; ${meantOr(series ?? [], [...new Set(known.map(({ member }) => member))])}`,
    remedy: `correct the name, or add it to ${source}`,
  };
}

function noMatch(
  source: string,
  { where }: Group,
  known: readonly { readonly memberField: string | null; readonly member: string }[],
): Finding {
  const field = known.find(({ memberField }) => memberField !== null)?.memberField ?? 'where';
  const names = [...new Set(known.map(({ member }) => member))];
  return {
    code: 'no-match',
    message: `\`where.${field}: ${conditionText(where[field] ?? null)}\` matches nothing that ${source} reads; ${meantOr(where[field] ?? null, names)}`,
    remedy: `correct the name, or add it to ${source}`,
  };
}

/** What was probably meant, else what there is. */
export function meantOr(condition: Condition, names: readonly string[]): string {
  const near = nearName(condition, names);
  return near === null ? `there is ${listed(names)}` : `did you mean \`${near}\`?`;
}

export function nearName(condition: Condition, names: readonly string[]): string | null {
  const wanted = Array.isArray(condition) ? condition : [condition];
  for (const one of wanted) {
    // A pattern is no misspelt name.
    const near = typeof one === 'string' && !one.includes('*') ? nearest(one, names) : null;
    if (near !== null) return near;
  }
  return null;
}

const MOST_LISTED = 6;

/** A few of them, and how many more there are. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const shown = names.slice(0, MOST_LISTED).map((name) => (name === '' ? '(empty)' : name));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** A condition as it is written in YAML. */
export function conditionText(condition: Condition): string {
  if (typeof condition === 'string') return condition;
  if (Array.isArray(condition)) return `[${condition.map((one) => conditionText(one)).join(', ')}]`;
  return JSON.stringify(condition);
}
