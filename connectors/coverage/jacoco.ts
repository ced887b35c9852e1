import type { Instant } from '../../src/domain/records.ts';
import { type Coverage, countOf, measure, reportTime, type Totals } from './totals.ts';
import type { XmlReader } from './xml.ts';

type Counters = Map<string, { covered: number; total: number }>;

/**
 * JaCoCo XML. The report's own counters hold, else the sum of its packages'. Measured when the newest of its
 * sessions was dumped.
 */
export function jacoco(): XmlReader {
  const whole: Counters = new Map();
  const packages: Counters = new Map();
  const sources = new Map<string, Counters>();
  let dumped: Instant | null = null;
  let packageName = '';
  let source = '';

  function countersOf(parent: string | undefined): Counters | null {
    if (parent === 'report') return whole;
    if (parent === 'package') return packages;
    if (parent !== 'sourcefile') return null;
    const known = sources.get(source) ?? new Map();
    sources.set(source, known);
    return known;
  }

  return {
    open(name, attributes, parents, fault) {
      if (name === 'sessioninfo') {
        const at = reportTime(attributes.dump);
        if (at !== null && (dumped === null || at > dumped)) dumped = at;
      }
      if (name === 'package') packageName = attributes.name ?? '';
      if (name === 'sourcefile') source = [packageName, attributes.name ?? ''].filter(Boolean).join('/');
      const counters = name === 'counter' ? countersOf(parents.at(-1)) : null;
      if (!counters) return;
      const covered = countOf(attributes, 'covered', fault);
      const missed = countOf(attributes, 'missed', fault);
      if (covered === undefined || missed === undefined || attributes.type === undefined) {
        throw fault('a counter lacks its type, missed or covered');
      }
      const sum = counters.get(attributes.type) ?? { covered: 0, total: 0 };
      counters.set(attributes.type, { covered: sum.covered + covered, total: sum.total + covered + missed });
    },
    end(): Totals {
      return {
        ...coverageOf(whole.size > 0 ? whole : packages),
        measuredAt: dumped,
        files: () => [...sources].map(([path, counters]) => ({ path, ...coverageOf(counters) })),
      };
    },
  };
}

function coverageOf(counters: Counters): Coverage {
  const of = (type: string) => measure(counters.get(type)?.covered ?? 0, counters.get(type)?.total ?? 0);
  return { lines: of('LINE'), branches: of('BRANCH'), functions: of('METHOD') };
}
