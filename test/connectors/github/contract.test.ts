import { github } from '../../../connectors/github/index.ts';
import { type StreamName, settingsSchema } from '../../../connectors/github/settings.ts';
import { leaveArtifact } from '../../../src/demo/company/artifacts.ts';
import { generateCompany } from '../../../src/demo/company.ts';
import { startGitHubStandIn } from '../../../src/demo/github/index.ts';
import { DAY } from '../../../src/domain/time.ts';
import { type ConnectorCase, testConnector } from '../../support/test-connector.ts';
import { archiveOf } from '../../support/zip.ts';

const TOKEN = 'ghp_Nobody0gave1this2token3to4anyone5else';

interface CaseOptions {
  readonly name: string;
  readonly token?: string;
  readonly repositories: readonly string[];
  readonly streams?: readonly StreamName[];
  readonly issues: number;
  readonly pulls: number;
}

function standInCase({ name, token, repositories, streams, issues, pulls }: CaseOptions): ConnectorCase {
  return {
    name,
    network: true,
    secrets: token ? [token] : [],
    async prepare() {
      const now = Date.now();
      const company = generateCompany({ seed: 7, now, weeks: 6, issues, pulls, repositories: 2 });
      // The budget of sixty an hour has tests of its own.
      const server = await startGitHubStandIn({
        company,
        token: token ?? null,
        limits: { anonymous: 100_000 },
      });
      return {
        settings: settingsSchema.parse({
          url: server.url,
          repositories,
          ...(streams ? { streams } : {}),
          ...(token ? { token } : {}),
        }),
        start: now - 28 * DAY,
        dispose: () => server.close(),
      };
    },
  };
}

testConnector(
  github,
  standInCase({
    name: 'with a token',
    token: TOKEN,
    repositories: ['acme/w*'],
    issues: 100,
    pulls: 30,
  }),
);

// Each deployment and each tag costs a request of its own without a token; the agreement test has them.
testConnector(
  github,
  standInCase({
    name: 'without a token',
    repositories: ['acme/web'],
    streams: ['issues', 'pulls', 'releases'],
    issues: 60,
    pulls: 8,
  }),
);

// Reports out of artifacts, beside a stream that costs little.
testConnector(github, {
  name: 'artifacts',
  network: true,
  secrets: [TOKEN],
  async prepare() {
    const now = Date.now();
    const company = generateCompany({ seed: 7, now, weeks: 6, issues: 20, pulls: 20, repositories: 1 });
    const [web] = company.repositories;
    const runs =
      web?.runs.filter((run) => run.branch === web.defaultBranch && run.status === 'completed') ?? [];
    const commits = [...new Map(runs.map((run) => [run.sha, run])).values()].slice(-6);
    for (const [index, run] of commits.entries()) {
      const zip = await archiveOf({ 'lcov.info': `SF:a\nDA:1,${index}\nDA:2,1\nend_of_record\n` });
      leaveArtifact(company, run, { name: 'coverage', zip });
      leaveArtifact(company, run, { name: 'other', zip });
    }
    const server = await startGitHubStandIn({ company, token: TOKEN });
    return {
      settings: settingsSchema.parse({
        url: server.url,
        token: TOKEN,
        repositories: ['acme/web'],
        streams: ['releases'],
        artifacts: [{ name: 'coverage', kind: 'coverage', subject: 'web' }],
      }),
      start: now - 40 * DAY,
      dispose: () => server.close(),
    };
  },
});
