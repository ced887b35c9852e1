import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, toAscii } from '../../src/report/text.ts';

describe('text of tools and users', () => {
  it('loses colours, cursor moves, window titles and links of a terminal', () => {
    const hostile =
      '\u001b[31mred\u001b[0m \u001b]0;owned\u0007title \u001b[2J\u001b[1;1Hhome \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007';
    expect(cleanText(hostile)).toBe('red title home link');
  });
  it('stays on one line', () => {
    expect(cleanText('  two\r\nlines\tand\u2028more  ')).toBe('two lines and more');
  });
  it('cannot turn the reading direction', () => {
    expect(cleanText('abc\u202egnp.exe\u2066x')).toBe('abcgnp.exex');
  });
  it('keeps accents, other scripts and joined emoji', () => {
    expect(cleanText('åäö 日本語 👩‍💻')).toBe('åäö 日本語 👩‍💻');
  });
  it('holds no control character, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanText(text)).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('ASCII', () => {
  it('spells what it can and marks what it cannot', () => {
    expect(toAscii('Förbättra “ledtiden” → ≤ 24 h … 日')).toBe('Forbattra "ledtiden" -> <= 24 h ... ?');
  });
  it('holds nothing else, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toAscii(cleanText(text))).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
