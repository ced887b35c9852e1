import { gitlab } from '../../../connectors/gitlab/index.ts';
import { settingsSchema } from '../../../connectors/gitlab/settings.ts';
import { DAY } from '../../../src/domain/time.ts';
import { testConnector } from '../../support/test-connector.ts';
import { company } from './company.ts';
import { startGitLab } from './standin.ts';

/** Small, for the laws pull it again and again. */
const SIZE = { issues: 24, mergeRequests: 3, pipelines: 4 };
const TOKEN = 'glpat-Nobody0gave1this2to3anyone';

testConnector(gitlab, {
  network: true,
  secrets: [TOKEN],
  async prepare() {
    const now = Date.now();
    const server = await startGitLab({ token: TOKEN, projects: company(now, SIZE) });
    return {
      settings: settingsSchema.parse({ url: server.url, token: TOKEN, groups: ['acme'] }),
      start: now - 28 * DAY,
      dispose: () => server.close(),
    };
  },
});
