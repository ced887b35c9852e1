import { relative, resolve } from 'node:path';
import type { Connector, PullContext, Stream } from '../contract.ts';
import { type LighthouseReport, type LighthouseSettings, lighthouseSettings } from './settings.ts';

/** A pattern and the subject that it is given, so that each fails and is fresh by itself. */
function memberOf(context: PullContext<LighthouseSettings>, report: LighthouseReport): string {
  const path = relative(context.directory, resolve(context.directory, report.path));
  return report.subject === undefined ? path : `${report.subject} ${path}`;
}

const reports: Stream<LighthouseSettings> = {
  yields: ['sample'],
  version: 1,
  series: [
    'lighthouse-lcp',
    'lighthouse-ttfb',
    'lighthouse-fcp',
    'lighthouse-cls',
    'lighthouse-tbt',
    'lighthouse-si',
    'lighthouse-performance',
    'lighthouse-accessibility',
    'lighthouse-best-practices',
    'lighthouse-seo',
  ],
  async *members(context) {
    for (const id of new Set(context.settings.reports.map((report) => memberOf(context, report)))) {
      yield { id, title: id };
    }
  },
  async *pull(context, member, cursor) {
    const report = context.settings.reports.find((each) => memberOf(context, each) === member);
    if (!report) return;
    const { pullReports } = await import('./reports.ts');
    yield* pullReports(context, report, cursor);
  },
};

/** Lighthouse report files as the command line and Lighthouse CI leave them. */
export const lighthouse: Connector<LighthouseSettings> = {
  kind: 'lighthouse',
  title: 'LCP, TTFB and the other metrics and scores of Lighthouse runs, out of their report files',
  settings: lighthouseSettings,
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
