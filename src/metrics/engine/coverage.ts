import type { Rule, Span, Where } from '../../domain/okr.ts';
import type { Instant, RecordType } from '../../domain/records.ts';
import { isoTime, NEVER } from '../../domain/time.ts';
import type { StoredMember, StreamFailure } from '../../store/contract.ts';
import type { Metric } from '../contract.ts';
import { type Part, partsOf } from './parts.ts';
import { matchesCondition } from './where.ts';

/** What is known of the data a rule reads: which members it touches and how far each is complete. */
export interface Coverage {
  readonly members: readonly StoredMember[];
  /** Sources of the rule that have no member to read, with what is known of why. */
  readonly missing: readonly string[];
}

export function coverageOf(
  rule: Rule,
  metric: Metric,
  members: readonly StoredMember[],
  failures: readonly StreamFailure[],
): Coverage {
  const touched = new Set<StoredMember>();
  const missing = new Set<string>();
  const series = seriesOf(rule, metric);
  for (const group of groupsOf(partsOf(rule, metric))) {
    for (const source of group.sources) {
      const reading = members.filter(
        (m) => m.source === source && m.yields.some((type) => group.types.includes(type)),
      );
      if (reading.length === 0) {
        const failure = failures.find((one) => one.source === source);
        if (group.expected) {
          missing.add(failure ? `${source}: ${failure.error}` : `${source} has not been read yet`);
        }
        continue;
      }
      const matching = reading.filter((m) => couldMatch(group.where, m) && isOfSeries(m, series));
      if (matching.length === 0 && !group.joined && reading.every((m) => m.memberField === 'series')) {
        const names = series?.join(' or ') ?? 'it reads';
        const pushed = reading.every((m) => m.kind === 'push');
        missing.add(
          pushed
            ? `nothing was sent to ${source} of the series ${names}`
            : `${source} has no series ${names}`,
        );
      } else if (matching.length === 0 && !group.joined) {
        const field = reading[0]?.memberField ?? 'where';
        missing.add(`no ${field} of ${source} matches where.${field}`);
      }
      for (const member of matching) touched.add(member);
    }
  }
  return { members: [...touched], missing: [...missing] };
}

export interface Group {
  readonly types: readonly RecordType[];
  readonly sources: readonly string[];
  readonly where: Where;
  readonly joined: boolean;
  readonly expected: boolean;
}

/** What is observed may come from any of its types; what is joined is needed type by type. */
export function groupsOf(parts: readonly Part[]): readonly Group[] {
  const [first] = parts.filter((part) => !part.joined);
  const groups: Group[] = parts
    .filter((part) => part.joined)
    .map(({ recordType, ...part }) => ({ ...part, types: [recordType] }));
  if (first === undefined) return groups;
  const types = parts.filter((part) => !part.joined).map((part) => part.recordType);
  return [{ ...first, types }, ...groups];
}

/** What a value reads: the whole window, how things stood at its end, or the last that was measured by then. */
export type Reach = 'window' | 'end' | 'last';

export function reachOf({ aggregate }: Pick<Rule, 'aggregate'>, stock: boolean): Reach {
  if (stock) return 'end';
  return aggregate === 'last' ? 'last' : 'window';
}

/** Why a value over this window cannot be trusted yet; null when the data covers it. */
export function gapIn(coverage: Coverage, window: Span, freshness: number, reach: Reach): string | null {
  if (coverage.missing.length > 0) return coverage.missing.join('; ');
  for (const member of coverage.members) {
    const name = nameOf(member);
    if (member.completeAt === null || member.coveredFrom === null) {
      return `${name} were never read completely${member.error === null ? '' : `: ${member.error}`}`;
    }
    // What is as of the window's end would else be counted over nothing, to a 0.
    if (isPassedOver(member)) {
      return `${name} may not be read with the credentials that the source has (krsync doctor says what they lack)`;
    }
    const from = isoTime(member.coveredFrom);
    if (reach === 'window' && member.coveredFrom > window.from) {
      return `the window begins ${isoTime(window.from)}, but ${name} are known only from ${from}`;
    }
    // What was closed before is not known to have been open.
    if (reach === 'end' && member.coveredFrom > window.to) {
      return `it is as of ${isoTime(window.to)}, but ${name} are known only from ${from}`;
    }
    // What is known to be missing is not excused by freshness, which is for what was not asked for yet.
    const known = reach === 'window' ? window.to : window.to - freshness;
    if (member.coveredUntil !== null && member.coveredUntil < known) return endOf(member);
    if (member.completeAt < window.to - freshness) return endOf(member);
  }
  return null;
}

/** A stream that the tool refuses, where nobody asked for it by name. */
export function isPassedOver({ coveredFrom }: StoredMember): boolean {
  return coveredFrom === NEVER;
}

/** What is said of a member whose data ends too early. */
export function endOf(member: StoredMember): string {
  const { completeAt, coveredUntil } = member;
  if (coveredUntil !== null) return `${nameOf(member)} have no value since ${isoTime(coveredUntil)}`;
  return `${nameOf(member)} were last read completely ${isoTime(completeAt ?? 0)}`;
}

function nameOf({ stream, title, source }: StoredMember): string {
  return `${stream} of ${title} (${source})`;
}

/** Until when a member's data is complete: as of its last complete pull, or less far where the tool had no more. */
export function completeUntil({ completeAt, coveredUntil }: StoredMember): Instant | null {
  return completeAt === null ? null : Math.min(completeAt, coveredUntil ?? completeAt);
}

/** The members whose data ends earlier than the rule tolerates as of a moment. */
export function staleMembers(coverage: Coverage, asOf: Instant, freshness: number): readonly StoredMember[] {
  return coverage.members.filter((member) => (completeUntil(member) ?? asOf) < asOf - freshness);
}

/** The names of the series that a rule reads samples of; null where it does not say. */
export function seriesOf(rule: Rule, metric: Metric): readonly string[] | null {
  if (metric.series !== undefined) return metric.series;
  const { series } = rule.options as { readonly series?: unknown };
  return typeof series === 'string' ? [series] : null;
}

/** What was sent of one series says nothing of how complete another is. */
export function isOfSeries(
  member: Pick<StoredMember, 'memberField' | 'member'>,
  series: readonly string[] | null,
): boolean {
  return member.memberField !== 'series' || series === null || series.includes(member.member);
}

export function couldMatch(where: Where, member: Pick<StoredMember, 'memberField' | 'member'>): boolean {
  if (member.memberField === null) return true;
  const condition = where[member.memberField];
  return condition === undefined || matchesCondition(condition, member.member);
}
