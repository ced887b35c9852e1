import { ConnectorError } from '../errors.ts';

type Compiled = (data: unknown) => unknown;

/** JMESPath expressions of one table, each compiled once. https://jmespath.org/specification.html */
export interface Paths {
  /** Null where there is nothing. `place` is what the data is called in messages. */
  read(expression: string, data: unknown, place: string): unknown;
}

/** Throws an `input` error for an expression that is none. */
export async function compilePaths(expressions: readonly string[], endpoint: string): Promise<Paths> {
  const { compile, TreeInterpreter } = await import('@jmespath-community/jmespath');
  const compiled = new Map<string, Compiled>();
  for (const expression of new Set(expressions)) {
    try {
      const tree = compile(expression);
      compiled.set(expression, (data) => TreeInterpreter.search(tree, data as never));
    } catch (cause) {
      throw new ConnectorError({
        code: 'input',
        message: `\`${expression}\` is not JMESPath: ${reasonOf(cause)}`,
        endpoint,
        remedy:
          'Correct the expression; a field with other signs than letters stands in double quotes: "Score (1-5)"',
        cause,
      });
    }
  }
  return {
    read(expression, data, place) {
      try {
        return compiled.get(expression)?.(data) ?? null;
      } catch (cause) {
        throw new ConnectorError({
          code: 'shape',
          message: `\`${expression}\` cannot be applied to what is there: ${reasonOf(cause)}`,
          endpoint: place,
          remedy: 'Correct the expression, or check what the address answers',
          cause,
        });
      }
    },
  };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0]?.slice(0, 200) ?? '') : 'unknown reason';
}
