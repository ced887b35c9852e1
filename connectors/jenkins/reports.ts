import type { Sample } from '../../src/domain/records.ts';
import { ConnectorError } from '../errors.ts';
import { buildId, sourceOf, toBuild } from './builds.ts';
import { type BuildRow, coverageSchema, elementsSchema, jacocoSchema, testReportSchema } from './schemas.ts';
import { isRunning, type Job, type Pull } from './walk.ts';

export const SERIES = [
  'tests',
  'test-pass-rate',
  'test-duration',
  'coverage-lines',
  'coverage-branches',
  'coverage-functions',
] as const;
type Series = (typeof SERIES)[number];

interface Measured {
  readonly series: Series;
  readonly value: number;
  readonly of: number | null;
}

/** What a build that ran to its end published: its tests, and its coverage by whichever plugin. */
export async function reportsOf(pull: Pull, row: BuildRow, job: Job): Promise<readonly Sample[]> {
  if (isRunning(row) || row.result === 'ABORTED' || row.result === 'NOT_BUILT') return [];
  const [tests, coverage] = await Promise.all([testsOf(pull, row), coverageOf(pull, row)]);
  const build = toBuild(pull, row, job);
  return [...tests, ...coverage].map(({ series, value, of }) => ({
    recordType: 'sample',
    id: `${buildId(pull.member, row)}:${series}`,
    key: build.key,
    title: build.title,
    url: build.url,
    series,
    subject: pull.member,
    measuredAt: build.finishedAt ?? row.timestamp,
    value,
    of,
    commit: sourceOf(row).commit,
    branch: build.branch,
    labels: {},
  }));
}

async function testsOf(pull: Pull, row: BuildRow): Promise<readonly Measured[]> {
  const action = row.actions?.find((one) => typeof one?.totalCount === 'number');
  const total = action?.totalCount ?? 0;
  if (!action || total === 0) return [];
  const run = total - (action.skipCount ?? 0);
  const found: Measured[] = [{ series: 'tests', value: total, of: null }];
  if (run > 0) {
    found.push({ series: 'test-pass-rate', value: (run - (action.failCount ?? 0)) / run, of: run });
  }
  const path = `${pull.path}/${row.number}/testReport`;
  const report = await published(() =>
    pull.client.get(path, 'duration,childReports[result[duration]]', testReportSchema),
  );
  const parts = report?.childReports?.map(({ result }) => result.duration ?? null) ?? [];
  const seconds = report?.duration ?? (parts.length > 0 && !parts.includes(null) ? sum(parts) : null);
  if (seconds !== null) found.push({ series: 'test-duration', value: Math.round(seconds * 1000), of: null });
  return found;
}

/** Each plugin marks the build with an action of its own, and tells its numbers in its own words. */
async function coverageOf(pull: Pull, row: BuildRow): Promise<readonly Measured[]> {
  const classes = (row.actions ?? []).map((one) => one?._class ?? '');
  const has = (part: RegExp) => classes.some((name) => part.test(name));
  const path = `${pull.path}/${row.number}`;
  if (has(/plugins\.coverage\.metrics\./)) {
    const tree = 'projectStatistics[line,branch,method]';
    const told = await published(() => pull.client.get(`${path}/coverage`, tree, coverageSchema));
    const statistics = told?.projectStatistics ?? {};
    return measured({
      'coverage-lines': percent(statistics.line),
      'coverage-branches': percent(statistics.branch),
      'coverage-functions': percent(statistics.method),
    });
  }
  if (has(/plugins\.jacoco\./)) {
    const tree = ['line', 'branch', 'method'].map((name) => `${name}Coverage[covered,total]`).join();
    const told = await published(() => pull.client.get(`${path}/jacoco`, tree, jacocoSchema));
    return measured({
      'coverage-lines': share(told?.lineCoverage?.covered, told?.lineCoverage?.total),
      'coverage-branches': share(told?.branchCoverage?.covered, told?.branchCoverage?.total),
      'coverage-functions': share(told?.methodCoverage?.covered, told?.methodCoverage?.total),
    });
  }
  const place = has(/plugins\.cobertura\./)
    ? 'cobertura'
    : has(/plugins\.coverage\./)
      ? 'coverage/result'
      : null;
  if (place === null) return [];
  const tree = 'results[elements[name,numerator,denominator]]';
  const told = await published(() => pull.client.get(`${path}/${place}`, tree, elementsSchema));
  const named = (pattern: RegExp) => {
    const found = told?.results?.elements?.find(({ name }) => pattern.test(name));
    return share(found?.numerator, found?.denominator);
  };
  return measured({
    'coverage-lines': named(/^lines?$/i),
    'coverage-branches': named(/^(conditionals?|branch(es)?)$/i),
    'coverage-functions': named(/^(methods?|functions?)$/i),
  });
}

type Share = Omit<Measured, 'series'> | null;

function measured(shares: Partial<Record<Series, Share>>): readonly Measured[] {
  return SERIES.flatMap((series) => {
    const found = shares[series];
    return found ? [{ series, ...found }] : [];
  });
}

/** Of nothing there is no share. */
function share(covered: number | null | undefined, total: number | null | undefined): Share {
  return typeof covered !== 'number' || !total ? null : { value: covered / total, of: total };
}

/** `91.02%` of an unknown number; `-` or `n/a` where there is nothing to cover. */
function percent(text: string | undefined): Share {
  const found = /^\s*(\d+(?:[.,]\d+)?)\s*%\s*$/.exec(text ?? '')?.[1];
  return found === undefined ? null : { value: Number(found.replace(',', '.')) / 100, of: null };
}

function sum(values: readonly (number | null)[]): number {
  let total = 0;
  for (const value of values) total += value ?? 0;
  return total;
}

/** Null where the build has no such page: its report was thrown away, or the plugin is gone. */
async function published<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'not_found') return null;
    throw error;
  }
}
