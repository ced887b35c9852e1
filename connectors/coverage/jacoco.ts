import type { Instant } from '../../src/domain/records.ts';
import { type Coverage, countOf, measure, newer, overlap, reportTime, type Totals } from './totals.ts';
import type { XmlReader } from './xml.ts';

type Counters = Map<string, { covered: number; total: number }>;

/**
 * JaCoCo XML. The report's own counters hold, else the sum of its packages'. Measured when the newest of its
 * sessions was dumped.
 */
export function jacoco(): XmlReader {
  const total: Counters = new Map();
  let whole: Counters = new Map();
  let packages: Counters = new Map();
  /** By module and path: modules may have files of one name. */
  const sources = new Map<string, { path: string; document: number; counters: Counters }>();
  let document = 0;
  let modules: string[] = [];
  let dumped: Instant | null = null;
  let packageName = '';
  let source = '';

  function sourceKey(): string {
    return [...modules, source].join('\0');
  }

  function countersOf(parent: string | undefined): Counters | null {
    if (parent === 'report') return whole;
    if (parent === 'package') return packages;
    if (parent !== 'sourcefile') return null;
    return sources.get(sourceKey())?.counters ?? null;
  }

  return {
    open(name, attributes, parents, fault) {
      if (name === 'sessioninfo') {
        const at = reportTime(attributes.dump);
        dumped = newer(dumped, at);
      }
      if (name === 'report' || name === 'group') modules.push(attributes.name ?? '');
      if (name === 'package') packageName = attributes.name ?? '';
      if (name === 'sourcefile') {
        source = [packageName, attributes.name ?? ''].filter(Boolean).join('/');
        const known = sources.get(sourceKey());
        if (known && known.document !== document) throw fault(overlap(source));
        if (!known) sources.set(sourceKey(), { path: source, document, counters: new Map() });
      }
      const counters = name === 'counter' ? countersOf(parents.at(-1)) : null;
      if (!counters) return;
      const covered = countOf(attributes, 'covered', fault);
      const missed = countOf(attributes, 'missed', fault);
      if (covered === undefined || missed === undefined || attributes.type === undefined) {
        throw fault('a counter lacks its type, missed or covered');
      }
      add(counters, attributes.type, { covered, total: covered + missed });
    },
    close(name) {
      if (name === 'group') modules.pop();
    },
    endFile() {
      for (const [type, sum] of whole.size > 0 ? whole : packages) add(total, type, sum);
      whole = new Map();
      packages = new Map();
      modules = [];
      document++;
    },
    end(): Totals {
      return {
        ...coverageOf(total),
        measuredAt: dumped,
        files: () => [...sources.values()].map(({ path, counters }) => ({ path, ...coverageOf(counters) })),
      };
    },
  };
}

function add(counters: Counters, type: string, more: { covered: number; total: number }): void {
  const sum = counters.get(type) ?? { covered: 0, total: 0 };
  counters.set(type, { covered: sum.covered + more.covered, total: sum.total + more.total });
}

function coverageOf(counters: Counters): Coverage {
  const of = (type: string) => measure(counters.get(type)?.covered ?? 0, counters.get(type)?.total ?? 0);
  return { lines: of('LINE'), branches: of('BRANCH'), functions: of('METHOD') };
}
