import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../../src/domain/redact.ts';
import { leaksOf } from '../support/secrets.ts';

test('a secret is taken out as it is and in every encoding, wherever it stands in what was encoded', () => {
  const secret = fc
    .string({ minLength: 8, maxLength: 40, unit: 'grapheme' })
    .filter((text) => text.trim().length >= 8);
  const around = fc.string({ maxLength: 12, unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(secret, around, around, (hidden, before, after) => {
      const redact = createRedactor([hidden]);
      const inside = `${before}${hidden}${after}`;
      const shown = [
        inside,
        encodeURIComponent(inside),
        new URLSearchParams({ q: inside }).toString(),
        Buffer.from(inside).toString('base64'),
        Buffer.from(inside).toString('base64url'),
        Buffer.from(inside).toString('hex'),
        JSON.stringify({ a: inside }),
        JSON.stringify(JSON.stringify({ a: inside })),
        JSON.stringify(encodeURIComponent(inside)),
        encodeURIComponent(encodeURIComponent(inside)),
      ];
      for (const text of shown) expect(leaksOf(redact(`<${text}>`), [hidden])).toEqual([]);
    }),
    { seed: 11, numRuns: 150 },
  );
});

test('of two secrets the one that contains the other goes whole', () => {
  expect(createRedactor(['secret', 'secret-and-more'])('say secret-and-more now')).toBe('say [redacted] now');
});

test('what holds no secret stays as it is, and a value too short to be one takes no words away', () => {
  const redact = createRedactor(['', 'a', 'abc', 'a-real-secret']);
  expect(redact('a cat at /abc/api')).toBe('a cat at /abc/api');
});

test('letters and digits that are written as codes hide no secret', () => {
  const redact = createRedactor(['se"cret\\7']);
  const codes = (before: string) =>
    [...'se"cret\\7'].map((one) => `${before}${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
  for (const before of ['%', '%25', '\\u00', '\\\\u00'])
    expect(redact(`<${codes(before)}>`)).toBe('<[redacted]>');
});

test('a long text is looked through in no time, whatever its secrets are made of', () => {
  const redact = createRedactor([
    '\\'.repeat(40),
    `${'\\"'.repeat(20)}end`,
    'a'.repeat(40),
    ...Array.from({ length: 200 }, (_, i) => `secret-${i}-of-many`),
  ]);
  const began = performance.now();
  redact('\\'.repeat(5_000) + 'a"\\'.repeat(5_000) + 'a'.repeat(39));
  expect(performance.now() - began).toBeLessThan(2_000);
});
