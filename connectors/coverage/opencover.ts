import type { Attributes, Fault } from '../xml.ts';
import { addUp, type Coverage, countOf, type FileCoverage, measure, overlap, type Totals } from './totals.ts';
import type { XmlReader } from './xml.ts';

/** Covered and all. */
type Pair = [covered: number, total: number];

interface Counts {
  readonly points: Pair;
  readonly branches: Pair;
  readonly methods: Pair;
}

/** A method without points is one that the compiler made or a filter left out. */
interface Method {
  readonly file: string;
  counts: Counts | null;
  visited: boolean;
}

/**
 * OpenCover XML, as OpenCover, coverlet and AltCover write it. Sequence points stand for lines and branch points are
 * counted as they are listed: OpenCover's own summary adds one branch for each method, coverlet's does not. The summary
 * serves only where no point is listed. No time is in it: `ModuleTime` is when the code was built.
 */
export function opencover(): XmlReader {
  /** By module and the number that a file has in it. */
  const files = new Map<string, { path: string; document: number; counts: Counts }>();
  /** By path the document that covers it. */
  const covered = new Map<string, number>();
  const ended: Coverage[] = [];
  let document = 0;
  let summary: Coverage | null = null;
  let module = 0;
  let method: Method | null = null;

  function addPoint(name: string, attributes: Attributes, fault: Fault): void {
    const visits = countOf(attributes, 'vc', fault);
    if (visits === undefined) throw fault('a point has no vc, which counts its visits');
    const file = files.get(`${module}:${attributes.fileid ?? method?.file ?? ''}`);
    const counts = file?.counts;
    if (!counts || !file) return;
    if ((covered.get(file.path) ?? document) !== document) throw fault(overlap(file.path));
    covered.set(file.path, document);
    add(name === 'SequencePoint' ? counts.points : counts.branches, visits > 0);
    if (name !== 'SequencePoint' || !method) return;
    method.counts ??= counts;
    method.visited ||= visits > 0;
  }

  return {
    open(name, attributes, parents, fault) {
      const parent = parents.at(-1);
      if (name === 'Module') module++;
      if (name === 'Summary' && parent === 'CoverageSession') summary = summaryOf(attributes, fault);
      if (name === 'File' && parent === 'Files') {
        const path = (attributes.fullPath ?? '').replaceAll('\\', '/');
        files.set(`${module}:${attributes.uid ?? ''}`, { path, document, counts: newCounts() });
      }
      if (name === 'Method') method = { file: '', counts: null, visited: false };
      // Versions before 4.6 name a file only here.
      if (name === 'FileRef' && method) method = { ...method, file: attributes.uid ?? '' };
      if (name === 'SequencePoint' || name === 'BranchPoint') addPoint(name, attributes, fault);
    },
    close(name) {
      if (name !== 'Method') return;
      if (method?.counts) add(method.counts.methods, method.visited);
      method = null;
    },
    endFile() {
      const own = [...files.values()].filter((file) => file.document === document);
      const counted = addUp(own.map(({ counts }) => coverageOf(counts)));
      ended.push(counted.lines ? counted : (summary ?? counted));
      summary = null;
      document++;
    },
    end(): Totals {
      const each = [...files.values()].map(
        ({ path, counts }): FileCoverage => ({ path, ...coverageOf(counts) }),
      );
      return { ...addUp(ended), measuredAt: null, files: () => each };
    },
  };
}

function summaryOf(attributes: Attributes, fault: Fault): Coverage {
  const of = (covered: string, total: string) =>
    measure(countOf(attributes, covered, fault) ?? 0, countOf(attributes, total, fault) ?? 0);
  return {
    lines: of('visitedSequencePoints', 'numSequencePoints'),
    branches: of('visitedBranchPoints', 'numBranchPoints'),
    functions: of('visitedMethods', 'numMethods'),
  };
}

function newCounts(): Counts {
  return { points: [0, 0], branches: [0, 0], methods: [0, 0] };
}

function add(pair: Pair, covered: boolean): void {
  pair[1]++;
  if (covered) pair[0]++;
}

function coverageOf({ points, branches, methods }: Counts): Coverage {
  return { lines: measure(...points), branches: measure(...branches), functions: measure(...methods) };
}
