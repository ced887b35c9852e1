import type { Connector, Stream } from '../contract.ts';
import { type CoverageSettings, coverageSettings } from './settings.ts';

const reports: Stream<CoverageSettings> = {
  yields: ['sample'],
  version: 2,
  memberField: 'subject',
  series: ['coverage-lines', 'coverage-branches', 'coverage-functions'],
  async *members(context) {
    const subjects = context.settings.reports.flatMap((report) => [
      report.subject,
      ...Object.keys(report.components ?? {}),
    ]);
    for (const subject of new Set(subjects)) yield { id: subject, title: subject };
  },
  async *pull(context, member, cursor) {
    const { pullReports } = await import('./reports.ts');
    yield* pullReports(context, member, cursor);
  },
};

/** Coverage report files as CI leaves them. */
export const coverage: Connector<CoverageSettings> = {
  kind: 'coverage',
  title:
    'Line, branch and function coverage out of Istanbul, lcov, Cobertura, JaCoCo, Clover, OpenCover and Go reports',
  settings: coverageSettings,
  async check(context) {
    const { assertReadable, findFiles } = await import('../files.ts');
    for (const report of context.settings.reports) {
      for (const file of await findFiles(report.path, context.directory, context.signal)) {
        await assertReadable(file);
      }
    }
  },
  streams: { reports },
};
