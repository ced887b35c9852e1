import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readReport } from '../../../connectors/coverage/read.ts';
import type { CoverageFormat } from '../../../connectors/coverage/settings.ts';
import { ConnectorError } from '../../../connectors/errors.ts';
import { SHARED_DATA } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';

interface Told {
  readonly code: string;
  readonly message: string;
  /** The endpoint less the folder. */
  readonly at: string;
}

async function faultOf(content: string | Uint8Array, format: CoverageFormat | null = null): Promise<Told> {
  const folder = await tempFolder();
  const file = join(folder, 'report');
  await writeFile(file, content);
  const error = await readReport(file, format, new AbortController().signal).then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof ConnectorError)) throw new Error('it was read without a fault');
  expect(error.remedy).toMatch(/\w/);
  return { code: error.code, message: error.message, at: error.endpoint.slice(folder.length + 1) };
}

test.each([
  ['an empty file', '', 'report:1:1', 'the file is empty'],
  ['a file of blanks', '\ufeff \n ', 'report:1:1', 'the file is empty'],
  ['JSON that breaks off', '{\n  "total": {', 'report:2:13', 'not valid JSON'],
  ['JSON with a slip', '{\n  "total": oops }', 'report:2:12', 'not valid JSON'],
  ['JSON that is neither summary nor report', '{"/app/a.js":{"s":{}}}', 'report:1:1', 'statementMap'],
  ['JSON that is empty', '{}', 'report:1:1', 'total'],
  ['a Go profile without a mode', 'mode: sometimes\na.go:1.1,2.2 1 1\n', 'report:1:1', 'no Go cover profile'],
  ['a Go profile with another line', 'mode: set\na.go:1.1,2.2 1 1\nok  acme 0.1s\n', 'report:3:1', 'no Go'],
  [
    'a Go profile of two programs',
    'mode: set\na.go:1.1,2.2 1 1\na.go:1.1,2.2 3 1\n',
    'report:3:1',
    'statements',
  ],
  [
    'an OpenCover point without visits',
    '<CoverageSession><Modules><Module>\n<SequencePoint sl="1"/></Module></Modules></CoverageSession>',
    'report:2:23',
    'vc',
  ],
  [
    'a summary that covers more than there is',
    '{"total":{"lines":{"total":1,"covered":2},"branches":{"total":1,"covered":1},"functions":{"total":1,"covered":1}}}',
    'report:1:1',
    'covered is more than total',
  ],
  ['lcov that breaks off', 'TN:\nSF:a.ts\nDA:1,1\n', 'report:3:1', 'breaks off'],
  ['lcov that breaks off within a line', 'SF:a.ts\nDA:1,1\nend_of_rec', 'report:3:1', 'no lcov record'],
  [
    'lcov with a word for a count',
    'SF:a.ts\nDA:1,many\nend_of_record\n',
    'report:2:4',
    'DA is not as lcov writes it',
  ],
  ['lcov without a file', 'TN:\n', 'report:1:1', 'lists no file'],
  ['lcov lines outside of a file', 'DA:1,1\n', 'report:1:1', 'outside of a file'],
  ['text that is no report', 'Not found\n', 'report:1:1', 'no lcov record'],
  ['XML that breaks off', '<coverage line-rate="1">\n<packages>', 'report:2:10', 'unclosed tag'],
  ['XML with a slip', '<coverage line-rate="1">\n  <packages></package>', 'report:2:22', 'close tag'],
  [
    'a page of HTML',
    '<!DOCTYPE html><html><body>Sign in</body></html>',
    'report:1:21',
    'no known coverage format',
  ],
  [
    'Cobertura with a word for hits',
    '<coverage line-rate="1"><class filename="a">\n<line number="1" hits="x"/></class></coverage>',
    'report:2:27',
    'no hits',
  ],
  [
    'JaCoCo without numbers',
    '<report name="r">\n<counter type="LINE" missed="-1" covered="2"/></report>',
    'report:2:46',
    'not a count',
  ],
])('%s is told with its place', async (_, content, at, message) => {
  const fault = await faultOf(content);
  expect(fault).toMatchObject({ code: 'shape', at, message: expect.stringContaining(message) });
});

test('a report of another format than the settings give is told', async () => {
  const fault = await faultOf('<report name="r"/>', 'cobertura');
  expect(fault).toMatchObject({
    code: 'shape',
    message: expect.stringContaining('it is jacoco, not cobertura'),
  });
});

test
  .skipIf(!existsSync(join(SHARED_DATA, 'coverage')))
  .each([
    'cobertura-coverlet.xml',
    'jacoco-0.8.3.xml',
    'clover-openclover.xml',
    'istanbul-summary.json',
    'lcov.info',
  ])(
  '%s cut off anywhere is a fault, never another number (skipped where ../shared/data is absent)',
  async (name) => {
    const path = join(SHARED_DATA, 'coverage', name);
    const whole = (await readFile(path, 'utf8')).trimEnd();
    for (let part = 0; part < 20; part++) {
      const cut = whole.slice(0, Math.floor((whole.length * part) / 20));
      // lcov has no end of file: one that ends between two sections is whole.
      if (cut.trimEnd().endsWith('end_of_record')) continue;
      expect(await faultOf(cut)).toMatchObject({ code: 'shape' });
    }
  },
);

describe('XML from strangers', () => {
  test('that declares entities within entities is refused with its line', async () => {
    const bomb = `<?xml version="1.0"?>
<!DOCTYPE coverage [
  <!ENTITY a "ha">
  ${[...'bcdefghij'].map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('\n  ')}
]>
<coverage line-rate="1"><source>&j;</source></coverage>`;
    expect(await faultOf(bomb)).toMatchObject({
      code: 'shape',
      at: 'report:3:3',
      message: expect.stringContaining('entities'),
    });
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
      const external = `<!DOCTYPE coverage [<!ENTITY x SYSTEM "${url}/x">]>\n<coverage line-rate="1">&x;</coverage>`;
      expect(await faultOf(external)).toMatchObject({ code: 'shape', at: 'report:1:21' });
      const parameter = `<!DOCTYPE coverage [\n<!ENTITY % x SYSTEM "${url}/x"> %x;]>\n<coverage line-rate="1"/>`;
      expect(await faultOf(parameter)).toMatchObject({ code: 'shape', at: 'report:2:1' });
      const dtd = `<!DOCTYPE coverage SYSTEM "${url}/dtd">\n<coverage line-rate="1">&x;</coverage>`;
      expect(await faultOf(dtd)).toMatchObject({ code: 'shape', at: expect.stringContaining('report:2:') });
      expect(asked).toEqual([]);
    } finally {
      await new Promise((done) => server.close(done));
    }
  });
});
