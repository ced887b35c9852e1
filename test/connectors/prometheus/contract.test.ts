import { prometheus } from '../../../connectors/prometheus/index.ts';
import { DAY } from '../../../src/domain/time.ts';
import { testConnector } from '../../support/test-connector.ts';
import { prometheusStandin } from './standin.ts';

const TOKEN = 'prometheus-token-7fk20sd1';

testConnector(prometheus, {
  network: true,
  secrets: [TOKEN],
  async prepare() {
    const start = Date.now() - 45 * DAY;
    const value = (at: number) => (at < start + 40 * DAY ? String((at / DAY) % 7) : null);
    const server = await prometheusStandin({
      token: TOKEN,
      queries: {
        latency: [
          { metric: { job: 'api' }, at: value },
          { metric: { job: 'web' }, at: value },
        ],
      },
    });
    return {
      settings: {
        url: server.url,
        queries: [{ series: 'latency-p95', query: 'latency', step: '1d', subject: 'job' }],
        token: TOKEN,
      },
      start,
      dispose: server.close,
    };
  },
});
