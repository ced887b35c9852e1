import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coverage } from '../../../connectors/coverage/index.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { testConnector } from '../../support/test-connector.ts';

function clover(index: number): string {
  const metrics = `statements="200" coveredstatements="${index}" conditionals="4" coveredconditionals="1" methods="3" coveredmethods="2"`;
  return `<coverage generated="${1_790_000_000 + index * 3600}"><project><metrics ${metrics}/></project></coverage>`;
}

testConnector(coverage, {
  network: false,
  secrets: [],
  async prepare() {
    const folder = await makeTempFolder();
    for (let index = 0; index < 120; index++) {
      await writeFile(join(folder.path, `clover-${String(index).padStart(3, '0')}.xml`), clover(index));
    }
    await writeFile(join(folder.path, 'lcov.info'), 'SF:a.ts\nDA:1,1\nend_of_record\n');
    return {
      settings: {
        reports: [
          { path: join(folder.path, 'clover-*.xml'), subject: 'web' },
          { path: join(folder.path, 'lcov.info'), subject: 'api', date: '2026-10-01' },
        ],
      },
      start: 0,
      directory: folder.path,
      dispose: folder.dispose,
    };
  },
});
