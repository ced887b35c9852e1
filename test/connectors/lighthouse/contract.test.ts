import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lighthouse } from '../../../connectors/lighthouse/index.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { testConnector } from '../../support/test-connector.ts';

function run(index: number): string {
  return JSON.stringify({
    lighthouseVersion: '12.8.2',
    fetchTime: new Date(Date.UTC(2026, 9, 1, 0, index)).toISOString(),
    requestedUrl: `https://acme.dev/${index % 3}`,
    configSettings: { formFactor: 'mobile' },
    audits: { 'largest-contentful-paint': { scoreDisplayMode: 'numeric', numericValue: 1000 + index } },
    categories: { performance: { score: 0.5 } },
  });
}

testConnector(lighthouse, {
  network: false,
  secrets: [],
  async prepare() {
    const folder = await makeTempFolder();
    for (let index = 0; index < 120; index++)
      await writeFile(join(folder.path, `lhr-${index}.json`), run(index));
    await writeFile(join(folder.path, 'home.json'), run(1000));
    return {
      settings: {
        reports: [
          { path: join(folder.path, 'lhr-*.json') },
          { path: join(folder.path, 'home.json'), subject: 'home' },
        ],
      },
      start: 0,
      directory: folder.path,
      dispose: folder.dispose,
    };
  },
});
