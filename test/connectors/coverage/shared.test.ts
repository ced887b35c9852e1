import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coverage } from '../../../connectors/coverage/index.ts';
import type { CoverageReport, CoverageSettings } from '../../../connectors/coverage/settings.ts';
import { drain, pullContext, SHARED_DATA } from '../../support/pull-context.ts';

const FOLDER = join(SHARED_DATA, 'coverage');
const FIRST_SEEN = Date.parse('2026-11-24T12:00:00Z');

type Row = readonly [series: string, covered: number, total: number];

interface Case {
  readonly file: string;
  /** How the numbers were worked out without this program. */
  readonly by: string;
  readonly format: NonNullable<CoverageReport['format']>;
  readonly measuredAt: string | null;
  readonly rows: readonly Row[];
}

const CASES: readonly Case[] = [
  {
    file: 'istanbul-summary.json',
    by: 'jq .total',
    format: 'istanbul',
    measuredAt: null,
    rows: [
      ['coverage-lines', 2, 2],
      ['coverage-branches', 2, 3],
      ['coverage-functions', 1, 2],
    ],
  },
  {
    file: 'lcov.info',
    by: 'lcov 1.16 --rc lcov_branch_coverage=1 --summary',
    format: 'lcov',
    measuredAt: null,
    rows: [
      ['coverage-lines', 118, 184],
      ['coverage-branches', 5, 8],
      ['coverage-functions', 27, 54],
    ],
  },
  {
    file: 'cobertura-coverlet.xml',
    by: "Python's ElementTree over distinct (filename, number), and the root's own totals; date -d @1761768810",
    format: 'cobertura',
    measuredAt: '2025-10-29T20:13:30.000Z',
    rows: [
      ['coverage-lines', 156, 255],
      ['coverage-branches', 9, 14],
      ['coverage-functions', 35, 67],
    ],
  },
  {
    file: 'jacoco-0.8.3.xml',
    by: "xmllint --xpath '/report/counter', and its 38 source lines of which 26 have ci > 0; date -d @1538234463",
    format: 'jacoco',
    measuredAt: '2018-09-29T15:21:03.280Z',
    rows: [
      ['coverage-lines', 26, 38],
      ['coverage-branches', 1, 4],
      ['coverage-functions', 9, 18],
    ],
  },
  {
    file: 'clover-openclover.xml',
    by: "xmllint --xpath '/coverage/project/metrics', and a count of its stmt lines; date -d @1547410716",
    format: 'clover',
    measuredAt: '2019-01-13T20:18:36.458Z',
    rows: [
      ['coverage-lines', 15, 22],
      ['coverage-branches', 1, 2],
      ['coverage-functions', 6, 12],
    ],
  },
];

describe.skipIf(!existsSync(FOLDER))('real reports (skipped where ../shared/data is absent)', () => {
  test.each(CASES)('$file has the numbers of $by', async ({ file, format, measuredAt, rows }) => {
    const settings: CoverageSettings = { reports: [{ path: join(FOLDER, file), subject: 'web' }] };
    const { records, error } = await drain(coverage.streams.reports, pullContext(settings), 'web');
    expect(error).toBeNull();
    const at = measuredAt === null ? FIRST_SEEN : Date.parse(measuredAt);
    expect(records).toMatchObject(
      rows.map(([series, covered, total]) => ({
        recordType: 'sample',
        subject: 'web',
        series,
        value: covered / total,
        of: total,
        measuredAt: at,
        labels: { format },
      })),
    );
    expect(new Set(records.map((record) => record.id)).size).toBe(3);
  });

  test.each(CASES)('$file is read the same with its format given', async ({ file, format, rows }) => {
    const settings: CoverageSettings = { reports: [{ path: join(FOLDER, file), subject: 'web', format }] };
    const { records } = await drain(coverage.streams.reports, pullContext(settings), 'web');
    expect(records).toMatchObject(
      rows.map(([series, covered, total]) => ({ series, value: covered / total })),
    );
  });
});
