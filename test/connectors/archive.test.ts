import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { type ArchiveLimits, openArchive } from '../../connectors/archive.ts';
import { zipByHand, zipOf } from '../support/zip.ts';

function open(bytes: Buffer, limits: Partial<ArchiveLimits> = {}, signal = new AbortController().signal) {
  return openArchive(bytes, { name: 'report.zip', signal, limits });
}

async function contentOf(bytes: Buffer, path: string): Promise<string> {
  const entry = (await open(bytes)).find((each) => each.path === path);
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry?.chunks() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** What opening, and reading all of it, rejects with. */
async function refusal(bytes: Buffer, limits: Partial<ArchiveLimits> = {}): Promise<unknown> {
  try {
    for (const entry of await open(bytes, limits)) for await (const _ of entry.chunks());
  } catch (error) {
    return error;
  }
  throw new Error('it was read');
}

describe('an archive', () => {
  test('hands out its files, packed or stored, and no folder', async () => {
    const zip = new ZipFile();
    zip.addEmptyDirectory('coverage');
    zip.addBuffer(Buffer.from('lcov'.repeat(1000)), 'coverage/lcov.info');
    zip.addBuffer(Buffer.from('ä'), 'zürich.xml', { compress: false });
    zip.end();
    const bytes = await zipOf(zip);
    const entries = await open(bytes);
    expect(entries.map(({ path, bytes: size }) => [path, size])).toEqual([
      ['coverage/lcov.info', 4000],
      ['zürich.xml', 2],
    ]);
    expect(await contentOf(bytes, 'coverage/lcov.info')).toBe('lcov'.repeat(1000));
    expect(await contentOf(bytes, 'zürich.xml')).toBe('ä');
  });

  test.each([
    ['no archive', Buffer.from('Not found'), ''],
    ['nothing', Buffer.alloc(0), ''],
    ['a page of HTML', Buffer.from('<!doctype html>'.repeat(50)), ''],
  ])('that is %s is refused', async (_, bytes) => {
    expect(await refusal(bytes)).toMatchObject({
      code: 'shape',
      endpoint: 'report.zip',
      message: expect.stringContaining('The archive is refused'),
    });
  });

  test.each([
    ['../../etc/passwd', 'invalid relative path'],
    ['a/../../b', 'invalid relative path'],
    ['/etc/passwd', 'absolute path'],
    ['C:/windows/a', 'absolute path'],
    ['..\\..\\a', 'invalid characters'],
    ['a\\b', 'invalid characters'],
  ])('with an entry %s is refused whole', async (path, message) => {
    const bytes = zipByHand([
      { path: 'fine.xml', content: '<a/>' },
      { path, content: 'x' },
    ]);
    expect(await refusal(bytes)).toMatchObject({ code: 'shape', message: expect.stringContaining(message) });
  });

  test('with a symbolic link is refused', async () => {
    const bytes = zipByHand([{ path: 'lcov.info', content: '/etc/passwd', mode: 0o120777 }]);
    expect(await refusal(bytes)).toMatchObject({
      message: expect.stringContaining('`lcov.info` is a symbolic link'),
    });
  });

  test('with an encrypted entry is refused', async () => {
    const bytes = zipByHand([{ path: 'a.xml', content: 'x', flags: 1, method: 8 }]);
    expect(await refusal(bytes)).toMatchObject({ message: expect.stringContaining('`a.xml` is encrypted') });
  });

  test('with an entry of another method, or one name twice, is refused', async () => {
    expect(await refusal(zipByHand([{ path: 'a', content: 'x', method: 12 }]))).toMatchObject({
      message: expect.stringContaining('method 12'),
    });
    const twice = zipByHand([
      { path: 'a', content: 'x' },
      { path: 'a', content: 'y' },
    ]);
    expect(await refusal(twice)).toMatchObject({ message: expect.stringContaining('`a` twice') });
  });

  test('with more entries than allowed is refused before they are listed', async () => {
    const many = zipByHand(Array.from({ length: 30 }, (_, index) => ({ path: `${index}.xml`, content: '' })));
    expect(await refusal(many, { entries: 20 })).toMatchObject({
      message: expect.stringContaining('more than 20'),
    });
  });

  test('that is a bomb is refused by what it says, for one entry and for all', async () => {
    const zip = new ZipFile();
    for (const path of ['a', 'b', 'c']) zip.addBuffer(Buffer.alloc(3 * 2 ** 20), path);
    zip.end();
    const bytes = await zipOf(zip);
    expect(bytes.length).toBeLessThan(30_000);
    expect(await refusal(bytes, { entryBytes: 2 * 2 ** 20 })).toMatchObject({
      message: expect.stringContaining('`a` unpacks to more than 2 MB'),
    });
    expect(await refusal(bytes, { totalBytes: 8 * 2 ** 20 })).toMatchObject({
      message: expect.stringContaining('unpacks to more than 8 MB'),
    });
  });

  test('that is a bomb is refused where it lies about its size, and is never unpacked whole', async () => {
    const packed = deflateRawSync(Buffer.alloc(64 * 2 ** 20));
    const bytes = zipByHand([{ path: 'a', content: packed, method: 8, says: 10 }]);
    const before = process.memoryUsage().arrayBuffers;
    expect(await refusal(bytes)).toMatchObject({
      code: 'shape',
      message: expect.stringContaining('`a` cannot be unpacked'),
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  });

  test('with a damaged entry is refused', async () => {
    const bytes = zipByHand([{ path: 'a.xml', content: '<testsuite/>', sum: 1 }]);
    expect(await refusal(bytes)).toMatchObject({ message: expect.stringContaining('`a.xml` is damaged') });
  });

  test('hands on what its reader throws', async () => {
    const [entry] = await open(zipByHand([{ path: 'a', content: 'x' }]));
    const work = async () => {
      for await (const _ of entry?.chunks() ?? []) throw new RangeError('mine');
    };
    await expect(work()).rejects.toThrow('mine');
  });

  test('is not opened once the run is stopped', async () => {
    const stopped = AbortSignal.abort();
    await expect(open(zipByHand([{ path: 'a', content: 'x' }]), {}, stopped)).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
