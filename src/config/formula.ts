import type { Rule, WindowSpec } from '../domain/okr.ts';
import { parseExpression } from '../metrics/engine/expression.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { didYouMean } from './nearest.ts';
import type { ReadRule } from './rules.ts';
import type { SharedRules } from './shared.ts';
import { isMapping, type Mapping } from './tree.ts';

/** The terms of a rule that is computed from others, each with every default filled in; null when one is wrong. */
export function readTerms(
  holder: Mapping,
  at: Place,
  shared: SharedRules | null,
  read: (term: Mapping, at: Place) => ReadRule,
  { reader }: Context,
): Readonly<Record<string, Rule>> | null {
  const given = isMapping(holder.options) && isMapping(holder.options.terms) ? holder.options.terms : {};
  const terms: Record<string, Rule> = {};
  let whole = true;
  for (const [name, term] of Object.entries(given)) {
    const path = ['options', 'terms', name];
    let found: ReadRule | null = null;
    if (isMapping(term)) found = read(term, reader.placeOf(holder, at, path));
    else if (typeof term === 'string' && shared !== null) {
      found = shared.term(term, (message, known) => {
        reader.fault(holder, at, path, `${message}${didYouMean(term, known)}`);
      });
    }
    if (found?.rule == null) whole = false;
    else terms[name] = found.rule;
  }
  return whole ? terms : null;
}

/** Tells what is wrong with an expression: how it is written, and terms that it lacks or leaves out. */
export async function checkExpression(
  holder: Mapping,
  at: Place,
  expression: string,
  terms: readonly string[],
  { reader }: Context,
): Promise<void> {
  const path = ['options', 'expression'];
  const read = await parseExpression(expression);
  if ('fault' in read) {
    const where = read.column === null ? '' : `column ${read.column}: `;
    reader.fault(holder, at, path, `${where}${read.fault}`);
    return;
  }
  for (const name of read.names) {
    if (terms.includes(name)) continue;
    const hint = didYouMean(name, terms);
    reader.fault(
      holder,
      at,
      path,
      `there is no term \`${name}\`${hint === '' ? '; say what it is under `terms`' : hint}`,
    );
  }
  for (const name of terms) {
    if (read.names.includes(name)) continue;
    reader.fault(holder, at, ['options', 'terms', name], 'the expression does not use it', true);
  }
  if (terms.length === 0) reader.fault(holder, at, path, 'computes from no term, so it never changes');
}

/** The window of the term that reaches back furthest: a formula has none of its own. */
export function widestWindow(terms: readonly Rule[], daysBack: (window: WindowSpec) => number): WindowSpec {
  let widest: WindowSpec | null = null;
  for (const { window } of terms) {
    if (widest === null || daysBack(window) > daysBack(widest)) widest = window;
  }
  return widest ?? { kind: 'cycleToDate' };
}
