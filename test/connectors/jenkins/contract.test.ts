import { jenkins } from '../../../connectors/jenkins/index.ts';
import { settingsSchema } from '../../../connectors/jenkins/settings.ts';
import { DAY } from '../../../src/domain/time.ts';
import { testConnector } from '../../support/test-connector.ts';
import { company } from './company.ts';
import { startJenkins } from './standin.ts';

const TOKEN = '11nobody0gave1this2token3to4anyone5';

testConnector(jenkins, {
  network: true,
  secrets: [TOKEN],
  async prepare() {
    const now = Date.now();
    const server = await startJenkins({ credentials: `ana:${TOKEN}`, jobs: company(now) });
    return {
      settings: settingsSchema.parse({
        url: server.url,
        user: 'ana',
        token: TOKEN,
        jobs: ['web', 'acme/**'],
      }),
      start: now - 28 * DAY,
      dispose: () => server.close(),
    };
  },
});
