import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lighthouse } from '../../connectors/lighthouse/index.ts';
import { launch } from '../../connectors/lighthouse/launch.ts';
import { findMachine } from '../../connectors/lighthouse/machine.ts';
import { lighthouseSettings } from '../../connectors/lighthouse/settings.ts';
import type { Sample } from '../../src/domain/records.ts';
import { buildsOf, PROJECT, startCiServer } from '../connectors/lighthouse/ci-server.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { drain, pullContext } from '../support/pull-context.ts';
import { makeTempFolder, type TempFolder } from '../support/temp.ts';
import { type Served, serveCi, servePage, TOOLS } from './real.ts';

const COMMAND = join(TOOLS, 'node_modules/.bin/lighthouse');
/** Chrome has no sandbox as root. */
const SANDBOX = process.getuid?.() !== 0;

interface Explained {
  readonly value: number;
  readonly observations: readonly { readonly value: number }[];
}

async function ask(base: string, method: string, path: string, body?: unknown, token?: string) {
  const response = await fetch(`${base}/v1/projects${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { 'x-lhci-build-token': token }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text;
}

describe.skipIf(TOOLS === '')('with a real browser (`npm run browsers` runs this)', () => {
  let folder: TempFolder;
  let page: Served;

  beforeAll(async () => {
    folder = await makeTempFolder();
    page = await servePage();
  });
  afterAll(async () => {
    await page.close();
    await folder.dispose();
  });

  test('krsync measures a page three times, and the value is the median of the runs', async () => {
    await writeProject(folder.path, {
      'config/okrs.yaml': `
cycles: [{ id: now, start: 2026-01-01, end: 2099-12-31 }]
sources:
  - id: lab
    kind: lighthouse
    run: [{ url: "${page.url}", runs: 3, command: ${COMMAND}, sandbox: ${SANDBOX} }]
objectives:
  - id: quick
    title: Pages are there when people want them
    owner: ana@acme.dev
    keyResults:
      - { id: lcp, title: LCP, metric: { measure: lighthouse-lcp, aggregate: median, window: 7d }, start: 9s, target: 1s }
      - { id: ttfb, title: TTFB, metric: { measure: lighthouse-ttfb, aggregate: median, window: 7d }, start: 9s, target: 1s }
`,
    });
    // An update takes what was measured before it began.
    for (const command of ['sync', 'update']) {
      const { code, stderr } = await krsync(folder.path, [command]);
      expect(code, stderr).toBe(0);
    }
    for (const id of ['lcp', 'ttfb']) {
      const { stdout } = await krsync(folder.path, ['explain', id, '--json']);
      const { value, observations } = JSON.parse(stdout) as Explained;
      const [low, middle, high] = observations.map((one) => one.value).sort((a, b) => a - b);
      expect(observations).toHaveLength(3);
      expect(value).toBe(middle);
      expect(low).toBeGreaterThan(0);
      expect(high).toBeLessThan(30_000);
    }
  });

  test('a real Lighthouse CI server with real runs is read, and answers as the stand-in does', async () => {
    const [settings] =
      lighthouseSettings.parse({ run: [{ url: page.url, command: COMMAND, sandbox: SANDBOX }] }).run ?? [];
    if (!settings) throw new Error('there is one');
    const machine = await findMachine(settings, folder.path);
    const reports: string[] = [];
    for (const index of [1, 2]) {
      reports.push(await launch(settings, machine, index, new AbortController().signal));
    }
    const server = await serveCi(folder.path);
    const standIn = await startCiServer(buildsOf(1, Date.now()));
    try {
      const project = await ask(server.url, 'POST', '', {
        name: 'Acme web',
        externalUrl: '',
        baseBranch: 'main',
      });
      const { id, token } = project;
      const build = await ask(
        server.url,
        'POST',
        `/${id}/builds`,
        {
          lifecycle: 'unsealed',
          hash: 'c'.repeat(40),
          branch: 'main',
          commitMessage: 'A commit',
          author: 'Ana <ana@acme.dev>',
          avatarUrl: '',
          ancestorHash: '',
          externalBuildUrl: '',
          runAt: new Date().toISOString(),
        },
        token,
      );
      const runs = `/${id}/builds/${build.id}/runs`;
      for (const lhr of reports) {
        const url = page.url.replace(/:\d+\//, ':PORT/');
        await ask(server.url, 'POST', runs, { representative: false, url, lhr }, token);
      }

      const pull = async (wanted: object) => {
        const parsed = lighthouseSettings.parse({ server: { url: server.url, ...wanted } });
        const context = pullContext(parsed, { fetch: globalThis.fetch });
        const members: string[] = [];
        for await (const member of lighthouse.streams.server?.members(context) ?? []) members.push(member.id);
        return drain(lighthouse.streams.server, context, members[0] ?? '');
      };
      expect((await pull({ project: 'acme-web' })).records, 'the build is not sealed yet').toEqual([]);
      await ask(server.url, 'PUT', `/${id}/builds/${build.id}/lifecycle`, 'sealed', token);

      for (const wanted of [{ project: project.slug }, { project: id }, { token }]) {
        const { records, error } = await pull(wanted);
        expect(error).toBeNull();
        const samples = (records as readonly Sample[]).filter(({ series }) => series === 'lighthouse-lcp');
        const measured = reports.map(
          (text) => JSON.parse(text).audits['largest-contentful-paint'].numericValue as number,
        );
        expect(samples.map(({ value }) => value).sort()).toEqual(measured.sort());
        expect(samples[0]).toMatchObject({
          subject: 'http://127.0.0.1:PORT/',
          branch: 'main',
          commit: 'c'.repeat(40),
        });
      }
      expect((await pull({ project: 'nobody' })).error).toMatchObject({ code: 'not_found' });
      expect((await pull({ token: '00000000-0000-4000-8000-000000000000' })).error).toMatchObject({
        code: 'not_found',
      });

      const [standInBuild] = standIn.builds;
      const paths: readonly (readonly [string, string])[] = [
        ['', ''],
        [`/${id}`, `/${PROJECT.id}`],
        [`/${id}/builds?limit=1&lifecycle=sealed`, `/${PROJECT.id}/builds?limit=1&lifecycle=sealed`],
        [runs, `/${PROJECT.id}/builds/${standInBuild?.id}/runs`],
        ['/00000000-0000-4000-8000-000000000000/builds', '/00000000-0000-4000-8000-000000000000/builds'],
      ];
      for (const [real, imitated] of paths) {
        const [answer, imitation] = [
          await ask(server.url, 'GET', real),
          await ask(standIn.url, 'GET', imitated),
        ];
        expect(fieldsOf(imitation), `GET /v1/projects${imitated}`).toEqual(fieldsOf(answer));
      }
    } finally {
      await standIn.close();
      await server.close();
    }
  });
});

/** The fields of an answer, or of the first of a list; `[]` for an empty list. */
function fieldsOf(answer: unknown): unknown {
  if (!Array.isArray(answer)) return Object.keys(answer as object).sort();
  return answer.length === 0 ? [] : [fieldsOf(answer[0])];
}
