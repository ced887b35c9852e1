import type { Rule, Span } from '../../domain/okr.ts';
import type { Instant, RecordType } from '../../domain/records.ts';
import { isoTime } from '../../domain/time.ts';
import type { StoredMember, StreamFailure } from '../../store/contract.ts';
import type { Metric } from '../contract.ts';
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
  const types = Object.keys(metric.reads) as RecordType[];
  const touched: StoredMember[] = [];
  const missing: string[] = [];
  for (const source of rule.sources) {
    const reading = members.filter(
      (m) => m.source === source && m.yields.some((type) => types.includes(type)),
    );
    if (reading.length === 0) {
      const failure = failures.find((one) => one.source === source);
      missing.push(failure ? `${source}: ${failure.error}` : `${source} has not been read yet`);
      continue;
    }
    const matching = reading.filter((m) => couldMatch(rule, m));
    if (matching.length === 0) {
      const field = reading[0]?.memberField ?? 'where';
      missing.push(`no ${field} of ${source} matches where.${field}`);
    }
    touched.push(...matching);
  }
  return { members: touched, missing };
}

/** Why a value over this window cannot be trusted yet; null when the data covers it. */
export function gapIn(
  coverage: Coverage,
  window: Span,
  freshness: number,
  /** Stocks and `last` read only how things stood at the window's end. */
  endOnly: boolean,
): string | null {
  if (coverage.missing.length > 0) return coverage.missing.join('; ');
  for (const member of coverage.members) {
    const name = `${member.stream} of ${member.title} (${member.source})`;
    if (member.completeAt === null || member.coveredFrom === null) {
      return `${name} were never read completely${member.error === null ? '' : `: ${member.error}`}`;
    }
    if (!endOnly && member.coveredFrom > window.from) {
      return `the window begins ${isoTime(window.from)}, but ${name} are known only from ${isoTime(member.coveredFrom)}`;
    }
    if (member.completeAt < window.to - freshness) {
      return `${name} were last read completely ${isoTime(member.completeAt)}`;
    }
  }
  return null;
}

/** The members whose last complete pull is older than the rule tolerates as of a moment. */
export function staleMembers(coverage: Coverage, asOf: Instant, freshness: number): readonly StoredMember[] {
  return coverage.members.filter((m) => m.completeAt !== null && m.completeAt < asOf - freshness);
}

function couldMatch(rule: Rule, member: StoredMember): boolean {
  if (member.memberField === null) return true;
  const condition = rule.where[member.memberField];
  return condition === undefined || matchesCondition(condition, member.member);
}
