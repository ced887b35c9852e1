import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { bundleFor } from '../support/bundle.ts';
import { tempFolder } from '../support/temp.ts';

it('compares the store with a loop that writes the very same rows', async () => {
  const folder = await tempFolder();
  const program = await bundleFor(new URL('../../bench/store-child.ts', import.meta.url), folder);
  const rowsOf = async (side: string) => {
    const path = join(folder, `${side}.db`);
    await promisify(execFile)(process.execPath, [program, side, path, '20']);
    const db = new Database(path, { readonly: true });
    const rows = ['tickets', 'ticket_changes'].map((table) => db.prepare(`SELECT * FROM ${table}`).all());
    db.close();
    return rows;
  };
  const stored = await rowsOf('store');
  expect(stored.map((rows) => rows.length)).toEqual([20, 20]);
  expect(await rowsOf('bare')).toEqual(stored);
});
