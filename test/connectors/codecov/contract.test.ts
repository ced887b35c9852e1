import { codecov } from '../../../connectors/codecov/index.ts';
import { codecovSettings } from '../../../connectors/codecov/settings.ts';
import { testConnector } from '../../support/test-connector.ts';
import { commitsOf, startCodecov, TOKEN } from './api.ts';

const HOUR = 3_600_000;

testConnector(codecov, {
  network: true,
  secrets: [TOKEN],
  async prepare() {
    const start = Date.now() - 10 * 24 * HOUR;
    const commits = commitsOf(60, start + HOUR, 3 * HOUR).map((commit) => ({
      ...commit,
      flags: { unit: 'uploaded' } as const,
    }));
    const repository = { branch: 'main', commits, components: ['checkout'] };
    const server = await startCodecov({
      'acme/web': repository,
      'acme/api': { ...repository, components: [] },
    });
    return {
      settings: codecovSettings.parse({
        url: server.url,
        token: TOKEN,
        repositories: [
          { repository: 'acme/web', flags: ['unit'], components: ['checkout'] },
          { repository: 'acme/api', branch: 'main' },
        ],
      }),
      start,
      dispose: () => server.close(),
    };
  },
});
