import type { Terminal } from '../../report/terminal/context.ts';

/** The part of a write stream that tells what its reader can show. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface OutputTerminal extends Terminal {
  /** A person watches: lines may be drawn over. */
  readonly interactive: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const WIDTH_WITHOUT_TERMINAL = 100;

/**
 * What a stream can show. NO_COLOR (https://no-color.org: any value that is not empty) turns colour off and
 * FORCE_COLOR turns it on, the former winning; otherwise a terminal that is not dumb has it. The locale decides
 * whether anything beyond ASCII is written, in a pipe too.
 */
export function detectTerminal(stream: OutputStream, env: Environment): OutputTerminal {
  const tty = stream.isTTY === true;
  const dumb = env.TERM === 'dumb';
  return {
    width: widthOf(stream, env),
    color: hasColor(env, tty && !dumb),
    unicode: !dumb && hasUnicode(env),
    interactive: tty && !dumb && !isSet(env.CI),
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function hasColor(env: Environment, capable: boolean): boolean {
  if (isSet(env.NO_COLOR)) return false;
  const forced = env.FORCE_COLOR;
  if (forced === undefined) return capable;
  return forced !== '0' && forced !== 'false';
}

function widthOf(stream: OutputStream, env: Environment): number {
  if (stream.columns !== undefined && stream.columns > 0) return stream.columns;
  const columns = Number(env.COLUMNS);
  return Number.isInteger(columns) && columns > 0 ? columns : WIDTH_WITHOUT_TERMINAL;
}

/** The first of LC_ALL, LC_CTYPE and LANG that is set names the character set, as POSIX has it. */
function hasUnicode(env: Environment): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isSet);
  return locale !== undefined && /utf-?8/i.test(locale);
}
