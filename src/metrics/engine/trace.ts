import type { Span } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import type { RecordHandle } from '../../store/contract.ts';

/** What one record has to do with another, beyond any number: a deployment `led to` an incident. */
export interface Relation {
  readonly of: RecordHandle;
  readonly is: RelationKind;
  readonly to: RecordHandle;
  /** It holds for windows that end in `(from, until]`. */
  readonly from: Instant;
  readonly until: Instant;
}
export type RelationKind = 'led to' | 'caused by' | 'mended' | 'mended by' | 'deployed by' | 'tested by';

export type Relate = (relation: Relation) => void;

/** What a value was made of that its observations do not tell, for who asks how it came about. */
export interface Trace {
  readonly relations: readonly Relation[];
  /** Records inside the window that gave no observation, as far as the metric names them. */
  readonly left: readonly Left[];
}

export interface Left {
  readonly reason: string;
  readonly at: Instant;
  readonly ref: RecordHandle;
}

/** The relations that a window's end knows. */
export function relationsAt({ relations }: Trace, { to }: Span): readonly Relation[] {
  return relations.filter(({ from, until }) => from < to && until >= to);
}
