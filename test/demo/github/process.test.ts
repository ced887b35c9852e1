import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { bundleStandIn, spawnStandIn } from '../../support/github-standin-process.ts';

describe('the stand-in as a program', () => {
  test('serves as many issues as asked for, and ends when whoever started it is gone', async () => {
    const program = await bundleStandIn();
    const args = ['--issues', '230', '--pulls', '0', '--latency', '5', '--seed', '1', '--token', 'secret'];
    const { url, repositories, child } = await spawnStandIn(program, ...args);
    expect(repositories).toEqual(['acme/web']);
    const numbers = new Set<number>();
    for (let next: string | undefined = `${url}/repos/acme/web/issues?state=all&per_page=100`; next; ) {
      const response: Response = await fetch(next, { headers: { authorization: 'Bearer secret' } });
      for (const row of (await response.json()) as { number: number }[]) numbers.add(row.number);
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(numbers.size).toBe(230);
    const gone = once(child, 'exit');
    child.stdin.end();
    expect(await gone).toEqual([0, null]);
  });

  test('the limit of requests can be set, and SIGTERM ends it', async () => {
    const program = await bundleStandIn();
    const { url, child } = await spawnStandIn(program, '--issues', '1', '--pulls', '1', '--limit', '1');
    expect((await fetch(`${url}/repos/acme/web`)).status).toBe(200);
    expect((await fetch(`${url}/repos/acme/web`)).status).toBe(403);
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  });

  test('an argument that makes no sense ends it with a word and code 2', async () => {
    const program = await bundleStandIn();
    const { status, stderr } = spawnSync(process.execPath, [program, '--issues', 'many'], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toBe('--issues wants a whole number, not many\n');
  });
});
