import { relative, resolve } from 'node:path';
import type { Connector, PullContext, Stream } from '../contract.ts';
import { SERIES } from './series.ts';
import {
  type LighthouseReport,
  type LighthouseServer,
  type LighthouseSettings,
  lighthouseSettings,
  subjectOf,
} from './settings.ts';

const lab = { yields: ['sample'], version: 1, series: SERIES } as const;

/** A pattern and the subject that it is given, so that each fails and is fresh by itself. */
function reportMember(context: PullContext<LighthouseSettings>, report: LighthouseReport): string {
  const path = relative(context.directory, resolve(context.directory, report.path));
  return report.subject === undefined ? path : `${report.subject} ${path}`;
}

const reports: Stream<LighthouseSettings> = {
  ...lab,
  async *members(context) {
    const ids = context.settings.reports?.map((report) => reportMember(context, report));
    for (const id of new Set(ids)) yield { id, title: id };
  },
  async *pull(context, member, cursor) {
    const report = context.settings.reports?.find((each) => reportMember(context, each) === member);
    if (!report) return;
    const { pullReports } = await import('./reports.ts');
    yield* pullReports(context, report, cursor);
  },
};

/** Without the token: it is a secret, and a new one is the same project. */
function serverMember({ url, project, branch }: LighthouseServer): string {
  return [project ?? new URL(url).host, ...(branch === undefined ? [] : [branch])].join(' ');
}

const server: Stream<LighthouseSettings> = {
  ...lab,
  async *members({ settings }) {
    if (!settings.server) return;
    const id = serverMember(settings.server);
    yield { id, title: id };
  },
  async *pull(context, member, cursor) {
    const { server: settings } = context.settings;
    if (!settings || serverMember(settings) !== member) return;
    const { pullServer } = await import('./server.ts');
    yield* pullServer(context, settings, cursor);
  },
};

const pagespeed: Stream<LighthouseSettings> = {
  ...lab,
  memberField: 'subject',
  async *members({ settings }) {
    for (const page of settings.pagespeed ?? []) yield { id: subjectOf(page), title: page.url };
  },
  async *pull(context, member, cursor) {
    const page = context.settings.pagespeed?.find((each) => subjectOf(each) === member);
    if (!page) return;
    const { pullPagespeed } = await import('./pagespeed.ts');
    yield* pullPagespeed(context, page, cursor);
  },
};

const run: Stream<LighthouseSettings> = {
  ...lab,
  memberField: 'subject',
  async *members({ settings }) {
    for (const page of settings.run ?? []) yield { id: subjectOf(page), title: page.url };
  },
  async *pull(context, member, cursor) {
    const page = context.settings.run?.find((each) => subjectOf(each) === member);
    if (!page) return;
    const { pullRuns } = await import('./run.ts');
    yield* pullRuns(context, page, cursor);
  },
};

/** Lighthouse wherever it ran: its report files, a Lighthouse CI server, PageSpeed Insights, and this machine. */
export const lighthouse: Connector<LighthouseSettings> = {
  kind: 'lighthouse',
  title:
    'LCP, TTFB and the other metrics and scores of Lighthouse: report files, CI server, PageSpeed, own runs',
  settings: lighthouseSettings,
  async check(context) {
    const { settings, directory, signal } = context;
    const { assertReadable, findFiles } = await import('../files.ts');
    for (const report of settings.reports ?? []) {
      for (const file of await findFiles(report.path, directory, signal)) await assertReadable(file);
    }
    if (settings.server) await (await import('./server.ts')).checkServer(context, settings.server);
    const { findMachine } = await import('./machine.ts');
    for (const page of settings.run ?? []) await findMachine(page, directory);
  },
  streams: { reports, server, pagespeed, run },
};
