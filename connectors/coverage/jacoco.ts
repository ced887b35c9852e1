import type { Instant } from '../../src/domain/records.ts';
import { countOf, measure, reportTime, type Totals } from './totals.ts';
import type { XmlReader } from './xml.ts';

type Counters = Map<string, { covered: number; total: number }>;

/**
 * JaCoCo XML. The report's own counters hold, else the sum of its packages'. Measured when the newest of its
 * sessions was dumped.
 */
export function jacoco(): XmlReader {
  const whole: Counters = new Map();
  const packages: Counters = new Map();
  let dumped: Instant | null = null;

  return {
    open(name, attributes, parents, fault) {
      if (name === 'sessioninfo') {
        const at = reportTime(attributes.dump);
        if (at !== null && (dumped === null || at > dumped)) dumped = at;
      }
      const parent = parents.at(-1);
      if (name !== 'counter' || (parent !== 'report' && parent !== 'package')) return;
      const covered = countOf(attributes, 'covered', fault);
      const missed = countOf(attributes, 'missed', fault);
      if (covered === undefined || missed === undefined || attributes.type === undefined) {
        throw fault('a counter lacks its type, missed or covered');
      }
      const counters = parent === 'report' ? whole : packages;
      const sum = counters.get(attributes.type) ?? { covered: 0, total: 0 };
      counters.set(attributes.type, { covered: sum.covered + covered, total: sum.total + covered + missed });
    },
    end(): Totals {
      const counters = whole.size > 0 ? whole : packages;
      const of = (type: string) => measure(counters.get(type)?.covered ?? 0, counters.get(type)?.total ?? 0);
      return { lines: of('LINE'), branches: of('BRANCH'), functions: of('METHOD'), measuredAt: dumped };
    },
  };
}
