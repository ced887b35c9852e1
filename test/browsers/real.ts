import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

/** Where `npm run browsers` put Lighthouse and its CI server; empty in any other run. */
export const TOOLS = process.env.KRSYNC_BROWSERS ?? '';

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** A page on loopback with something to paint. */
export async function servePage(): Promise<Served> {
  const server = createServer((request, response) => {
    if (request.url !== '/') return response.writeHead(404).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      '<!doctype html><html lang="en"><head><title>Start</title><meta name="viewport" content="width=device-width">' +
        '</head><body><h1>Start</h1><p>A page with enough text in it to be the largest paint.</p></body></html>',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The real Lighthouse CI server, in a process of its own, with its SQLite file in `folder`. */
export async function serveCi(folder: string): Promise<Served> {
  const program = `
    const { createServer } = require('@lhci/server');
    createServer({ port: 0, logLevel: 'silent', storage: {
      storageMethod: 'sql', sqlDialect: 'sqlite', sqlDatabasePath: process.argv[1] + '/lhci.db',
    } }).then(({ port }) => console.log('port ' + port));`;
  const child: ChildProcess = spawn(process.execPath, ['-e', program, folder], {
    cwd: TOOLS,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('unreachable: its output is a pipe');
  for await (const line of createInterface(child.stdout)) {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    return {
      url: `http://127.0.0.1:${port}`,
      async close() {
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  }
  throw new Error('the Lighthouse CI server did not start');
}
