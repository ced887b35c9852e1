import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CiBuild {
  readonly id: string;
  readonly hash: string;
  readonly branch: string;
  lifecycle: 'sealed' | 'unsealed';
  readonly createdAt: string;
  /** By the URL as the server knows it, the reports. */
  readonly runs: readonly { readonly url: string; readonly lhr: unknown }[];
}

export interface CiServer {
  readonly url: string;
  /** Of every request, the path with its query. */
  readonly asked: string[];
  builds: CiBuild[];
  close(): Promise<void>;
}

export const PROJECT = {
  id: '7b0d9f4e-93b5-4d8c-9c2e-0f6d1c1f3a11',
  name: 'Acme web',
  slug: 'acme-web',
  externalUrl: '',
  baseBranch: 'main',
  token: '',
  adminToken: '',
  createdAt: '2026-09-01T08:00:00.000Z',
  updatedAt: '2026-09-01T08:00:00.000Z',
};
export const BUILD_TOKEN = '3c0ffee0-1111-4222-8333-444455556666';

/**
 * Stands for a Lighthouse CI server, as far as reading goes: https://github.com/GoogleChrome/lighthouse-ci. What it
 * answers is held against a real one in test/browsers.
 */
export async function startCiServer(builds: CiBuild[], password?: string): Promise<CiServer> {
  const asked: string[] = [];
  const state = { builds };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    asked.push(request.url ?? '');
    const send = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (password !== undefined) {
      const expected = `Basic ${Buffer.from(`lhci:${password}`).toString('base64')}`;
      if (request.headers.authorization !== expected) return send(401, '');
    }
    if (pathname === '/v1/projects') return send(200, [PROJECT]);
    if (pathname === '/v1/projects/lookup') {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        const { token } = JSON.parse(text) as { token?: string };
        if (token === BUILD_TOKEN) send(200, { ...PROJECT, token });
        else send(404, 'Not Found');
      });
      return;
    }
    const [, project, rest = ''] = /^\/v1\/projects\/([^/]+)(.*)$/.exec(pathname) ?? [];
    if (rest === '') return project === PROJECT.id ? send(200, PROJECT) : send(404, 'Not Found');
    const [, build] = /^\/builds\/([^/]+)\/runs$/.exec(rest) ?? [];
    const own = project === PROJECT.id ? state.builds : [];
    if (rest === '/builds') {
      const lifecycle = searchParams.get('lifecycle');
      const branch = searchParams.get('branch');
      const found = own
        .filter((one) => lifecycle === null || one.lifecycle === lifecycle)
        .filter((one) => branch === null || one.branch === branch)
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
        .slice(0, Number(searchParams.get('limit') ?? 10));
      return send(200, found.map(buildOf));
    }
    if (build !== undefined) {
      const runs = own.find(({ id }) => id === build)?.runs ?? [];
      return send(
        200,
        runs.map(({ url, lhr }, index) => ({
          id: `${build.slice(0, 24)}${String(index).padStart(12, '0')}`,
          projectId: PROJECT.id,
          buildId: build,
          representative: index === 0,
          url,
          lhr: JSON.stringify(lhr),
          createdAt: PROJECT.createdAt,
          updatedAt: PROJECT.updatedAt,
        })),
      );
    }
    send(404, 'Not Found');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get builds() {
      return state.builds;
    },
    set builds(next) {
      state.builds = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function buildOf({ runs, ...build }: CiBuild): unknown {
  return {
    ...build,
    projectId: PROJECT.id,
    commitMessage: 'A commit',
    author: 'Ana <ana@acme.dev>',
    avatarUrl: '',
    ancestorHash: '',
    externalBuildUrl: '',
    runAt: build.createdAt,
    committedAt: null,
    ancestorCommittedAt: null,
    updatedAt: build.createdAt,
  };
}

/** A report as far as krsync reads it; `index` tells it apart from others. */
export function reportOf(url: string, at: number, index: number): Record<string, unknown> {
  return {
    lighthouseVersion: '12.8.2',
    fetchTime: new Date(at).toISOString(),
    requestedUrl: url,
    configSettings: { formFactor: 'mobile' },
    audits: {
      'largest-contentful-paint': { scoreDisplayMode: 'numeric', numericValue: 1000 + index },
      'server-response-time': { scoreDisplayMode: 'informative', numericValue: 10 + index },
    },
    categories: { performance: { score: 0.5 } },
  };
}

/** `count` sealed builds an hour apart, each with two pages of two runs. */
export function buildsOf(count: number, from: number): CiBuild[] {
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * 3_600_000;
    const urls = ['http://localhost:PORT/', 'http://localhost:PORT/shop'];
    return {
      id: `${String(index).padStart(8, '0')}-aaaa-4bbb-8ccc-dddddddddddd`,
      hash: index.toString(16).padStart(40, '0'),
      branch: index % 3 === 2 ? 'topic' : 'main',
      lifecycle: 'sealed',
      createdAt: new Date(at).toISOString(),
      runs: urls.flatMap((url) =>
        [0, 1].map((run) => ({
          url,
          lhr: reportOf(url.replace('PORT', String(4000 + index)), at + run * 1000, index * 2 + run),
        })),
      ),
    };
  });
}
