import { nearestName } from '../table-names.ts';

/** Names after one another, quoted or not: the expressions of which it is plain what they miss. */
const PLAIN = /^(?:[A-Za-z_]\w*|"[^"\\]+")(?:\.(?:[A-Za-z_]\w*|"[^"\\]+"))*$/;
const NAME = /"[^"\\]+"|\w+/g;

interface Step {
  readonly name: string;
  /** The other names of the objects that it was looked for in. */
  readonly others: Set<string>;
  looked: boolean;
  found: boolean;
}

/** Watches whether the fields that expressions name are there in any row at all. */
export interface FieldWatch {
  see(row: unknown): void;
  /** What is wrong with the first expression whose field no row has; null where each is in one of them. */
  fault(): string | null;
}

/**
 * In JSON a field that was renamed looks like one without a value. A field that may be left out is missing from some
 * rows; one that is missing from all of them is a mistake, as a missing column of a table in CSV is.
 */
export function watchFields(expressions: readonly string[]): FieldWatch {
  const watched = expressions
    .filter((expression) => PLAIN.test(expression))
    .map((expression) => ({ expression, steps: stepsOf(expression) }));
  return {
    see(row) {
      for (const { steps } of watched) follow(row, steps);
    },
    fault() {
      for (const { expression, steps } of watched) {
        const missing = steps.find(({ looked, found }) => looked && !found);
        if (missing === undefined) continue;
        const field = expression === missing.name ? '' : ` of \`${expression}\``;
        return `no row has the field \`${missing.name}\`${field}${nearestName(missing.name, [...missing.others])}`;
      }
      return null;
    },
  };
}

function stepsOf(expression: string): readonly Step[] {
  return Array.from(expression.matchAll(NAME), ([text]) => ({
    name: text.replaceAll('"', ''),
    others: new Set<string>(),
    looked: false,
    found: false,
  }));
}

function follow(row: unknown, steps: readonly Step[]): void {
  let at = row;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return;
    step.looked = true;
    if (!Object.hasOwn(at, step.name)) {
      if (!step.found) for (const name of Object.keys(at).slice(0, 100)) step.others.add(name);
      return;
    }
    step.found = true;
    at = (at as Readonly<Record<string, unknown>>)[step.name];
  }
}
