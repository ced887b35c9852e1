import * as z from 'zod';
import { UNITS } from '../domain/okr.ts';
import { defineMetric } from './contract.ts';
import { parseExpression, TERM_NAME } from './engine/expression.ts';

export const metric = defineMetric({
  id: 'formula',
  title: 'Formula',
  unit: 'none',
  better: null,
  kind: 'sample',
  aggregate: 'last',
  aggregates: ['last'],
  definition:
    'Arithmetic over the values of other rules as of the same moment, such as cost over points; no value while a term has none or where it divides by zero.',
  source: 'https://ericsmekens.github.io/jsep/',
  reads: {},
  scope: 'set',
  options: z.strictObject({
    expression: z
      .string()
      .trim()
      .min(1)
      .describe('Numbers, terms, + - * /, parentheses, min, max, abs and round.'),
    terms: z
      .record(
        z.string().regex(TERM_NAME, { error: 'must be letters, digits and `_`, beginning with a letter' }),
        z.union([z.string(), z.looseObject({ measure: z.string() })], {
          error: 'must be the id of a rule under `metrics:`, or a rule such as { measure: … }',
        }),
      )
      .default({})
      .describe('Each term by its name: the id of a shared rule, or a rule.'),
    unit: z.enum(UNITS).default('none').describe('What its value is in.'),
  }),
  unitUnder: ({ unit }) => unit,
  async compute({ expression }) {
    const read = await parseExpression(expression);
    if ('fault' in read) throw new TypeError(`the expression ${read.fault}`);
    return read.evaluate;
  },
  observe: () => [],
});
