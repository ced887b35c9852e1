import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { type Analysis, openSonarqube } from './api.ts';
import { type SonarqubeProject, type SonarqubeSettings, subjectOf } from './settings.ts';

const cursorSchema = z.object({ until: z.number() });

/** Reads the analyses after the last one that was read. */
export async function* pullHistory(
  context: PullContext<SonarqubeSettings>,
  project: SonarqubeProject,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const sonarqube = openSonarqube(context);
  let until = readCursor(cursorSchema, cursor)?.until ?? null;
  for (;;) {
    const last: number = until ?? context.start - 1;
    // Pages by time rather than by number: no page lies beyond the 10,000 that are let through.
    const { analyses, more } = await sonarqube.history(project, Math.max(last, 0));
    const fresh = analyses.filter(({ at }) => at > last);
    const newest = fresh.at(-1);
    if (newest === undefined) return;
    until = newest.at;
    const told = fresh.filter((analysis) => !isDoubtful(context.settings, analysis));
    const records = told.flatMap((analysis) => samplesOf(context.settings, project, analysis));
    const doubtful = fresh.filter((analysis) => !told.includes(analysis));
    if (doubtful.length > 0) {
      const count = `${doubtful.length} ${doubtful.length === 1 ? 'analysis' : 'analyses'}`;
      context.logger.warn(
        `${subjectOf(project)}: ${count} without a covered line, the last of ${new Date(doubtful.at(-1)?.at ?? 0).toISOString()}, may have had no coverage report: not taken for 0 %, unless \`zero: measured\` says so`,
      );
    }
    const removed = doubtful.flatMap(({ at }) =>
      SERIES.map((series) => ({ recordType: 'sample', id: idOf(project, at, series) }) as const),
    );
    yield { records, removed, cursor: JSON.stringify({ until }) };
    if (!more) return;
  }
}

const SERIES = ['coverage-lines', 'coverage-branches', 'sonarqube-coverage'] as const;
type Series = (typeof SERIES)[number];

/**
 * Where no report was imported, the scanner stores each executable line as not covered, and no branch at all, so that
 * the analysis says 0 %. A report that covers nothing says the same only when it knows no branches either.
 *
 * https://github.com/SonarSource/sonarqube (ZeroCoverageSensor of the scanner engine)
 */
function isDoubtful({ zero }: SonarqubeSettings, { values }: Analysis): boolean {
  const { lines_to_cover, uncovered_lines, line_coverage, coverage, conditions_to_cover = 0 } = values;
  if (zero === 'measured' || conditions_to_cover > 0) return false;
  if (lines_to_cover !== undefined && uncovered_lines !== undefined) {
    return lines_to_cover > 0 && uncovered_lines === lines_to_cover;
  }
  return (line_coverage ?? coverage) === 0;
}

function idOf({ key, branch = '' }: SonarqubeProject, at: number, series: Series): string {
  const name = [key, branch, at, series].join('\0');
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

function samplesOf(
  settings: SonarqubeSettings,
  project: SonarqubeProject,
  { at, values }: Analysis,
): readonly Sample[] {
  const samples: Sample[] = [];
  const subject = subjectOf(project);
  const { key, branch = null } = project;
  const address = new URL(`${settings.url.replace(/\/+$/, '')}/dashboard`);
  address.searchParams.set('id', key);
  if (branch !== null) address.searchParams.set('branch', branch);

  function add(series: Series, title: string, value: number, of: number | null): void {
    samples.push({
      recordType: 'sample',
      id: idOf(project, at, series),
      key: `${subject} ${new Date(at).toISOString()}`,
      title,
      url: String(address),
      series,
      subject,
      measuredAt: at,
      value,
      of,
      commit: null,
      branch,
      labels: {},
    });
  }

  function addShare(
    series: Series,
    what: string,
    total?: number,
    uncovered?: number,
    percent?: number,
  ): void {
    if (total !== undefined && uncovered !== undefined) {
      // Nothing to cover is not 0 %.
      if (total > 0) {
        const covered = total - uncovered;
        add(series, `${covered} of ${total} ${what} covered`, covered / total, total);
      }
    } else if (percent !== undefined) add(series, `${percent} % of ${what} covered`, percent / 100, null);
  }

  const { lines_to_cover, uncovered_lines, line_coverage, coverage } = values;
  addShare('coverage-lines', 'lines', lines_to_cover, uncovered_lines, line_coverage);
  const { conditions_to_cover, uncovered_conditions, branch_coverage } = values;
  addShare('coverage-branches', 'branches', conditions_to_cover, uncovered_conditions, branch_coverage);
  if (coverage !== undefined) {
    add('sonarqube-coverage', `${coverage} % of lines and branches covered`, coverage / 100, null);
  }
  return samples;
}
