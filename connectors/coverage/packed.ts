import type { PackedReports } from '../report-kinds.ts';
import { componentOf } from './components.ts';
import { readReports } from './read.ts';
import { samplesOf } from './samples.ts';
import { COVERAGE_FORMATS } from './settings.ts';

/** Coverage out of an archive. Tools write one report in several formats side by side: one of them is read. */
export const packed: PackedReports = {
  files: [
    '**/lcov*.info',
    '**/*.lcov',
    '**/coverage-final.json',
    '**/coverage-summary.json',
    '**/*cobertura*.xml',
    '**/coverage.xml',
    '**/jacoco*.xml',
    '**/*opencover*.xml',
    '**/clover*.xml',
    '**/{coverage,cover}*.out',
    '**/*.coverprofile',
  ],
  async read(sources, { subject, flag, components = {}, format }, origin) {
    const expected = COVERAGE_FORMATS.find((one) => one === format) ?? null;
    const read = await readReports(sources, expected);
    const { totals } = read;
    const wholes = subject === null ? [] : [[subject, totals] as const];
    const parts = await Promise.all(
      Object.entries(components).map(
        async ([name, patterns]) => [name, await componentOf(totals, [patterns].flat())] as const,
      ),
    );
    const missing: string[] = [];
    const samples = [...wholes, ...parts].flatMap(([name, coverage]) => {
      const made = coverage
        ? samplesOf(
            { flag, commit: origin.commit, branch: origin.branch },
            {
              subject: name,
              idOf: (kind) => origin.idOf(name, kind),
              coverage,
              format: read.format,
              measuredAt: totals.measuredAt ?? origin.at,
            },
          )
        : [];
      if (made.length === 0) missing.push(`${name}: the report names no code of it`);
      return made.map((sample) => ({ ...sample, url: origin.url }));
    });
    return { samples, missing };
  },
};
