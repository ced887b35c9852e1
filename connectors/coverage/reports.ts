import type { Batch, PullContext } from '../contract.ts';
import { idOf } from '../report-names.ts';
import { pullReportFiles, type ReportTask, taskPlace } from '../report-pull.ts';
import { fileSource } from '../report-source.ts';
import { componentOf } from './components.ts';
import { LIMIT, type ReadReport, readReports } from './read.ts';
import { samplesOf } from './samples.ts';
import type { CoverageReport, CoverageSettings } from './settings.ts';
import { MEASURES } from './totals.ts';

type Content = ReadReport & { readonly measuredAt: number | null };

/** Reads what the reports tell of one subject. */
export function pullReports(
  context: PullContext<CoverageSettings>,
  subject: string,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const { reports } = context.settings;
  const tasks = reports.flatMap((report, index) => {
    const own = report.components?.[subject];
    const parts = [
      ...(report.subject === subject ? [null] : []),
      ...(own === undefined ? [] : [[own].flat()]),
    ];
    return parts.map((patterns) => taskOf(context, index, report, subject, patterns));
  });
  return pullReportFiles(context, tasks, cursor);
}

/** `patterns` of the component's files; null for the whole report. */
function taskOf(
  context: PullContext<CoverageSettings>,
  index: number,
  report: CoverageReport,
  subject: string,
  patterns: readonly string[] | null,
): ReportTask<Content> {
  const { flag, commit, branch, date, format } = report;
  const bearing = [flag, commit, branch, date, format, patterns, ...(report.merge ? ['merge'] : [])];
  const { prefix, settings } = taskPlace(context, context.settings.reports, index, bearing);
  return {
    entry: report,
    subject,
    prefix: `${prefix}${patterns ? '?' : ''}:`,
    settings,
    parts: MEASURES,
    async read(files) {
      const sources = files.map((file) => fileSource(file, LIMIT, context.signal));
      const read = await readReports(sources, format ?? null);
      return { ...read, measuredAt: read.totals.measuredAt };
    },
    async make(read, name, measuredAt, files) {
      const coverage = patterns === null ? read.totals : await componentOf(read.totals, patterns);
      const samples = coverage
        ? samplesOf(report, {
            subject,
            idOf: (kind) => idOf(name, kind),
            coverage,
            format: read.format,
            measuredAt,
          })
        : [];
      if (samples.length === 0) {
        context.logger.warn(
          { file: files[0], format: read.format, subject },
          patterns === null
            ? 'The coverage report covers no code: no sample is made of it.'
            : "The coverage report names no code of the component's paths: no sample is made of it.",
        );
      }
      return samples;
    },
  };
}
