import type { Attributes } from '../xml.ts';
import {
  addUp,
  countOf,
  type FileCoverage,
  type Measure,
  measure,
  newer,
  reportTime,
  type Totals,
  tally,
} from './totals.ts';
import type { XmlReader } from './xml.ts';

interface Method {
  readonly key: string;
  /** What its `line-rate` says, for tools that list a method without its lines. */
  readonly rate: number;
  firstLine: string;
  hit: boolean | null;
}

interface FileLines {
  readonly hits: Map<number, boolean>;
  /** Of lines that methods list: they hold where no class of the file lists its own. */
  readonly inMethods: Map<number, boolean>;
  readonly branches: Map<number, Measure>;
  readonly functions: Map<string, boolean>;
}

/**
 * Cobertura XML, as coverlet, coverage.py, gcovr, PHPUnit, Istanbul and Cobertura itself write it. Counted, not
 * believed: the lines are those that classes list, of which methods repeat some (and Istanbul's add others). A line
 * that several classes of a file repeat is one, hit when any class or method hit it; of its branches the widest
 * count holds. The root's totals serve only where a report lists no lines or no branches.
 */
export function cobertura(): XmlReader {
  const files = new Map<string, FileLines>();
  let root: Attributes = {};
  let file: FileLines | null = null;
  let className = '';
  let method: Method | null = null;
  let countless = false;
  let listed = false;
  let documents = 0;
  /** Of the root, where it lists nothing to count. */
  let said: Pick<Totals, 'lines' | 'branches'> = { lines: null, branches: null };
  let measuredAt: Totals['measuredAt'] = null;

  function coverageOf([path, { hits, inMethods, branches, functions }]: [string, FileLines]): FileCoverage {
    // Microsoft's tools leave a property's line at 0 in the class where one of its two methods was called.
    const own = [...hits].map(([line, hit]) => hit || inMethods.get(line) === true);
    const lines = tally(own.length > 0 ? own : inMethods.values());
    const called = tally(functions.values());
    const taken = { covered: 0, total: 0 };
    for (const { covered, total } of countless ? [] : branches.values()) {
      taken.covered += covered;
      taken.total += total;
    }
    return {
      path: path.replaceAll('\\', '/'),
      lines: measure(lines.covered, lines.total),
      branches: measure(taken.covered, taken.total),
      functions: measure(called.covered, called.total),
    };
  }

  return {
    open(name, attributes, _parents, fault) {
      if (name === 'coverage') root = attributes;
      if (name === 'class') {
        const path = attributes.filename ?? attributes.name ?? '';
        file = files.get(path) ?? {
          hits: new Map(),
          inMethods: new Map(),
          branches: new Map(),
          functions: new Map(),
        };
        files.set(path, file);
        className = `${path}\0${attributes.name ?? ''}`;
      }
      if (name === 'method') {
        const key = `${className}\0${attributes.name ?? ''}\0${attributes.signature ?? ''}`;
        method = { key, rate: Number(attributes['line-rate'] ?? 0), firstLine: '', hit: null };
      }
      if (name !== 'line' || !file) return;
      const number = countOf(attributes, 'number', fault);
      const hits = Number(attributes.hits);
      if (number === undefined || attributes.hits === undefined || Number.isNaN(hits)) {
        throw fault('a line has no number or no hits');
      }
      listed = true;
      const lines = method ? file.inMethods : file.hits;
      lines.set(number, lines.get(number) === true || hits > 0);
      if (method) {
        method.firstLine ||= String(number);
        method.hit = method.hit === true || hits > 0;
      }
      const condition = attributes['condition-coverage'];
      if (condition === undefined) return;
      const [, covered, total] = /\((\d+)\s*\/\s*(\d+)\)/.exec(condition) ?? [];
      if (covered === undefined || total === undefined) {
        countless = true;
        return;
      }
      const known = file.branches.get(number) ?? { covered: 0, total: 0 };
      file.branches.set(number, {
        covered: Math.max(known.covered, Number(covered)),
        total: Math.max(known.total, Number(total)),
      });
    },
    close(name) {
      if (name === 'class') file = null;
      if (name !== 'method' || !method) return;
      const key = `${method.key}\0${method.firstLine}`;
      file?.functions.set(key, file.functions.get(key) === true || (method.hit ?? method.rate > 0));
      method = null;
    },
    endFile(fault) {
      const saying = (covered: string, valid: string) =>
        measure(countOf(root, covered, fault) ?? 0, countOf(root, valid, fault) ?? 0);
      said = {
        lines: saying('lines-covered', 'lines-valid'),
        branches: saying('branches-covered', 'branches-valid'),
      };
      measuredAt = newer(measuredAt, reportTime(root.timestamp));
      documents++;
      // Totals alone do not tell what two files have in common.
      if (documents > 1 && (countless || (!listed && said.lines !== null))) {
        throw fault('it only has totals, and cannot be joined with other files');
      }
      root = {};
      listed = false;
    },
    end(): Totals {
      const each = [...files].map(coverageOf);
      const counted = addUp(each);
      return {
        lines: counted.lines ?? said.lines,
        branches: counted.branches ?? said.branches,
        functions: counted.functions,
        measuredAt,
        files: () => each,
      };
    },
  };
}
