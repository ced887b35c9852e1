import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor, inShort } from '../../src/domain/redact.ts';
import { leaksOf } from '../support/secrets.ts';

function encodingsOf(inside: string): string[] {
  return [
    inside,
    encodeURIComponent(inside),
    new URLSearchParams({ q: inside }).toString(),
    Buffer.from(inside).toString('base64'),
    Buffer.from(inside).toString('base64url'),
    Buffer.from(inside).toString('hex'),
    JSON.stringify({ a: inside }),
    JSON.stringify(JSON.stringify({ a: inside })),
    JSON.stringify({ a: inside }).replaceAll('/', '\\/'),
    JSON.stringify(encodeURIComponent(inside)),
    encodeURIComponent(encodeURIComponent(inside)),
    everyByteAsCode(inside),
    encodeURIComponent(everyByteAsCode(inside)),
    everyUnitAsCode(inside),
    JSON.stringify(everyUnitAsCode(inside)),
    partlyAsCode(inside, everyByteAsCode, encodeURIComponent),
    partlyAsCode(inside, everyUnitAsCode, (one) => JSON.stringify(one).slice(1, -1)),
  ];
}

/** Every second letter or digit as a code, and the rest as usual. */
function partlyAsCode(text: string, code: (one: string) => string, usual: (one: string) => string): string {
  return [...text].map((one, i) => (i % 2 === 0 && /[a-z\d]/i.test(one) ? code(one) : usual(one))).join('');
}

