import { join } from 'node:path';
import pino from 'pino';
import { expect, test } from 'vitest';
import { connectorOf } from '../../../connectors/index.ts';
import { openStore } from '../../../src/store/index.ts';
import { runSync } from '../../../src/sync/index.ts';
import { createRandom } from '../../support/random.ts';
import { readRows } from '../../support/rows.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Scratch, scratchRepository } from './scratch.ts';

const RUNS = 5;
const STEPS = 12;

async function sync(database: string, settings: unknown, directory: string): Promise<void> {
  const store = await openStore({ path: database, now: Date.now });
  try {
    const { failures } = await runSync({
      sources: [{ id: 'repo', kind: 'git', settings, directory }],
      connectorOf,
      store,
      since: 0,
      signal: new AbortController().signal,
      now: Date.now,
      logger: pino({ enabled: false }),
      fetch: globalThis.fetch,
      secrets: [],
    });
    expect(failures).toEqual([]);
  } finally {
    await store.close();
  }
}

function liveRows(database: string) {
  const { commits = [], tags = [] } = readRows(database).records;
  return {
    commits: commits.filter((row) => row.removed === 0),
    tags: tags.filter((row) => row.removed === 0),
  };
}

/** One random change of a repository, as people make them. */
async function change(scratch: Scratch, random: () => number, step: number): Promise<string> {
  const pick = (count: number) => Math.floor(random() * count);
  const name = `f${pick(4)}.ts`;
  const commit = (message: string) =>
    scratch.commit(`${message} ${step}\n\nCo-authored-by: Eva <eva${pick(2)}@acme.dev>`, {
      author: `P${pick(3)} <p${pick(3)}@acme.dev>`,
    });
  const back = async () => {
    const count = Number(await scratch.git(['rev-list', '--count', '--first-parent', 'HEAD']));
    return Math.min(count - 1, 1 + pick(3));
  };
  const kind = pick(11);
  switch (kind) {
    case 0:
    case 1:
    case 2:
      await scratch.write(`src/${name}`, 'line\n'.repeat(1 + pick(9)));
      await commit('commit');
      return 'commit';
    case 3:
      await scratch.git(['commit', '-q', '--amend', '--allow-empty', '-m', `amended ${step}`]);
      return 'amend';
    case 4:
      await scratch.git(['reset', '-q', '--hard', `HEAD~${await back()}`]);
      await commit('instead');
      return 'force push';
    case 5: {
      const onto = await scratch.git(['rev-parse', `HEAD~${await back()}`]);
      await scratch.git(['reset', '-q', '--soft', onto]);
      await commit('squashed');
      return 'squash';
    }
    case 6: {
      const branch = `side-${step}`;
      await scratch.git(['checkout', '-q', '-b', branch, `HEAD~${await back()}`]);
      await scratch.write(`side/${step}.ts`, 'line\n');
      await commit('on a side');
      await scratch.git(['checkout', '-q', 'main']);
      await scratch.git(['merge', '-q', '--no-ff', '-X', 'ours', '-m', `merge ${step}`, branch]);
      return 'merge';
    }
    case 7:
      await scratch.git(['tag', '-f', '-a', '-m', `tag ${step}`, `v${pick(3)}`]);
      return 'tag';
    case 8:
      await scratch.git(['tag', '-f', `v${pick(3)}`, `HEAD~${await back()}`]);
      return 'light tag';
    case 9:
      await scratch.git(['tag', '-d', `v${pick(3)}`]).catch(() => '');
      return 'tag deleted';
    default:
      if (pick(2) === 0)
        await scratch.write(`${pick(2) === 0 ? '' : 'src/'}.gitattributes`, `${name} linguist-generated\n`);
      else
        await scratch.write(
          '.mailmap',
          `Real ${pick(3)} <p${pick(3)}@acme.dev>\nEva ${pick(3)} <eva1@acme.dev>\n`,
        );
      await commit('rules');
      return 'rules';
  }
}

test('however a history is rewritten between syncs, what is stored in the end is what one full sync stores', async () => {
  for (let run = 1; run <= RUNS; run++) {
    const random = createRandom(run);
    const folder = await tempFolder();
    const scratch = await scratchRepository();
    await scratch.write('src/f0.ts', 'line\n');
    await scratch.commit('first');
    const repository = 'acme/web';
    const settings =
      run % 3 === 0 ? { url: `file://${scratch.path}`, repository } : { path: scratch.path, repository };
    const done: string[] = [];
    for (let step = 1; step <= STEPS; step++) {
      done.push(await change(scratch, random, step));
      if (random() < 0.1) {
        await scratch.git(['reflog', 'expire', '--expire=now', '--all']);
        await scratch.git(['gc', '-q', '--prune=now']);
        done.push('gc');
      }
      if (random() < 0.35) {
        await sync(join(folder, 'often.db'), settings, folder);
        done.push('sync');
      }
    }
    await sync(join(folder, 'often.db'), settings, folder);
    await sync(join(folder, 'once.db'), { path: scratch.path, repository }, folder);
    const often = liveRows(join(folder, 'often.db'));
    const once = liveRows(join(folder, 'once.db'));
    expect(often, `run ${run}: ${done.join(', ')}`).toEqual(once);
    expect(once.commits.length).toBe(Number(await scratch.git(['rev-list', '--count', 'main'])));
  }
}, 300_000);
