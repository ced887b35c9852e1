import { json } from '../../../connectors/json/index.ts';
import { tableServer } from '../../support/table-server.ts';
import { testConnector } from '../../support/test-connector.ts';

const TOKEN = 'json-token-5kd8s2p0';

const items = Array.from({ length: 620 }, (_, index) => ({
  id: `r${index}`,
  day: `2026-10-${String(1 + (index % 28)).padStart(2, '0')}`,
  totals: { amount: index },
}));

testConnector(json, {
  network: true,
  secrets: [TOKEN],
  async prepare() {
    const text = JSON.stringify({ data: { items } });
    const server = await tableServer({
      token: TOKEN,
      answers: { '/costs': { type: 'application/json', text, etag: '"v1"' } },
    });
    return {
      settings: {
        tables: [
          {
            url: `${server.url}/costs?from=2026-10-01`,
            rows: 'data.items',
            series: 'cost',
            map: { time: 'day', value: 'totals.amount', id: 'id' },
          },
        ],
        token: TOKEN,
      },
      start: 0,
      dispose: server.close,
    };
  },
});
