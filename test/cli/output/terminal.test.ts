import { describe, expect, it } from 'vitest';
import { detectTerminal } from '../../../src/cli/output/terminal.ts';

const TTY = { isTTY: true, columns: 120 };
const PIPE = {};
const UTF8 = { LANG: 'en_US.UTF-8', TERM: 'xterm-256color' };

describe('a terminal', () => {
  it('has its own width, colour and moving lines', () => {
    expect(detectTerminal(TTY, UTF8)).toEqual({ width: 120, color: true, unicode: true, interactive: true });
  });
  it('has no colour with NO_COLOR, even against FORCE_COLOR, but an empty NO_COLOR means nothing', () => {
    expect(detectTerminal(TTY, { ...UTF8, NO_COLOR: '1', FORCE_COLOR: '1' }).color).toBe(false);
    expect(detectTerminal(TTY, { ...UTF8, NO_COLOR: '' }).color).toBe(true);
  });
  it('that is dumb gets plain ASCII that stands still', () => {
    expect(detectTerminal(TTY, { ...UTF8, TERM: 'dumb' })).toEqual({
      width: 120,
      color: false,
      unicode: false,
      interactive: false,
    });
  });
  it('of a CI job stands still', () => {
    expect(detectTerminal(TTY, { ...UTF8, CI: 'true' }).interactive).toBe(false);
  });
});

describe('a pipe', () => {
  it('gets no colour and no moving lines, but keeps the locale', () => {
    expect(detectTerminal(PIPE, UTF8)).toEqual({
      width: 100,
      color: false,
      unicode: true,
      interactive: false,
    });
  });
  it('gets colour when it is forced, and not when that is 0', () => {
    expect(detectTerminal(PIPE, { ...UTF8, FORCE_COLOR: '1' }).color).toBe(true);
    expect(detectTerminal(PIPE, { ...UTF8, FORCE_COLOR: '' }).color).toBe(true);
    expect(detectTerminal(PIPE, { ...UTF8, FORCE_COLOR: '0' }).color).toBe(false);
  });
  it('takes its width from COLUMNS where that is a number', () => {
    expect(detectTerminal(PIPE, { COLUMNS: '72' }).width).toBe(72);
    expect(detectTerminal(PIPE, { COLUMNS: 'wide' }).width).toBe(100);
  });
});

describe('the locale', () => {
  it('is the first of LC_ALL, LC_CTYPE and LANG that is set', () => {
    const unicode = (env: Record<string, string>): boolean => detectTerminal(TTY, env).unicode;
    expect(unicode({ LANG: 'sv_SE.utf8' })).toBe(true);
    expect(unicode({ LC_ALL: 'C', LANG: 'sv_SE.UTF-8' })).toBe(false);
    expect(unicode({ LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' })).toBe(true);
    expect(unicode({})).toBe(false);
  });
});
