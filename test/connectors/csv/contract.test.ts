import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { csv } from '../../../connectors/csv/index.ts';
import { tableServer } from '../../support/table-server.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { testConnector } from '../../support/test-connector.ts';

const TOKEN = 'csv-token-8fk2l0s9';

/** More rows than one batch holds, with pairs that look the same. */
function answers(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const day = String(1 + (index % 28)).padStart(2, '0');
    return `2026-10-${day}T09:00:00Z,${index % 11},web`;
  });
  return ['answered,score,product', ...rows, ''].join('\n');
}

const mapping = { series: 'nps', map: { time: 'answered', value: 'score', subject: 'product' } };

testConnector(csv, {
  name: 'files',
  network: false,
  secrets: [],
  async prepare() {
    const folder = await makeTempFolder();
    await writeFile(join(folder.path, 'answers-1.csv'), answers(520));
    await writeFile(join(folder.path, 'answers-2.csv'), answers(40));
    return {
      settings: { tables: [{ path: join(folder.path, 'answers-*.csv'), ...mapping }] },
      start: 0,
      directory: folder.path,
      dispose: folder.dispose,
    };
  },
});

testConnector(csv, {
  name: 'a server',
  network: true,
  secrets: [TOKEN],
  async prepare() {
    const server = await tableServer({
      token: TOKEN,
      answers: { '/answers.csv': { type: 'text/csv', text: answers(620), etag: '"v1"' } },
    });
    return {
      settings: { tables: [{ url: `${server.url}/answers.csv`, ...mapping }], token: TOKEN },
      start: 0,
      dispose: server.close,
    };
  },
});
