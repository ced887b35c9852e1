import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bench, pull, siteOf, tickets } from './support.ts';

const certificates = join(import.meta.dirname, 'certificates');
const ca = join(certificates, 'loopback.pem');
/** For 127.0.0.1 alone, signed by nobody but itself. */
const tls = {
  key: readFileSync(join(certificates, 'loopback.key.pem'), 'utf8'),
  cert: readFileSync(ca, 'utf8'),
};

describe('a certificate that nobody else signed', () => {
  test('is trusted where `ca` names it, and only there', async () => {
    const world = bench();
    world.story('2026-11-02T09:00');
    const site = await siteOf(world.tracker, 'server', { tls });
    expect(tickets(await pull(site, { ca }))).toHaveLength(1);
    await expect(pull(site)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/SELF_SIGNED|SELF-SIGNED/i),
    });
  });

  test('a file that is missing, or is none, is said before anything is asked', async () => {
    const site = await siteOf(bench().tracker, 'server', { tls });
    await expect(pull(site, { ca: join(certificates, 'none.pem') })).rejects.toMatchObject({
      code: 'input',
      message: 'The file of `ca` cannot be read',
    });
    await expect(pull(site, { ca: import.meta.filename })).rejects.toMatchObject({
      code: 'input',
      message: 'The file of `ca` holds no certificate in PEM',
    });
    expect(site.requests).toEqual([]);
  });
});
