import { sonarqube } from '../../../connectors/sonarqube/index.ts';
import { sonarqubeSettings } from '../../../connectors/sonarqube/settings.ts';
import { testConnector } from '../../support/test-connector.ts';
import { analysesOf, startSonarqube, TOKEN } from './api.ts';

const MINUTE = 60_000;

testConnector(sonarqube, {
  network: true,
  secrets: [TOKEN],
  async prepare() {
    const start = Date.now() - 10 * 86_400_000;
    const server = await startSonarqube({
      // More than one page, and few values, so that the laws are quick to try.
      'acme:web': analysesOf(1010, start + MINUTE, MINUTE).map(({ at }) => ({
        at,
        values: { coverage: 61 },
      })),
      'acme:api': analysesOf(20, start + MINUTE, MINUTE),
    });
    return {
      settings: sonarqubeSettings.parse({ url: server.url, token: TOKEN, projects: [{ key: 'acme:*' }] }),
      start,
      dispose: () => server.close(),
    };
  },
});
