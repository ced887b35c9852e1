import { rm } from 'node:fs/promises';

/** Inside the project, so that the bundle finds the packages that stay outside it. */
const OUT = 'node_modules/.cache/krsync-test';

/** Builds the command line once for the tests that need it as a process of its own. */
export default async function setup(): Promise<() => Promise<void>> {
  const { bundle } = (await import('../../scripts/bundle.mjs' as string)) as {
    bundle(out: string): Promise<void>;
  };
  await bundle(OUT);
  return () => rm(OUT, { recursive: true, force: true });
}
