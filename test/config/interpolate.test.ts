import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { interpolate } from '../../src/config/interpolate.ts';
import { load, refusal, VALID, workspace } from './support/workspace.ts';

/** `${name}`: written apart, so that it is not taken for a template. */
const ref = (name: string) => `\${${name}}`;
const fill = (text: string, env = {}) => interpolate(text, env, '/');

describe('a reference in a string', () => {
  it('becomes the variable, its default where it is missing or empty, or the file', async () => {
    const folder = await workspace({ 'secret.txt': 'line one\nline two\r\n' });
    expect(fill(`a ${ref('X')} b`, { X: '1' }).text).toBe('a 1 b');
    expect(fill(ref('X:-one: two'), {}).text).toBe('one: two');
    expect(fill(ref('X:-d'), { X: '' }).text).toBe('d');
    expect(fill(ref('X'), { X: '' }).text).toBe('');
    expect(fill(ref('X:-'), {}).text).toBe('');
    expect(interpolate(ref('file:secret.txt'), {}, folder).text).toBe('line one\nline two');
    expect(interpolate(ref(`file:${join(folder, 'secret.txt')}`), {}, '/').text).toBe('line one\nline two');
  });

  it('is left alone when it is escaped, and a lone dollar sign always', () => {
    expect(fill(`$${ref('X')}`).text).toBe(ref('X'));
    expect(fill(`$$ $ $X {X} pa$$word$`).text).toBe('$$ $ $X {X} pa$$word$');
  });

  it('is not looked for in what was put in', () => {
    expect(fill(ref('X'), { X: ref('Y'), Y: 'no' }).text).toBe(ref('Y'));
    expect(fill(ref('X'), { X: '$&$1' }).text).toBe('$&$1');
  });

  it.each([
    [ref('MISSING'), /variable MISSING is not set/],
    [ref('constructor'), /variable constructor is not set/],
    [ref('__proto__'), /variable __proto__ is not set/],
    [ref(''), /is none of/],
    [ref('A-B'), /is none of/],
    [ref('1A'), /is none of/],
    [`a ${ref('X').slice(0, -1)}`, /not closed/],
    [ref('file:/nowhere/at/all'), /\/nowhere\/at\/all cannot be read: it does not exist/],
    [ref('file:/'), /is not a file/],
    [ref('file:/dev/zero'), /is not a file/],
    [ref('file:a\0b'), /cannot be read/],
  ])('%j that leads nowhere is a fault', (text, fault) => {
    expect(fill(text).faults).toEqual([expect.stringMatching(fault)]);
  });
});

describe('interpolation of a configuration', () => {
  it('happens in parsed strings, so that no value can change the structure', async () => {
    const { sources, objectives } = await load(
      {
        'a.yaml': VALID.replace('[acme/web]', `["${ref('REPOSITORY')}"]`).replace(
          'title: We',
          `title: ${ref('T')} We`,
        ),
      },
      { env: { REPOSITORY: 'a/b], token: [x', T: '# "quoted": \n- yes' } },
    );
    expect(sources[0]?.settings).toMatchObject({ repositories: ['a/b], token: [x'] });
    expect(objectives[0]?.title).toBe('# "quoted": \n- yes We ship small changes with confidence');
  });

  it('says how to write a reference inside brackets', async () => {
    expect(await refusal(VALID.replace('[acme/web]', `[${ref('REPOSITORY')}]`))).toContain(
      `a.yaml:6:21 : Missing , or : between flow sequence items; inside [ ] and { } a \`${ref('NAME')}\` must stand in quotes`,
    );
  });

  it('leaves keys and comments alone', async () => {
    expect(
      await refusal(`# ${ref('NOT_READ')}\n"${ref('KEY')}": 1\n${VALID}`, { env: { KEY: 'timezone' } }),
    ).toEqual([expect.stringContaining(`unknown key \`${ref('KEY')}\``)]);
  });

  it('names every missing variable at its place, and says nothing else of that value', async () => {
    const faults = await refusal(
      VALID.replace('start: 52h', `start: ${ref('A')}`).replace('24h', `${ref('B')}${ref('C')}`),
    );
    expect(faults).toEqual([
      expect.stringMatching(
        /^a\.yaml:14:16 objectives\[0\]\.keyResults\[0\]\.start: the environment variable A is not set/,
      ),
      expect.stringMatching(/^a\.yaml:15:17 .*variable B is not set.*variable C is not set/),
    ]);
  });

  it('makes numbers and booleans where those are wanted, and nowhere else', async () => {
    const yaml = VALID.replace(
      'repositories:',
      `pageSize: ${ref('SIZE')}\n    archived: ${ref('ARCHIVED')}\n    token: ${ref('TOKEN')}\n    repositories:`,
    ).replace('start: 52h', `weight: ${ref('WEIGHT')}\n        start: ${ref('START')}`);
    const env = { SIZE: '50', ARCHIVED: 'true', TOKEN: '123456', WEIGHT: '0.5', START: '52' };
    const { sources, objectives } = await load({ 'a.yaml': yaml }, { env });
    expect(sources[0]?.settings).toMatchObject({ pageSize: 50, archived: true, token: '123456' });
    expect(objectives[0]?.keyResults[0]).toMatchObject({ weight: 0.5, start: 52 });
    expect(await refusal(yaml, { env: { ...env, SIZE: 'many', WEIGHT: '-1' } })).toEqual([
      'a.yaml:6:15 sources[0].pageSize: must be a number, not "many"',
      expect.stringContaining('weight: must not be below zero'),
    ]);
  });

  it('does not make a number of text that was written as text', async () => {
    expect(await refusal(VALID.replace('repositories:', 'pageSize: "50"\n    repositories:'))).toEqual([
      'a.yaml:6:15 sources[0].pageSize: must be a number, not "50"',
    ]);
  });

  it('reads `.env` in the folder, then next to it; the environment wins', async () => {
    const yaml = VALID.replace(
      '[acme/web]',
      `["${ref('A')}", "${ref('B')}", '${ref('C')}', "${ref('D:-d')}"]`,
    );
    const { sources } = await load(
      { 'a.yaml': yaml, '.env': 'A=inside\nB="in side" # comment\n', '../.env': 'A=next\nB=next\nC=next\n' },
      { env: { A: 'environment', C: undefined } },
    );
    expect(sources[0]?.settings).toMatchObject({ repositories: ['environment', 'in side', 'next', 'd'] });
  });
});

