import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** A Python that has this module, as Debian's has those of its packages; null where there is none. */
export function pythonWith(module: string): string | null {
  const found = ['python3', '/usr/bin/python3'].find(
    (name) => spawnSync(name, ['-c', `import ${module}`]).status === 0,
  );
  return found ?? null;
}

/** What a script prints as JSON. Rejects with its traceback. */
export async function printed(python: string, script: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', '-c', script, ...args]);
  return JSON.parse(stdout);
}
