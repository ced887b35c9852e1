import { namesOf } from '../../config/bringing.ts';
import type { Value } from '../../domain/okr.ts';
import { isoTime } from '../../domain/time.ts';
import type { RuleEvaluation } from '../../metrics/engine/rule.ts';
import { conditionText, type Finding, listed, meantOr, nearName } from './join.ts';
import type { ConditionTally, Tally } from './tally.ts';

/** What a rule came to, with what the stored records say of it. */
export interface Outcome {
  readonly value: Value;
  readonly rejected: RuleEvaluation['rejected'];
  /** Where the way from the sources is broken. */
  readonly broken: readonly Finding[];
  readonly tallies: readonly Tally[];
  readonly minSamples: number;
  /** Of those in the window, for the measures that join them with deployments. */
  readonly incidents: { readonly linked: number; readonly unlinked: number } | null;
}

/** Why there is no value, or none to believe; empty where all is well. */
export function judge(outcome: Outcome): readonly Finding[] {
  const { value, rejected, broken, tallies, minSamples, incidents } = outcome;
  // Deployments that no incident can meet never fail: the value looks right and says nothing.
  if (incidents !== null && incidents.linked === 0 && incidents.unlinked > 0) return [noneLinked(incidents)];
  if (value.value === null) {
    if (value.held) return broken.length > 0 ? broken : [held(value)];
    const missing = tallies.flatMap((tally) => unmatched(tally));
    return [...broken, ...(missing.length > 0 ? missing : [noneCounts(value, rejected, tallies)])];
  }
  if (value.sampleSize < minSamples) return [tooFew(value, minSamples)];
  // Nothing is a true zero, unless the name of what is counted is probably misspelt.
  return value.sampleSize > 0 ? [] : tallies.flatMap((tally) => misspelt(tally));
}

function noneLinked({ unlinked }: NonNullable<Outcome['incidents']>): Finding {
  return {
    code: 'none-linked',
    message: `${unlinked === 1 ? 'the one incident' : `none of the ${unlinked} incidents`} of the window meets ${unlinked === 1 ? 'no' : 'a'} deployment, so that no deployment is known to have failed`,
    remedy: 'let incidents name what caused them, or set `incidents.link: latest` with `services`',
  };
}

function held({ reason }: Value): Finding {
  return { code: 'held', message: reason ?? 'there is no value to trust', remedy: null };
}

function tooFew({ sampleSize, window }: Value, minSamples: number): Finding {
  return {
    code: 'too-few',
    message: `${sampleSize} of at least ${minSamples} observations from ${spanText(window)}`,
    remedy: 'wait for more, widen `window`, or lower `minSamples`',
  };
}

function unmatched(tally: Tally): readonly Finding[] {
  const { recordType, sources, total, matched, conditions } = tally;
  const names = namesOf([recordType], 'or');
  if (total === 0) {
    return [
      {
        code: 'no-record',
        message: `when it was last pulled, ${sources.join(', ')} held no ${names} at all`,
        remedy: `run krsync update if there are some by now; else look where ${sources.join(', ')} reads, and whether its settings leave them out`,
      },
    ];
  }
  if (matched > 0) return [];
  const alone = conditions.filter((one) => one.matched === 0);
  if (alone.length > 0) return alone.map((one) => noneMeets(one, `none of the ${total} ${names}`));
  const each = conditions.map((one) => `${one.matched} meet \`${written(one)}\``).join(', ');
  return [
    {
      code: 'no-match',
      message: `none of the ${total} ${names} meets all conditions at once: ${each}`,
      remedy: 'correct the conditions',
    },
  ];
}

function noneMeets(one: ConditionTally, whom: string): Finding {
  return {
    code: 'no-match',
    message: `${whom} meets \`${written(one)}\`; ${meantOr(one.condition, one.values)}`,
    remedy: 'correct it, or look whether the source brings what it names',
  };
}

function misspelt({ recordType, total, conditions }: Tally): readonly Finding[] {
  return conditions
    .filter((one) => one.matched === 0 && nearName(one.condition, one.values) !== null)
    .map((one) => noneMeets(one, `the 0 is in doubt: none of the ${total} ${namesOf([recordType], 'or')}`));
}

function noneCounts(value: Value, rejected: Outcome['rejected'], tallies: readonly Tally[]): Finding {
  const counts = tallies.map(({ matched, recordType }) => `${matched} ${namesOf([recordType], 'or')}`);
  const left = rejected.map(({ reason, count }) => `${count} (${reason})`);
  const known = counts.length === 0 ? '' : `; ${counts.join(' and ')} meet its conditions at any time`;
  const out = left.length === 0 ? '' : `; left out: ${listed(left)}`;
  return {
    code: 'none-counts',
    message: `${value.reason ?? 'there is no value'}, from ${spanText(value.window)}${known}${out}`,
    remedy: null,
  };
}

function written({ name, condition }: ConditionTally): string {
  return `${name}: ${conditionText(condition)}`;
}

function spanText({ from, to }: Value['window']): string {
  return `${isoTime(from).slice(0, 10)} to ${isoTime(to).slice(0, 10)}`;
}
