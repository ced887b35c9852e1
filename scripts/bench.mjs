// Bundles the benchmarks inside the project, where they find the packages that stay outside the bundle, and runs them.
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const OUT = 'node_modules/.cache/krsync-bench';
const PROGRAMS = [
  'main',
  'store-child',
  'github-child',
  'git-child',
  'jira-child',
  'backfill-data',
  'backfill-child',
  'engine-data',
  'engine-child',
  'startup-data',
  'startup-floor',
  'startup-probe',
];

rmSync(OUT, { recursive: true, force: true });
await bundle(OUT, {
  ...Object.fromEntries(PROGRAMS.map((name) => [name, `bench/${name}.ts`])),
  'github-stand-in': 'src/demo/github/process.ts',
  'jira-stand-in': 'src/demo/jira/process.ts',
});
await import(pathToFileURL(`${OUT}/main.js`).href);
