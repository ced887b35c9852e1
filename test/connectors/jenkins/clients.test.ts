import { expect, onTestFinished, test } from 'vitest';
import { printed, pythonWith } from '../../support/python.ts';
import { company } from './company.ts';
import { startJenkins } from './standin.ts';

const python = pythonWith('jenkins');

const SCRIPT = `
import sys, json, jenkins
server = jenkins.Jenkins(sys.argv[1], username='ana', password=sys.argv[2])
job, build = server.get_job_info('web', fetch_all_builds=True), server.get_build_info('web', 11)
print(json.dumps({
    'jobs': [one['fullname'] for one in server.get_all_jobs()],
    'builds': [one['number'] for one in job['builds']],
    'next': job['nextBuildNumber'],
    'branch': server.get_job_info('acme/shop/feature%2Fpay')['name'],
    'result': build['result'],
    'duration': build['duration'],
    'tests': [one['totalCount'] for one in build['actions'] if 'totalCount' in one],
    'seconds': server.get_build_test_report('web', 11)['duration'],
    'missing': server.get_job_name('nowhere'),
}))
`;

test.skipIf(python === null)(
  'python-jenkins, which nobody here wrote, reads the stand-in (skipped where it is not installed)',
  async () => {
    const jobs = company(Date.parse('2026-11-24T12:00:00Z'));
    const server = await startJenkins({ credentials: 'ana:token-1', jobs });
    onTestFinished(() => server.close());
    expect(await printed(python ?? '', SCRIPT, [server.url, 'token-1'])).toEqual({
      jobs: ['web', 'acme', 'acme/shop', 'acme/never-run', 'acme/shop/main', 'acme/shop/feature%2Fpay'],
      builds: Array.from({ length: 14 }, (_, index) => 14 - index),
      next: 15,
      branch: 'feature%2Fpay',
      result: 'FAILURE',
      duration: 90_000,
      tests: [12],
      seconds: 12.5,
      missing: null,
    });
  },
  30_000,
);
