import { expect, onTestFinished, test } from 'vitest';
import { printed, pythonWith } from '../../support/python.ts';
import { company } from './company.ts';
import { startGitLab } from './standin.ts';
import { NOW, TOKEN } from './support.ts';

const python = pythonWith('gitlab');

const SCRIPT = `
import sys, json, gitlab
server = gitlab.Gitlab(sys.argv[1], private_token=sys.argv[2])
group = server.groups.get('acme', lazy=True)
project = server.projects.get('acme/web')
issue, change = project.issues.get(8), project.mergerequests.get(2)
every = dict(all=True, per_page=50)
print(json.dumps({
    'projects': [one.path_with_namespace for one in group.projects.list(include_subgroups=True, **every)],
    'issues': [one.iid for one in project.issues.list(order_by='created_at', sort='asc', scope='all', **every)],
    'closed': len(project.issues.list(state='closed', **every)),
    'notes': [one.body for one in issue.notes.list(**every)],
    'states': [one.state for one in issue.resourcestateevents.list(**every)],
    'labels': [one.label['name'] for one in issue.resourcelabelevents.list(**every)],
    'milestones': [one.action for one in issue.resourcemilestoneevents.list(**every)],
    'closedBy': [one['references']['full'] for one in issue.closed_by()],
    'merged': change.merged_at is not None,
    'reviews': [one.type for one in change.notes.list(**every)],
    'commits': [one.id for one in change.commits()],
    'pipelines': len(project.pipelines.list(**every)),
    'duration': project.pipelines.get(8001).duration,
    'deployed': [one.sha for one in project.deployments.list(**every)],
    'between': [one['id'] for one in project.repository_compare('c0', 'c3')['commits']],
    'releases': [one.tag_name for one in project.releases.list(**every)],
    'tags': [one.name for one in project.tags.list(**every)],
}))
`;

test.skipIf(python === null)(
  'python-gitlab, which nobody here wrote, reads the stand-in (skipped where it is not installed)',
  async () => {
    const server = await startGitLab({ token: TOKEN, projects: company(NOW) });
    onTestFinished(() => server.close());
    const found = await printed(python ?? '', SCRIPT, [server.url, TOKEN]);
    expect(found).toEqual({
      projects: ['acme/web', 'acme/tools/api'],
      issues: Array.from({ length: 130 }, (_, index) => index + 1),
      closed: 32,
      notes: ['any news?', 'looking'],
      states: ['closed'],
      labels: ['gone'],
      milestones: ['add', 'remove'],
      closedBy: ['acme/web!2'],
      merged: true,
      reviews: ['DiffNote', null],
      commits: ['x2'],
      pipelines: 30,
      duration: 1500,
      deployed: ['c0', 'c1', 'c2', 'c3'],
      between: ['c1', 'c2', 'c3'],
      releases: ['v1.0.0', 'v1.1.0'],
      tags: ['v1.0.0', 'v1.1.0'],
    });
  },
  30_000,
);
