// Bundles the command line into dist/, one chunk per lazily loaded part: Node starts it several times faster than
// thousands of small modules.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { krsync: 'src/cli/bin.ts', 'github-stand-in': 'src/demo/github/process.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  // Native, or CommonJS whose named exports a bundle would lose: these stay packages.
  external: ['better-sqlite3', 'jira-client', 'node-cron', 'graphql', 'dotenv', 'string-width'],
  banner: {
    js: "import { createRequire as __krsyncRequire } from 'node:module'; const require = __krsyncRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
