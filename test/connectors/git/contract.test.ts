import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { git as connector } from '../../../connectors/git/index.ts';
import { makeTempFolder, type TempFolder } from '../../support/temp.ts';
import { testConnector } from '../../support/test-connector.ts';
import { addManyCommits, openScratch } from './scratch.ts';

// Each law starts git many times, which a busy machine makes wait.
vi.setConfig({ testTimeout: 120_000 });

let folder: TempFolder;

// The clone is only read, so that one serves every law.
beforeAll(async () => {
  folder = await makeTempFolder();
  const scratch = await openScratch(join(folder.path, 'web'));
  await scratch.git(['remote', 'add', 'origin', 'https://ana:s3cret-of-the-remote@github.com/acme/web.git']);
  await addManyCommits(scratch, 1050);
  await scratch.git(['tag', 'v1.0.0', 'main~100']);
  await scratch.git(['tag', '-a', 'v1.1.0', '-m', 'The second', 'main']);
});

afterAll(() => folder.dispose());

testConnector(connector, {
  network: false,
  secrets: ['s3cret-of-the-remote'],
  prepare: async () => ({
    settings: { path: join(folder.path, 'web') },
    start: 0,
    dispose: () => Promise.resolve(),
  }),
});
