import { crux } from '../../../connectors/crux/index.ts';
import { cruxSettings } from '../../../connectors/crux/settings.ts';
import { testConnector } from '../../support/test-connector.ts';
import { KEY, startCrux } from './api.ts';

const DAY = 86_400_000;

testConnector(crux, {
  network: true,
  secrets: [KEY],
  async prepare() {
    const today = Math.floor(Date.now() / DAY) * DAY;
    const server = await startCrux({ last: today - 3 * DAY, count: 10 });
    const subjects = [{ url: 'https://acme.dev/' }, { origin: 'https://acme.dev', formFactor: 'phone' }];
    return {
      settings: cruxSettings.parse({ key: KEY, subjects, endpoint: server.url }),
      start: today - 200 * DAY,
      dispose: () => server.close(),
    };
  },
});