function everyByteAsCode(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function everyUnitAsCode(text: string): string {
  return Array.from(
    { length: text.length },
    (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}

test('a secret is taken out as it is and in every encoding, wherever it stands in what was encoded', () => {
  const secret = fc
    .string({ minLength: 8, maxLength: 40, unit: 'grapheme' })
    .filter((text) => text.trim().length >= 8);
  const around = fc.string({ maxLength: 12, unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(secret, around, around, (hidden, before, after) => {
      const redact = createRedactor([hidden]);
      for (const text of encodingsOf(`${before}${hidden}${after}`))
        expect(leaksOf(redact(`<${text}>`), [hidden])).toEqual([]);
    }),
    { seed: 11, numRuns: 60 },
  );
});

test('what in a secret, or beside it, reads as the code of another letter hides none of it', () => {
  const piece = fc.constantFrom(
    ...[
      '%',
      '%77',
      '%41',
      '%25',
      '25',
      '5%',
      '\\',
      '\\u0077',
      'u00',
      '0',
      '00',
      '7',
      '77',
      '4',
      '1',
      'a',
      'f',
      'wordLong',
    ],
    ...['Z', '-', '/', '=', '"', 'é'],
  );
  const secret = fc
    .array(piece, { minLength: 3, maxLength: 12 })
    .map((pieces) => pieces.join(''))
    .filter((text) => text.length >= 6);
  const around = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(secret, around, around, (hidden, before, after) => {
      const redact = createRedactor([hidden]);
      for (const text of encodingsOf(`${before}${hidden}${after}`)) {
        expect(redact(`<${text}>`), text).toContain('[redacted]');
        expect(leaksOf(redact(`<${text}>`), [hidden])).toEqual([]);
      }
    }),
    {
      seed: 12,
      numRuns: 400,
      examples: [
        ['pass%77wordLong', 'the password ', ' is wrong'],
        ['a=b%41Long', 'https://hooks.test/run?sig=', ''],
        ['41secretsecret', '5%', ''],
        ['pass\\u0077wordLong', '', ''],
        ['%77%254', '', '1'],
        ['77secret-secret', '\\u00', ''],
      ],
    },
  );
});

/** What programs do to a text before they put it into another one, each with its undoing. */
const ENCODERS: Readonly<Record<string, readonly [(text: string) => string, (text: string) => string]>> = {
  url: [encodeURIComponent, decodedUrl],
  json: [(text) => JSON.stringify(text).slice(1, -1), decodedJson],
  html: [escapedHtml, decodedHtml],
  entities: [
    (text) => text.replace(/[^A-Za-z\d]/gu, (one) => `&#x${one.codePointAt(0)?.toString(16)};`),
    decodedHtml,
  ],
  'decimal entities': [
    (text) => text.replace(/[^A-Za-z\d]/gu, (one) => `&#0${one.codePointAt(0)};`),
    decodedHtml,
  ],
};

function escapedHtml(text: string): string {
  const names: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (one) => names[one] ?? one);
}

function decodedUrl(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) =>
    Buffer.from(codes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

function decodedJson(text: string): string {
  const letters: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_, code?: string, one = '') =>
    code === undefined ? (letters[one] ?? one) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function decodedHtml(text: string): string {
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (all, hex?: string, decimal?: string, name = '') => {
      if (name !== '') return names[name] ?? all;
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}

test('a secret is found in what was encoded three times, in any order', () => {
  const piece = fc.constantFrom(
    ...[
      '&',
      '"',
      "'",
      '<',
      '>',
      '/',
      '\\',
      '%',
      '+',
      ' ',
      ';',
      '#',
      'amp',
      'é',
      '\n',
      '=',
      'word',
      '7',
      '😀',
    ],
  );
  const secret = fc
    .array(piece, { minLength: 4, maxLength: 10 })
    .map((pieces) => pieces.join(''))
    .filter((text) => text.length >= 6);
  const around = fc.array(piece, { maxLength: 2 }).map((pieces) => pieces.join(''));
  const encoders = fc
    .tuple(
      fc.constantFrom(...Object.keys(ENCODERS)),
      fc.array(fc.constantFrom('url', 'json', 'html'), { maxLength: 2 }),
    )
    .map(([first, then]) => [first, ...then]);
  fc.assert(
    fc.property(secret, around, around, encoders, (hidden, before, after, names) => {
      const steps = names.flatMap((name) => (ENCODERS[name] === undefined ? [] : [ENCODERS[name]]));
      const text = steps.reduce((inside, [encode]) => encode(inside), `${before}${hidden}${after}`);
      const shown = createRedactor([hidden])(`(${text})`);
      expect(shown, text).toContain('[redacted]');
      const read = steps.reduceRight((inside, [, decode]) => decode(inside), shown);
      // Two of them may stand side by side, or one inside what was taken out.
      expect(`${before}${after}`.includes(hidden) || !read.includes(hidden), text).toBe(true);
    }),
    { seed: 13, numRuns: 600 },
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
    '&&&;;end',
    '""\'\'end',
    ...Array.from({ length: 200 }, (_, i) => `secret-${i}-of-many`),
  ]);
  const began = performance.now();
  redact(`${'\\'.repeat(30_000)}secret-7-of-many${'a"\\'.repeat(5_000)}${'a'.repeat(39)}end`);
  redact(`${'%5C'.repeat(10_000)}${'%255C%22'.repeat(5_000)}${'&amp;'.repeat(10_000)}${'a'.repeat(39)}end`);
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('of an answer of any length the beginning is shown at once, be it one word or blanks', () => {
  const began = performance.now();
  expect(inShort('x'.repeat(200_000), ['a-real-secret'], 20)).toBe(`${'x'.repeat(20)}…`);
  expect(inShort(' '.repeat(200_000), ['a-real-secret'], 20)).toBe('');
  expect(inShort(`no${' '.repeat(200_000)}`, [], 20)).toBe('no');
  expect(performance.now() - began).toBeLessThan(500);
});

test('a secret that stands where a long answer is cut shows no part of itself', () => {
  const secret = 'correct horse "battery" staple';
  for (const written of [secret, encodeURIComponent(secret), JSON.stringify(JSON.stringify(secret))]) {
    for (let read = 64 * 1024; read < 65 * 1024; read += 7) {
      const answer = `no${' '.repeat(read - 2)}${written} is wrong`;
      expect(inShort(answer, [secret], 200)).not.toMatch(/correct|orse|battery/);
    }
  }
});
