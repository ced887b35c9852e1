import { countOf, measure, reportTime, type Totals, tally } from './totals.ts';
import type { Attributes, XmlReader } from './xml.ts';

/**
 * Clover XML, as OpenClover, PHPUnit and Istanbul write it. The totals of the project hold, for each tool means
 * something else by the type and the counts of a line; statements stand for lines. The lines are counted only where
 * there are no totals. The code of the tests (`testproject`) is left out.
 */
export function clover(): XmlReader {
  const files = new Map<string, Map<number, boolean>>();
  const sums = { statements: [0, 0], conditionals: [0, 0], methods: [0, 0] } satisfies Record<
    string,
    [number, number]
  >;
  let root: Attributes = {};
  let project: Attributes = {};
  let packageName = '';
  let lines: Map<number, boolean> | null = null;

  return {
    open(name, attributes, parents, fault) {
      if (name === 'coverage') root = attributes;
      if (parents.includes('testproject')) return;
      if (name === 'project') project = attributes;
      if (name === 'package') packageName = attributes.name ?? '';
      if (name === 'file') {
        const path = attributes.path ?? `${packageName}\0${attributes.name ?? ''}`;
        lines = files.get(path) ?? new Map();
        files.set(path, lines);
      }
      if (name === 'metrics' && parents.at(-1) === 'project') {
        for (const kind of ['statements', 'conditionals', 'methods'] as const) {
          sums[kind][0] += countOf(attributes, `covered${kind}`, fault) ?? 0;
          sums[kind][1] += countOf(attributes, kind, fault) ?? 0;
        }
      }
      if (name !== 'line' || !lines || (attributes.type !== 'stmt' && attributes.type !== 'cond')) return;
      const number = countOf(attributes, 'num', fault);
      if (number === undefined) throw fault('a line has no number');
      // OpenClover counts a condition by its two outcomes alone.
      const hits =
        countOf(attributes, 'count', fault) ??
        (countOf(attributes, 'truecount', fault) ?? 0) + (countOf(attributes, 'falsecount', fault) ?? 0);
      lines.set(number, lines.get(number) === true || hits > 0);
    },
    close(name) {
      if (name === 'file') lines = null;
    },
    end(): Totals {
      let covered = 0;
      let total = 0;
      for (const each of files.values()) {
        const sum = tally(each.values());
        covered += sum.covered;
        total += sum.total;
      }
      return {
        lines: measure(...sums.statements) ?? measure(covered, total),
        branches: measure(...sums.conditionals),
        functions: measure(...sums.methods),
        measuredAt: reportTime(root.generated) ?? reportTime(project.timestamp),
      };
    },
  };
}
