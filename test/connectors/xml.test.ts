import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { readReports } from '../../connectors/coverage/read.ts';
import { readTests } from '../../connectors/junit/read.ts';
import type { ReportSource } from '../../connectors/report-source.ts';
import { faultOf, sourceOf } from './junit/support.ts';

const KINDS = [
  {
    kind: 'coverage',
    root: 'coverage line-rate="1"',
    name: 'coverage',
    read: (source: ReportSource) => readReports([source], null),
  },
  {
    kind: 'junit',
    root: 'testsuites',
    name: 'testsuites',
    read: (source: ReportSource) => readTests([source]),
  },
];

/** What reading rejects with. */
async function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

/** Pieces without end; fails when more than `most` were asked for. */
function endless(
  start: string,
  piece: string,
  most: number,
): ReportSource & { readonly asked: () => number } {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(piece);
  let asked = 0;
  return {
    name: 'endless.xml',
    asked: () => asked,
    async *chunks() {
      yield encoder.encode(start);
      for (; asked < most; asked++) yield bytes;
      throw new Error('it was read on and on');
    },
  };
}

describe.each(KINDS)('XML from strangers as $kind', ({ root, name, read }) => {
  test('that declares entities within entities is refused with its line, at once', async () => {
    const levels = [...'bcdefghij'].map(
      (each, i) => `<!ENTITY ${each} "${`&${'abcdefghi'[i]};`.repeat(10)}">`,
    );
    const bomb = `<?xml version="1.0"?>\n<!DOCTYPE x [\n  <!ENTITY a "ha">\n${levels.join('\n')}\n]>\n<${root}><x>&j;</x></${name}>`;
    const before = process.memoryUsage().rss;
    expect(await refusal(read(sourceOf(bomb)))).toMatchObject({
      code: 'shape',
      endpoint: 'report.xml:3:3',
      message: expect.stringContaining('declares entities'),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  test('that names an entity elsewhere is refused, and nothing is fetched or opened', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('<!ENTITY x "y">');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      for (const document of [
        `<!DOCTYPE x [<!ENTITY x SYSTEM "${url}/x">]><${root}>&x;</${name}>`,
        `<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]><${root}>&x;</${name}>`,
        `<!DOCTYPE x [<!ENTITY % x SYSTEM "${url}/x"> %x;]><${root}/>`,
        `<!DOCTYPE x SYSTEM "${url}/dtd"><${root}>&x;</${name}>`,
        `<${root}>&x;</${name}>`,
      ]) {
        expect(await refusal(read(sourceOf(document)))).toMatchObject({ code: 'shape' });
      }
      expect(asked).toEqual([]);
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  test('whose elements lie in one another without end is refused', async () => {
    const source = endless(`<${root}>`, '<x>'.repeat(100), 1000);
    expect(await refusal(read(source))).toMatchObject({
      code: 'shape',
      message: expect.stringContaining('more than 256 deep'),
    });
    expect(source.asked()).toBeLessThan(5);
  });
});

test.each([
  ['an attribute', '<x y="'],
  ['a comment', '<x><!-- '],
  ['a CDATA section', '<x><![CDATA['],
  ['a name', '<x'],
  ['a text', '<x>'],
])('with %s without end is refused before it fills the memory', async (_, start) => {
  const source = endless(`<testsuites>${start}`, 'a'.repeat(2 ** 20), 64);
  expect(await refusal(readTests([source]))).toMatchObject({
    code: 'shape',
    message: expect.stringContaining('longer than 16 MB'),
    endpoint: expect.stringMatching(/^endless\.xml:1:/),
  });
  expect(source.asked()).toBeLessThan(20);
});

test('a report with a long log in it is read', async () => {
  const log = `<system-out><![CDATA[${'log\n'.repeat(2 ** 20)}]]></system-out>`;
  const report = `<testsuite>${`<testcase name="a">${log}</testcase>`.repeat(10)}</testsuite>`;
  expect((await readTests([sourceOf(report)])).totals.tests).toBe(10);
  expect(await faultOf('<testsuite><testcase>')).toMatchObject({ code: 'shape' });
});
