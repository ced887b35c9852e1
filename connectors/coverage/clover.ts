import type { Attributes, Fault } from '../xml.ts';
import {
  addUp,
  type Coverage,
  countOf,
  type FileCoverage,
  measure,
  newer,
  overlap,
  reportTime,
  type Totals,
  tally,
} from './totals.ts';
import type { XmlReader } from './xml.ts';

const KINDS = ['statements', 'conditionals', 'methods'] as const;

/** Covered and all. */
type Sums = Readonly<Record<(typeof KINDS)[number], [number, number]>>;

interface FileLines {
  readonly document: number;
  readonly lines: Map<number, boolean>;
  readonly sums: Sums;
}

/**
 * Clover XML, as OpenClover, PHPUnit and Istanbul write it. The totals of the project hold, for each tool means
 * something else by the type and the counts of a line; statements stand for lines. The lines are counted only where
 * there are no totals. The code of the tests (`testproject`) is left out.
 */
export function clover(): XmlReader {
  const files = new Map<string, FileLines>();
  /** Of the documents that are at their end. */
  const ended: Coverage[] = [];
  let totals = newSums();
  let document = 0;
  let measuredAt: Totals['measuredAt'] = null;
  let root: Attributes = {};
  let project: Attributes = {};
  let packageName = '';
  let file: FileLines | null = null;

  function addMetrics(sums: Sums, attributes: Attributes, fault: Fault): void {
    for (const kind of KINDS) {
      sums[kind][0] += countOf(attributes, `covered${kind}`, fault) ?? 0;
      sums[kind][1] += countOf(attributes, kind, fault) ?? 0;
    }
  }

  return {
    open(name, attributes, parents, fault) {
      if (name === 'coverage') root = attributes;
      if (parents.includes('testproject')) return;
      if (name === 'project') project = attributes;
      if (name === 'package') packageName = attributes.name ?? '';
      if (name === 'file') {
        const path = attributes.path ?? [packageName.replaceAll('.', '/'), attributes.name ?? ''].join('/');
        file = files.get(path) ?? { document, lines: new Map(), sums: newSums() };
        if (file.document !== document) throw fault(overlap(path));
        files.set(path, file);
      }
      if (name === 'metrics' && parents.at(-1) === 'project') addMetrics(totals, attributes, fault);
      if (name === 'metrics' && parents.at(-1) === 'file' && file) addMetrics(file.sums, attributes, fault);
      if (name !== 'line' || !file || (attributes.type !== 'stmt' && attributes.type !== 'cond')) return;
      const number = countOf(attributes, 'num', fault);
      if (number === undefined) throw fault('a line has no number');
      // OpenClover counts a condition by its two outcomes alone.
      const hits =
        countOf(attributes, 'count', fault) ??
        (countOf(attributes, 'truecount', fault) ?? 0) + (countOf(attributes, 'falsecount', fault) ?? 0);
      file.lines.set(number, file.lines.get(number) === true || hits > 0);
    },
    close(name) {
      if (name === 'file') file = null;
    },
    endFile() {
      const own = [...files].filter(([, { document: of }]) => of === document).map(coverageOf);
      const said = sumsToCoverage(totals);
      ended.push({ ...said, lines: said.lines ?? addUp(own).lines });
      measuredAt = newer(measuredAt, reportTime(root.generated) ?? reportTime(project.timestamp));
      document++;
      totals = newSums();
      root = {};
      project = {};
    },
    end(): Totals {
      return { ...addUp(ended), measuredAt, files: () => [...files].map(coverageOf) };
    },
  };
}

function coverageOf([path, { lines, sums }]: [string, FileLines]): FileCoverage {
  const counted = tally(lines.values());
  const said = sumsToCoverage(sums);
  return {
    ...said,
    path: path.replaceAll('\\', '/'),
    lines: said.lines ?? measure(counted.covered, counted.total),
  };
}

function newSums(): Sums {
  return { statements: [0, 0], conditionals: [0, 0], methods: [0, 0] };
}

function sumsToCoverage({ statements, conditionals, methods }: Sums): Coverage {
  return {
    lines: measure(...statements),
    branches: measure(...conditionals),
    functions: measure(...methods),
  };
}
