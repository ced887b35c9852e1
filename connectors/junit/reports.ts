import type { Batch, PullContext } from '../contract.ts';
import { idOf } from '../report-names.ts';
import { pullReportFiles, type ReportTask, taskPlace } from '../report-pull.ts';
import { fileSource } from '../report-source.ts';
import { LIMIT, type ReadTests, readTests } from './read.ts';
import { PARTS, samplesOf } from './samples.ts';
import type { JunitSettings } from './settings.ts';

/** Reads the runs of one subject. */
export function pullReports(
  context: PullContext<JunitSettings>,
  subject: string,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const { reports } = context.settings;
  const tasks = [...reports.keys()].flatMap((index) => taskOf(context, index, subject) ?? []);
  return pullReportFiles(context, tasks, cursor);
}

function taskOf(
  context: PullContext<JunitSettings>,
  index: number,
  subject: string,
): ReportTask<ReadTests> | null {
  const { reports } = context.settings;
  const report = reports[index];
  if (report?.subject !== subject) return null;
  const { flag, commit, branch, date, merge } = report;
  const { prefix, settings } = taskPlace(context, reports, index, [flag, commit, branch, date, merge]);
  return {
    entry: report,
    subject,
    prefix: `${prefix}:`,
    settings,
    parts: PARTS,
    read: (files) => readTests(files.map((file) => fileSource(file, LIMIT, context.signal))),
    async make({ totals, differences }, name, measuredAt, files) {
      if (differences.length > 0) {
        context.logger.info(
          { differences: differences.slice(0, 10) },
          'A JUnit report speaks of another number of tests than it lists: the listed ones are counted.',
        );
      }
      if (totals.passed + totals.failed === 0) {
        context.logger.warn({ file: files[0], subject }, 'No test ran: no pass rate is made of the report.');
      }
      if (totals.duration === null) {
        context.logger.warn(
          { file: files[0], subject },
          'The JUnit report tells no time: no duration is made of it.',
        );
      }
      return samplesOf(totals, {
        subject,
        flag,
        commit,
        branch,
        measuredAt,
        idOf: (part) => idOf(name, part),
      });
    },
  };
}
