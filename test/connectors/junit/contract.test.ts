import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { junit } from '../../../connectors/junit/index.ts';
import { junitSettings } from '../../../connectors/junit/settings.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { testConnector } from '../../support/test-connector.ts';

function run(index: number): string {
  const at = new Date(1_790_000_000_000 + index * 3_600_000).toISOString();
  const cases = '<testcase name="a" time="0.5"/><testcase name="b" time="1"><failure/></testcase>';
  return `<testsuite name="s" timestamp="${at}" time="${index}">${cases}</testsuite>`;
}

testConnector(junit, {
  network: false,
  secrets: [],
  async prepare() {
    const folder = await makeTempFolder();
    for (let index = 0; index < 70; index++) {
      await writeFile(join(folder.path, `run-${String(index).padStart(3, '0')}.xml`), run(index));
    }
    await writeFile(join(folder.path, 'TEST-a.xml'), '<testsuite><testcase name="a"/></testsuite>');
    await writeFile(join(folder.path, 'TEST-b.xml'), '<testsuite><testcase name="b"/></testsuite>');
    return {
      settings: junitSettings.parse({
        reports: [
          { path: join(folder.path, 'run-*.xml'), subject: 'web', merge: false },
          { path: join(folder.path, 'TEST-*.xml'), subject: 'api', date: '2026-10-01' },
        ],
      }),
      start: 0,
      directory: folder.path,
      dispose: folder.dispose,
    };
  },
});
