import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { backfill } from './backfill.ts';
import { engine } from './engine.ts';
import { git } from './git.ts';
import { github, githubLarge } from './github.ts';
import { jira } from './jira.ts';
import type { Outcome, Scenario } from './measure.ts';
import { startup } from './startup.ts';
import { store } from './store.ts';
import { growth, renderTable } from './table.ts';

const SCENARIOS: readonly Scenario[] = [store, github, githubLarge, jira, git, backfill, engine, startup];

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, scale: { type: 'string', default: '1' } },
  allowPositionals: true,
});

const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
process.once('SIGTERM', () => controller.abort());

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function chosen(): readonly Scenario[] {
  const unknown = positionals.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown === undefined) {
    return positionals.length === 0 ? SCENARIOS : SCENARIOS.filter(({ name }) => positionals.includes(name));
  }
  say(`There is no benchmark '${unknown}': there are ${SCENARIOS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

async function runOne({ name, run }: Scenario): Promise<readonly Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'krsync-bench-'));
  try {
    const scale = Number(values.scale);
    return await run({ folder, scale, signal: controller.signal, say: (text) => say(`${name}: ${text}`) });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const machine = {
  node: process.version,
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  /** Processes that wanted a core in the minute before. */
  load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  date: new Date().toISOString(),
};

try {
  const outcomes: Outcome[] = [];
  for (const scenario of chosen()) outcomes.push(...(await runOne(scenario)));
  if (values.json) {
    const rows = outcomes.map((outcome) => ({ ...outcome, memoryGrowth: growth(outcome, 'subject') }));
    process.stdout.write(`${JSON.stringify({ machine, outcomes: rows }, null, 2)}\n`);
  } else {
    const { node, processor, cores, memoryGb, load, date } = machine;
    process.stdout.write(`${renderTable(outcomes)}\n\n`);
    process.stdout.write(`Node ${node}, ${cores} × ${processor}, ${memoryGb} GB, ${date.slice(0, 10)}\n`);
    if (load > cores / 2) {
      process.stdout.write(
        `Other work kept the machine busy (load ${load} on ${cores} cores): the times are longer for it.\n`,
      );
    }
  }
} catch (error) {
  if (!controller.signal.aborted) throw error;
  say('Interrupted.');
  process.exitCode = 130;
}
