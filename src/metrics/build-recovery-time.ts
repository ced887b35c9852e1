import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';
import { LEVELS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'build-recovery-time',
  title: 'Build recovery time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition:
    'Hours from the end of the first failure of a red run to the end of the first success after it, of the same workflow on the same branch.',
  source: 'https://martinfowler.com/articles/continuousIntegration.html',
  reads: { build: ['repository', 'project', 'workflow', 'branch', 'status', 'finishedAt'] },
  // The red run may have begun before any window, so all builds are read.
  scope: 'set',
  options: noOptions,
  *observe(builds, _options, _reject, { time }) {
    const finished: {
      readonly at: number;
      readonly ref: number;
      readonly lane: string;
      readonly ok: boolean;
    }[] = [];
    for (const { ref, source, repository, project, workflow, branch, status, finishedAt } of builds) {
      if (finishedAt === null || (status !== 'succeeded' && status !== 'failed')) continue;
      const lane = JSON.stringify([source, repository, project, workflow, branch]);
      finished.push({ at: finishedAt, ref, lane, ok: status === 'succeeded' });
    }
    finished.sort((a, b) => a.at - b.at || a.ref - b.ref);
    const redSince = new Map<string, number>();
    for (const { at, ref, lane, ok } of finished) {
      const since = redSince.get(lane);
      if (!ok) {
        if (since === undefined) redSince.set(lane, at);
        continue;
      }
      if (since === undefined) continue;
      redSince.delete(lane);
      const value = time.hours(since, at, 'success - first failure');
      if (value !== null) yield { at, value, ref };
    }
  },
});
