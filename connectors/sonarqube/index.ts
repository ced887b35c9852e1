import type { Connector, PullContext, Stream } from '../contract.ts';
import { type SonarqubeProject, type SonarqubeSettings, sonarqubeSettings, subjectOf } from './settings.ts';

/** The projects that the settings name, those with a `*` looked up. */
async function projectsOf(context: PullContext<SonarqubeSettings>): Promise<readonly SonarqubeProject[]> {
  const { projects } = context.settings;
  if (!projects.some(({ key }) => key.includes('*'))) return projects;
  const { openSonarqube } = await import('./api.ts');
  const keys = await openSonarqube(context).projectKeys();
  const found = new Map<string, SonarqubeProject>();
  for (const project of projects) {
    const named = project.key.includes('*') ? keys.filter((key) => fits(project.key, key)) : [project.key];
    for (const key of named) {
      const one = { ...project, key };
      if (!found.has(subjectOf(one))) found.set(subjectOf(one), one);
    }
  }
  return [...found.values()];
}

function fits(pattern: string, key: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(key);
}

/** The project of a member; a key that a `*` found is told by the member alone, without asking again. */
function projectOf({ projects }: SonarqubeSettings, member: string): SonarqubeProject | undefined {
  const named = projects.find((project) => !project.key.includes('*') && subjectOf(project) === member);
  if (named) return named;
  for (const project of projects.filter(({ key }) => key.includes('*'))) {
    const { branch } = project;
    const suffix = branch === undefined ? '' : ` ${branch}`;
    const key = member.slice(0, member.length - suffix.length);
    if (member.endsWith(suffix) && fits(project.key, key)) return { ...project, key };
  }
  return undefined;
}

const history: Stream<SonarqubeSettings> = {
  yields: ['sample'],
  version: 2,
  memberField: 'subject',
  series: ['coverage-lines', 'coverage-branches', 'sonarqube-coverage'],
  async *members(context) {
    for (const project of await projectsOf(context)) {
      yield { id: subjectOf(project), title: subjectOf(project) };
    }
  },
  async *pull(context, member, cursor) {
    const project = projectOf(context.settings, member);
    if (!project) return;
    const { pullHistory } = await import('./history.ts');
    yield* pullHistory(context, project, cursor);
  },
};

/** SonarQube Server and SonarQube Cloud: the coverage of every analysis. */
export const sonarqube: Connector<SonarqubeSettings> = {
  kind: 'sonarqube',
  title: 'Line and branch coverage of every analysis of a project, as SonarQube keeps it',
  settings: sonarqubeSettings,
  async check(context) {
    const { openSonarqube } = await import('./api.ts');
    const api = openSonarqube(context);
    for (const project of await projectsOf(context)) await api.history(project, context.now());
  },
  streams: { history },
};
