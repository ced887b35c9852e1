import { build, type Row, type StandInJob } from './standin.ts';

const HOUR = 3_600_000;

/** Actions of a build that tested, measured and checked out something. */
export function actions(...more: readonly Row[]): Row[] {
  return [
    {
      _class: 'hudson.model.CauseAction',
      causes: [
        { _class: 'hudson.triggers.TimerTrigger$TimerTriggerCause', shortDescription: 'Started by timer' },
      ],
    },
    {},
    {
      _class: 'hudson.plugins.git.util.BuildData',
      lastBuiltRevision: { SHA1: 'abc123', branch: [{ SHA1: 'abc123', name: 'refs/remotes/origin/main' }] },
      remoteUrls: ['https://git.example/web.git'],
    },
    ...more,
  ];
}

export const TESTS = {
  _class: 'hudson.tasks.junit.TestResultAction',
  failCount: 1,
  skipCount: 2,
  totalCount: 12,
  urlName: 'testReport',
};

/** A job, a folder with a pipeline of two branches, and reports of some builds. */
export function company(now: number): StandInJob[] {
  const builds = (count: number, last: number, fields: Row = {}) =>
    Array.from({ length: count }, (_, index) =>
      build(last - index, now - (index + 1) * 5 * HOUR, index % 4 === 3 ? 'FAILURE' : 'SUCCESS', fields),
    );
  return [
    {
      name: 'web',
      builds: builds(14, 14, {
        actions: actions(TESTS, { _class: 'hudson.plugins.jacoco.JacocoBuildAction' }),
      }),
      pages: Object.fromEntries(
        Array.from({ length: 14 }, (_, index) => [
          [`${index + 1}/testReport`, { _class: 'hudson.tasks.junit.TestResult', duration: 12.5 }],
          [`${index + 1}/jacoco`, { lineCoverage: { covered: 90, missed: 10, total: 100 } }],
        ]).flat(),
      ),
    },
    {
      name: 'acme',
      jobs: [
        {
          name: 'shop',
          isMultibranch: true,
          jobs: [
            { name: 'main', isBranch: true, builds: builds(5, 5) },
            { name: 'feature%2Fpay', isBranch: true, builds: builds(2, 2) },
          ],
        },
        { name: 'never-run', builds: [] },
      ],
    },
  ];
}
