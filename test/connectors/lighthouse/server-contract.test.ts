import { lighthouse } from '../../../connectors/lighthouse/index.ts';
import { testConnector } from '../../support/test-connector.ts';
import { buildsOf, startCiServer } from './ci-server.ts';

const PASSWORD = 'only-for-lighthouse-7';

testConnector(lighthouse, {
  name: 'server',
  network: true,
  secrets: [PASSWORD, Buffer.from(`lhci:${PASSWORD}`).toString('base64')],
  async prepare() {
    const start = Date.now() - 5 * 86_400_000;
    const server = await startCiServer(buildsOf(6, start + 3_600_000), PASSWORD);
    return {
      settings: { server: { url: server.url, project: 'acme-web', password: PASSWORD } },
      start,
      dispose: () => server.close(),
    };
  },
});
