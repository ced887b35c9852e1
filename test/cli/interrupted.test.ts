import { expect, it } from 'vitest';
import { krsync } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

it.each([
  ['is over', ['metrics']],
  ['breaks', ['status']],
])('a command that %s as it is stopped ends with 130 and says so', async (_, args) => {
  const { code, stderr } = await krsync(await tempFolder(), args, { signal: AbortSignal.abort() });
  expect(code).toBe(130);
  expect(stderr).toBe('Interrupted. What was stored stays, and the next run goes on from there.\n');
});
