import { createHash } from 'node:crypto';
import type { Rule, Span, Value } from '../../domain/okr.ts';
import type { Instant, RecordType } from '../../domain/records.ts';
import type { KeptRule, KeptStore, StoredMember } from '../../store/contract.ts';
import { kindOf, type Metric } from '../contract.ts';
import { packed, unpacked } from './columns.ts';
import type { Evaluation } from './evaluate.ts';
import type { ObservationColumns } from './observations.ts';
import { partsOf } from './parts.ts';

/** Set by the bundler: a hash of the sources. What another program computed is computed anew. */
declare const KRSYNC_SOURCES: string | undefined;
const SOURCES = typeof KRSYNC_SOURCES === 'string' ? KRSYNC_SOURCES : 'unbundled';

/** The value of a window as it follows from the observations alone, whatever the data covers by now. */
export type KeptValue = Omit<Value, 'terms' | 'held'> & {
  /** What it would be was not computed: the data did not cover the window. */
  readonly gap: boolean;
};

export interface KeptFacts {
  /** Since when the observations are complete; null: always. */
  readonly from: Instant | null;
  /** For windows that end no earlier: what was removed before then is left out. */
  readonly end: Instant;
  readonly attributes: Evaluation['attributes'];
  readonly values: readonly KeptValue[];
}

/**
 * What rules observed, from one run to the next. The observations of a rule are a function of the records of its types,
 * of the members that they come from and of the rule; its values, of the observations and the window. The first is watched
 * by the database, the others are in the name, so what is found by its name is what would be computed.
 */
export interface Kept {
  find(name: string): KeptFacts | null;
  /** Those of the facts that were found; null where another process has kept the rule anew since. */
  observations(name: string): Promise<ObservationColumns | null>;
  /** Without observations, those that were found are kept on. */
  keep(
    rule: { readonly name: string; readonly types: readonly RecordType[] } & KeptFacts,
    observations: ObservationColumns | null,
  ): void;
  /** Does nothing where the database is only read. */
  save(): Promise<void>;
}

export async function keptRules(store: KeptStore, mode: 'read' | 'write'): Promise<Kept> {
  const revisions = await (mode === 'write' ? store.watchRecords() : store.recordRevisions());
  const found = await store.keptRules(revisions);
  const used = new Set<string>();
  const rules = new Map<string, Omit<KeptRule, 'name' | 'facts'> & { readonly facts: KeptFacts }>();
  return {
    find(name) {
      used.add(name);
      const facts = found.get(name);
      return facts === undefined ? null : (JSON.parse(facts) as KeptFacts);
    },
    async observations(name) {
      const facts = found.get(name);
      const bytes = facts === undefined ? null : await store.keptObservations(name, facts, revisions);
      return bytes === null ? null : unpacked(bytes);
    },
    keep({ name, types, from, end, attributes, values }, observations) {
      if (mode === 'read') return;
      const before = rules.get(name);
      const facts = {
        from,
        end,
        attributes,
        values: before === undefined ? values : joined(before.facts.values, values),
      };
      // Another use of the same rule, in the same run: what it found stands, or what it read.
      if (before !== undefined && observations === null) {
        rules.set(name, { ...before, facts: { ...before.facts, values: facts.values } });
      } else {
        rules.set(name, { types, facts, observations: observations === null ? null : packed(observations) });
      }
    },
    async save() {
      if (mode === 'read') return;
      const changed = [...rules].map(
        ([name, { types, facts, observations }]): KeptRule => ({
          name,
          types,
          facts: JSON.stringify(facts),
          observations,
        }),
      );
      await store.keepRules(revisions, changed, [...used]);
    },
  };
}

/** The values of both, each window once: what was computed rather than what was not. */
function joined(before: readonly KeptValue[], values: readonly KeptValue[]): readonly KeptValue[] {
  const all = new Map<string, KeptValue>();
  for (const value of [...before, ...values]) {
    const place = placeOf(value.window);
    if (all.get(place)?.gap !== false) all.set(place, value);
  }
  return [...all.values()];
}

export function placeOf({ from, to }: Span): string {
  return `${from} ${to}`;
}

/**
 * Whether the observations of a rule can be kept: not those of a query, which may read anything, and not samples, which
 * are few and have subjects.
 */
export function isKeepable(rule: Rule, metric: Metric): boolean {
  if (metric.query !== undefined || metric.compute !== undefined) return false;
  if (kindOf(metric, rule.options) === 'sample' || kindOf(metric, rule.options) !== metric.kind) return false;
  return partsOf(rule, metric).every((part) => part.recordType !== 'sample');
}

export function recordTypesOf(rule: Rule, metric: Metric): readonly RecordType[] {
  return partsOf(rule, metric).map((part) => part.recordType);
}

/** The name under which a rule is kept: all that decides what it observes, but the records. */
export function keptName(rule: Rule, metric: Metric, members: readonly StoredMember[]): string {
  const sources = new Set(partsOf(rule, metric).flatMap((part) => part.sources));
  const read = members
    .filter((member) => sources.has(member.source))
    .map(({ source, stream, member, yields }) => [source, stream, member, yields]);
  return createHash('sha256')
    .update(JSON.stringify([SOURCES, rule, read]))
    .digest('hex');
}
