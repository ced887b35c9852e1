import type { Connector, Stream } from '../contract.ts';
import { type JunitSettings, junitSettings } from './settings.ts';

const reports: Stream<JunitSettings> = {
  yields: ['sample'],
  version: 1,
  memberField: 'subject',
  series: ['tests', 'test-pass-rate', 'test-duration', 'tests-flaky'],
  async *members(context) {
    for (const subject of new Set(context.settings.reports.map((report) => report.subject))) {
      yield { id: subject, title: subject };
    }
  },
  async *pull(context, member, cursor) {
    const { pullReports } = await import('./reports.ts');
    yield* pullReports(context, member, cursor);
  },
};

/** Test reports as CI leaves them. */
export const junit: Connector<JunitSettings> = {
  kind: 'junit',
  title: 'Tests, pass rate, duration and flaky tests out of JUnit XML reports',
  settings: junitSettings,
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
