import type { Expression as Node } from 'jsep';

/** Arithmetic over named numbers. */
export interface Expression {
  /** The names that it reads, in the order in which they stand. */
  readonly names: readonly string[];
  /** Null when the result is no number: a division by zero, or beyond what a number can hold. */
  evaluate(terms: Readonly<Record<string, number>>): number | null;
}

export interface ExpressionFault {
  readonly fault: string;
  /** Counted from 1; null where the fault is of the whole. */
  readonly column: number | null;
}

export const TERM_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const FUNCTIONS: ReadonlyMap<string, { readonly most: number; apply(values: readonly number[]): number }> =
  new Map([
    ['min', { most: 20, apply: (values) => Math.min(...values) }],
    ['max', { most: 20, apply: (values) => Math.max(...values) }],
    ['abs', { most: 1, apply: ([value = Number.NaN]) => Math.abs(value) }],
    ['round', { most: 1, apply: ([value = Number.NaN]) => Math.round(value) }],
  ]);
const GRAMMAR = `numbers, terms, + - * /, parentheses and ${[...FUNCTIONS.keys()].join(', ')}`;
const LONGEST = 1000;

type Compute = (terms: Readonly<Record<string, number>>) => number;

/** Reads an expression. Only numbers, names, the four operations, a sign and a few functions are known; nothing is ever run. */
export async function parseExpression(text: string): Promise<Expression | ExpressionFault> {
  if (text.length > LONGEST) return { fault: `is longer than ${LONGEST} characters`, column: null };
  const jsep = await grammar();
  const names = new Set<string>();
  try {
    const compute = compile(jsep(text), names);
    return {
      names: [...names],
      evaluate(terms) {
        const result = compute(terms);
        return Number.isFinite(result) ? result : null;
      },
    };
  } catch (error) {
    if (error instanceof Refusal) return { fault: error.message, column: null };
    if (error instanceof RangeError) return { fault: 'is nested too deeply', column: null };
    const { index, description } = error as { readonly index?: number; readonly description?: string };
    if (index === undefined) throw error;
    return { fault: `${lowered(description ?? 'cannot be read')}; it takes ${GRAMMAR}`, column: index + 1 };
  }
}

class Refusal extends Error {}

/** The parser keeps its operators in one place for the whole process, and nothing else here uses it. */
async function grammar(): Promise<(text: string) => Node> {
  const { default: jsep } = await import('jsep');
  for (const operator of Object.keys(jsep.binary_ops)) {
    if (!'+-*/'.includes(operator)) jsep.removeBinaryOp(operator);
  }
  for (const operator of Object.keys(jsep.unary_ops)) {
    if (!'+-'.includes(operator)) jsep.removeUnaryOp(operator);
  }
  return jsep;
}

function compile(node: Node, names: Set<string>): Compute {
  switch (node.type) {
    case 'Literal': {
      const { value } = node;
      if (typeof value !== 'number') break;
      return () => value;
    }
    case 'Identifier': {
      const name = String(node.name);
      names.add(name);
      return (terms) => (Object.hasOwn(terms, name) ? (terms[name] as number) : Number.NaN);
    }
    case 'UnaryExpression': {
      const of = compile(node.argument as Node, names);
      return node.operator === '-' ? (terms) => -of(terms) : of;
    }
    case 'BinaryExpression': {
      const left = compile(node.left as Node, names);
      const right = compile(node.right as Node, names);
      if (node.operator === '+') return (terms) => left(terms) + right(terms);
      if (node.operator === '-') return (terms) => left(terms) - right(terms);
      if (node.operator === '*') return (terms) => left(terms) * right(terms);
      return (terms) => left(terms) / right(terms);
    }
    case 'CallExpression':
      return call(node, names);
    case 'Compound':
      if ((node.body as readonly Node[]).length === 0) throw new Refusal('is empty');
  }
  throw new Refusal(`holds something else than ${GRAMMAR}`);
}

function call(node: Node, names: Set<string>): Compute {
  const { type, name } = node.callee as Node;
  const called = type === 'Identifier' ? FUNCTIONS.get(String(name)) : undefined;
  if (called === undefined) throw new Refusal(`calls an unknown function; it takes ${GRAMMAR}`);
  const values = (node.arguments as readonly Node[]).map((one) => compile(one, names));
  if (values.length === 0 || values.length > called.most) {
    throw new Refusal(
      `gives \`${String(name)}\` ${values.length} values, and it takes ${called.most === 1 ? 'one' : 'some'}`,
    );
  }
  return (terms) => called.apply(values.map((value) => value(terms)));
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
