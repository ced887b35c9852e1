import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Connector } from '../connectors/contract.ts';
import { connectors } from '../connectors/index.ts';
import { timed } from './child.ts';
import { peakMemoryMb } from './peak.ts';
import { syncOnce } from './sync-child.ts';

/** One process of the git benchmark: `sync` of a clone into a database, or `log`, git's own output into a file. */
const [side = '', clone = '', file = ''] = process.argv.slice(2);

function sync(): Promise<{ records: number }> {
  const settings = { path: clone, repository: 'acme/web' };
  return syncOnce({ connector: connectors.git as Connector, settings, database: file, since: 0 });
}

/** `git log` into the file. Resolves to the most memory that git held, as far as looking at it now and then tells. */
function log(): Promise<{ peakMb: number }> {
  const output = openSync(file, 'w');
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', clone, 'log', '--numstat'], { stdio: ['ignore', output, 'inherit'] });
    let peakMb = 0;
    const look = setInterval(() => {
      peakMb = Math.max(peakMb, peakOf(child.pid));
    }, 25);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(look);
      closeSync(output);
      if (code === 0) resolve({ peakMb });
      else reject(new Error(`git log ended with ${code}`));
    });
  });
}

/** In MiB; 0 where the system does not tell. */
function peakOf(pid: number | undefined): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Processor time of the children that have ended, in milliseconds; 0 where the system does not tell. */
function childrenCpuMs(): number {
  try {
    // After the name, which may hold anything, cutime and cstime are the 14th and 15th fields, in 1/100 s.
    const [, fields = ''] = /\) (.*)$/s.exec(readFileSync('/proc/self/stat', 'utf8')) ?? [];
    const [user, system] = fields.split(' ').slice(13, 15).map(Number);
    return ((user ?? 0) + (system ?? 0)) * 10;
  } catch {
    return 0;
  }
}

if (side === 'sync') {
  const { ms, value } = await timed(sync);
  const { user, system } = process.cpuUsage();
  process.stdout.write(
    JSON.stringify({
      ms,
      ...value,
      cpuMs: (user + system) / 1000 + childrenCpuMs(),
      peakMb: peakMemoryMb(),
    }),
  );
} else {
  const { ms, value } = await timed(log);
  process.stdout.write(JSON.stringify({ ms, ...value, cpuMs: childrenCpuMs() }));
}
