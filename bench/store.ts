import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

export interface Measured {
  readonly medianMs: number;
  /** The most that one of its processes held, in MiB. */
  readonly peakRssMb: number;
}

export interface StoreBench {
  readonly name: string;
  readonly subject: Measured;
  readonly floor: Measured;
  /** Subject's time over the floor's. */
  readonly ratio: number;
  /** The same with twice the records; `growth` is the share that the subject's peak memory adds. */
  readonly doubled: {
    readonly subject: Measured;
    readonly floor: Measured;
    readonly ratio: number;
    readonly growth: number;
  };
}

interface Sample {
  readonly ms: number;
  readonly peakRssMb: number;
}

/** Bundles a TypeScript file for a child process; better-sqlite3 stays where the project has it. */
async function bundle(entry: URL, folder: string): Promise<string> {
  const outfile = join(folder, 'child.mjs');
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    plugins: [
      {
        name: 'outside',
        setup({ onResolve }) {
          onResolve({ filter: /^better-sqlite3$/ }, ({ path }) => ({
            path: pathToFileURL(require.resolve(path)).href,
            external: true,
          }));
        },
      },
    ],
  });
  return outfile;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

function summarize(samples: readonly Sample[]): Measured {
  return {
    medianMs: median(samples.map(({ ms }) => ms)),
    peakRssMb: Math.max(...samples.map(({ peakRssMb }) => peakRssMb)),
  };
}

async function compare(child: string, total: number, rounds: number) {
  const samples: { store: Sample[]; bare: Sample[] } = { store: [], bare: [] };
  for (let round = 0; round < rounds; round++) {
    for (const side of ['store', 'bare'] as const) {
      const { stdout } = await run(process.execPath, [child, side, String(total)]);
      samples[side].push(JSON.parse(stdout) as Sample);
    }
  }
  const subject = summarize(samples.store);
  const floor = summarize(samples.bare);
  return { subject, floor, ratio: subject.medianMs / floor.medianMs };
}

/**
 * Storing records through the store against a bare loop of prepared inserts into the same tables, with the same
 * indexes, pragmas and batch size. Each side runs in fresh processes, in turns.
 */
export async function benchStore(options: { records?: number; rounds?: number } = {}): Promise<StoreBench> {
  const { records = 100_000, rounds = 5 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'krsync-bench-'));
  try {
    const child = await bundle(new URL('./store-child.ts', import.meta.url), folder);
    const once = await compare(child, records, rounds);
    const twice = await compare(child, records * 2, Math.max(1, Math.ceil(rounds / 2)));
    return {
      name: `store ${records.toLocaleString('en')} records`,
      ...once,
      doubled: { ...twice, growth: twice.subject.peakRssMb / once.subject.peakRssMb - 1 },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
