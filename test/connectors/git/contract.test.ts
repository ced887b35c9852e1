import { join } from 'node:path';
import { git as connector } from '../../../connectors/git/index.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { testConnector } from '../../support/test-connector.ts';
import { addManyCommits, openScratch } from './scratch.ts';

testConnector(connector, {
  network: false,
  secrets: ['s3cret-of-the-remote'],
  async prepare() {
    const folder = await makeTempFolder();
    const scratch = await openScratch(join(folder.path, 'web'));
    await scratch.git([
      'remote',
      'add',
      'origin',
      'https://ana:s3cret-of-the-remote@github.com/acme/web.git',
    ]);
    await addManyCommits(scratch, 2300);
    await scratch.git(['tag', 'v1.0.0', 'main~100']);
    await scratch.git(['tag', '-a', 'v1.1.0', '-m', 'The second', 'main']);
    return { settings: { path: scratch.path }, start: 0, dispose: folder.dispose };
  },
});
