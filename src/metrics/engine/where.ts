import type { Condition, Scalar, Where } from '../../domain/okr.ts';
import type { Change, FieldValue, HistoryField, Instant } from '../../domain/records.ts';

const HISTORY_FIELDS: ReadonlySet<string> = new Set<HistoryField>([
  'status',
  'statusCategory',
  'type',
  'labels',
  'milestone',
  'versions',
  'sprint',
  'estimate',
  'parent',
  'draft',
]);

/** A span of window ends, `(from, until]`, for which a record matches. */
export interface Match {
  readonly from: Instant;
  readonly until: Instant;
}

const ALWAYS: readonly Match[] = [{ from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }];
const NEVER: readonly Match[] = [];

type Test = (value: unknown) => boolean;

export interface Filter {
  /** The fields it reads. */
  readonly fields: readonly string[];
  /** Whether one of them has dated changes in some tools. */
  readonly dated: boolean;
  /** When the record matches: fields with dated changes are read as of a window's end, others as they are now. */
  matches(record: object): readonly Match[];
}

/** All conditions must hold, those of `also` too. */
export function compileWhere(where: Where, also: Where = {}): Filter {
  const tests = [...Object.entries(where), ...Object.entries(also)].map(([field, condition]) => ({
    field,
    test: compile(condition),
  }));
  const dated = tests.some(({ field }) => HISTORY_FIELDS.has(field));
  return {
    fields: tests.map(({ field }) => field),
    dated,
    matches(record) {
      const fields = record as Readonly<Record<string, unknown>>;
      const history = dated ? (fields.history as readonly Change[] | null | undefined) : null;
      if (!history || history.length === 0) {
        for (const { field, test } of tests) if (!test(fields[field])) return NEVER;
        return ALWAYS;
      }
      let spans = ALWAYS;
      for (const { field, test } of tests) {
        const changes = HISTORY_FIELDS.has(field) ? history.filter((change) => change.field === field) : [];
        spans = intersect(
          spans,
          changes.length === 0 ? constant(test(fields[field])) : overTime(changes, test),
        );
        if (spans.length === 0) return NEVER;
      }
      return spans;
    },
  };
}

/** Whether a value meets a condition. Text is compared without regard to case; `*` stands for any characters. */
export function matchesCondition(condition: Condition, value: FieldValue | undefined): boolean {
  return compile(condition)(value);
}

/** The names of a list, as it writes them, that none of the values has; a pattern asks for no name. */
export function namesLacking(condition: Condition | undefined, values: readonly string[]): readonly string[] {
  if (condition === undefined || condition === null || typeof condition !== 'object' || !isList(condition))
    return [];
  const known = new Set(values.map((value) => value.toLowerCase()));
  return condition.filter(
    (one): one is string => typeof one === 'string' && !one.includes('*') && !known.has(one.toLowerCase()),
  );
}

function constant(holds: boolean): readonly Match[] {
  return holds ? ALWAYS : NEVER;
}

/** A change at exactly a window's end is not seen by it: windows are half-open. */
function overTime(changes: readonly Change[], test: Test): readonly Match[] {
  const spans: Match[] = [];
  let from = Number.NEGATIVE_INFINITY;
  let holds = test(changes[0]?.from ?? null);
  for (const change of changes) {
    if (holds && change.at > from) spans.push({ from, until: change.at });
    from = change.at;
    holds = test(change.to);
  }
  if (holds) spans.push({ from, until: Number.POSITIVE_INFINITY });
  return spans;
}

/** The spans in which both hold. */
function intersect(a: readonly Match[], b: readonly Match[]): readonly Match[] {
  if (a === ALWAYS) return b;
  if (b === ALWAYS) return a;
  const both: Match[] = [];
  for (const x of a) {
    for (const y of b) {
      const from = Math.max(x.from, y.from);
      const until = Math.min(x.until, y.until);
      if (from < until) both.push({ from, until });
    }
  }
  return both;
}

function compile(condition: Condition): Test {
  if (condition === null || typeof condition !== 'object') return anyElement(scalarTest(condition));
  if (isList(condition)) return anyOf(condition.map((one) => anyElement(scalarTest(one))));
  if ('not' in condition) {
    const test = compile(condition.not);
    return (value) => !test(value);
  }
  const { gte, gt, lte, lt } = condition;
  return (value) =>
    typeof value === 'number' &&
    (gte === undefined || value >= gte) &&
    (gt === undefined || value > gt) &&
    (lte === undefined || value <= lte) &&
    (lt === undefined || value < lt);
}

function isList(condition: Condition): condition is readonly Scalar[] {
  return Array.isArray(condition);
}

function anyOf(tests: readonly Test[]): Test {
  return (value) => tests.some((test) => test(value));
}

/** A list field meets a condition when one of its elements does; `null` means an empty one. */
function anyElement(test: Test): Test {
  return (value) => {
    if (!Array.isArray(value)) return test(value ?? null);
    return value.length === 0 ? test(null) : value.some(test);
  };
}

function scalarTest(expected: Scalar): Test {
  if (typeof expected !== 'string') return (value) => value === expected;
  const wanted = expected.toLowerCase();
  if (!wanted.includes('*')) return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  const pattern = new RegExp(`^${wanted.split('*').map(escapeRegExp).join('.*')}$`, 's');
  return (value) => typeof value === 'string' && pattern.test(value.toLowerCase());
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
