import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** The command line, and the stand-in's own process. */
const PROGRAMS = { krsync: 'src/cli/bin.ts', 'github-stand-in': 'src/demo/github/process.ts' };

/** Names these sources: what others computed is not kept on. */
function sourcesHash() {
  const hash = createHash('sha256');
  for (const folder of ['src', 'connectors']) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    for (const path of files.map((one) => join(one.parentPath, one.name)).sort()) {
      hash.update(`${path}\0`).update(readFileSync(path));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

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
    define: { KRSYNC_SOURCES: JSON.stringify(sourcesHash()) },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}