describe('secrets', () => {
  it('are the values that went into a secret field, in part and as a whole', async () => {
    const folder = await workspace({ 'key.pem': '-----BEGIN KEY-----\nabc\n-----END KEY-----\n' });
    const { secrets } = await load(
      {
        'a.yaml': VALID.replace(
          'objectives:',
          `  - id: v
    kind: vault
    app: { id: 7, privateKey: "${ref(`file:${join(folder, 'key.pem')}`)}" }
    headers: { Authorization: "Bearer ${ref('TOKEN')}", Accept: "${ref('ACCEPT')}" }
objectives:`,
        ).replace('repositories:', 'token: written-out\n    repositories:'),
      },
      { env: { TOKEN: 's3cr3t', ACCEPT: 'text/html' } },
    );
    expect([...secrets].sort()).toEqual([
      '-----BEGIN KEY-----\nabc\n-----END KEY-----',
      'Bearer s3cr3t',
      's3cr3t',
      'written-out',
    ]);
  });

  it('are in no message, whatever is wrong with them', async () => {
    const secret = 'ghp_a1b2c3d4e5f6';
    const wrong = [
      VALID.replace('repositories:', `token: [${ref('SECRET')}]\n    repositories:`),
      VALID.replace(
        'repositories:',
        `tokn: ${ref('SECRET')}\n    token: { value: ${ref('SECRET')} }\n    repositories:`,
      ),
      VALID.replace('repositories:', `token: ${secret}\n    kind: ${secret}\n    repositories:`),
      VALID.replace('repositories:', `token: ${secret} ]\n    repositories: [\n`),
      VALID.replace('repositories:', `token: "${secret}" "${secret}"\n    repositories:`),
      VALID.replace('[acme/web]', ref('SECRET')).replace(
        'repositories:',
        `token: ${ref('SECRET')}\n    repositories:`,
      ),
      VALID.replace('repositories:', `token: ${ref(`NOPE NOPE:-${secret}`)}\n    repositories:`),
    ];
    for (const yaml of wrong) {
      expect((await refusal(yaml, { env: { SECRET: secret } })).join('\n')).not.toContain(secret);
    }
  });

  it('that are empty are none', async () => {
    const yaml = VALID.replace('repositories:', `token: x${ref('EMPTY:-')}\n    repositories:`);
    expect((await load({ 'a.yaml': yaml })).secrets).toEqual(['x']);
  });
});

describe('a file that may not be read', () => {
  // The superuser may read everything.
  it.skipIf(process.getuid?.() === 0)('is a fault with the reason', async () => {
    const folder = await workspace({});
    await writeFile(join(folder, 'secret'), 'x');
    await chmod(join(folder, 'secret'), 0);
    expect(interpolate(ref('file:secret'), {}, folder).faults).toEqual([
      expect.stringContaining('permission denied'),
    ]);
  });
});
