import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/free-port.ts';

export interface ForeignServer {
  readonly url: string;
  stop(): Promise<void>;
}

const PACKAGES = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

/** Starts a server that someone else wrote, with Node inside its package's folder, and waits until it answers. */
export async function startForeign(
  name: string,
  argumentsOf: (port: number) => readonly string[],
): Promise<ForeignServer> {
  const port = await freePort();
  const cwd = `${PACKAGES}${name}`;
  const child = spawn(process.execPath, argumentsOf(port), { cwd, stdio: 'ignore' });
  const url = `http://localhost:${port}`;
  const stop = () => stopped(child);
  try {
    await answering(url, child);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => null);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The server did not answer within 30 s');
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
