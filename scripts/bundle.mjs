import { build } from 'esbuild';

/** Bundles the command line and the stand-in's own process into a folder, one chunk per lazily loaded part. */
export async function bundle(outdir) {
  await build({
    entryPoints: { krsync: 'src/cli/bin.ts', 'github-stand-in': 'src/demo/github/process.ts' },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: 'linked',
    // Native, or CommonJS whose named exports a bundle would lose: these stay packages.
    external: ['better-sqlite3', 'jira-client', 'node-cron', 'graphql', 'dotenv', 'string-width'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}
