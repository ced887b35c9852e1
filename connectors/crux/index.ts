import type { Connector, Stream } from '../contract.ts';
import { type CruxSettings, cruxSettings, subjectOf } from './settings.ts';

const history: Stream<CruxSettings> = {
  yields: ['sample'],
  version: 1,
  memberField: 'subject',
  series: ['lcp', 'inp', 'cls', 'ttfb'].flatMap((name) => [`crux-${name}-p75`, `crux-${name}-good`]),
  async *members({ settings }) {
    for (const subject of settings.subjects) {
      const id = subjectOf(subject);
      yield { id, title: id };
    }
  },
  async *pull(context, member, cursor) {
    const subject = context.settings.subjects.find((each) => subjectOf(each) === member);
    if (!subject) return;
    const { pullHistory } = await import('./history.ts');
    yield* pullHistory(context, subject, cursor);
  },
};

/** The Chrome UX Report: field data, week by week. */
export const crux: Connector<CruxSettings> = {
  kind: 'crux',
  title: 'What Chrome users had on a page or an origin: the 75th percentiles and good shares of CrUX',
  settings: cruxSettings,
  async check(context) {
    const { query } = await import('./history.ts');
    for (const subject of context.settings.subjects) await query(context, subject);
  },
  streams: { history },
};
