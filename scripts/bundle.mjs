import { build } from 'esbuild';

/** The command line, and the stand-in's own process. */
const PROGRAMS = { krsync: 'src/cli/bin.ts', 'github-stand-in': 'src/demo/github/process.ts' };

/** Bundles programs into a folder, one chunk per lazily loaded part. */
export async function bundle(outdir, entryPoints = PROGRAMS) {
  await build({
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: 'linked',
    // Native, or CommonJS whose named exports a bundle would lose: these stay packages.
    external: [
      'better-sqlite3',
      '@resvg/resvg-js',
      'jira-client',
      'liquidjs',
      'node-cron',
      'graphql',
      'dotenv',
      'string-width',
    ],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}
