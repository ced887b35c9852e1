import { defineMetric } from './contract.ts';
import { RELEASE_READS, type ReleaseMoment, releaseMoments, releaseOptions } from './engine/releases.ts';
import { LEVELS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'release-cycle-time',
  title: 'Release cycle time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition:
    'Hours from the release before to this one, of the same repository, without drafts and pre-releases; git tags where there are no releases.',
  source: 'https://docs.github.com/en/rest/releases/releases',
  reads: RELEASE_READS,
  // The release before may be older than any window, so all are read.
  scope: 'set',
  options: releaseOptions,
  *observe(records, options, _reject, { time }) {
    const previous = new Map<string, ReleaseMoment>();
    const inOrder = [...releaseMoments(records, options)].sort((a, b) => a.at - b.at || a.ref - b.ref);
    for (const release of inOrder) {
      const lane = `${release.kind} ${release.repository}`;
      const before = previous.get(lane);
      previous.set(lane, release);
      if (before === undefined) continue;
      const value = time.hours(before.at, release.at, 'published - previous');
      if (value !== null) yield { at: release.at, until: release.until, value, ref: release.ref };
    }
  },
});
