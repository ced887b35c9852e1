import pc from 'picocolors';
import type { Outcome, Status } from '../../domain/okr.ts';
import { NO_DATA } from '../format.ts';
import { SPARK_GLYPHS, type SparkGlyphs } from '../sparkline.ts';
import { cleanText, toAscii } from '../text.ts';
import { statusWords } from '../words.ts';

/** What a renderer may use of the screen. */
export interface Terminal {
  /** Columns. Screens are drawn for 60 to 160 and stay readable below. */
  readonly width: number;
  readonly color: boolean;
  /** False: nothing but printable ASCII. */
  readonly unicode: boolean;
}

export interface Glyphs {
  readonly arrow: string;
  readonly dot: string;
  readonly ellipsis: string;
  readonly rule: string;
  readonly note: string;
  /** A bar's filled cell, half cell, rest, and what a bar without data is made of. */
  readonly full: string;
  readonly half: string;
  readonly rest: string;
  readonly none: string;
  /** Where the bar should be by now: ahead of its end, and inside it. */
  readonly mark: string;
  readonly markPassed: string;
  readonly spark: SparkGlyphs;
}

const UNICODE: Glyphs = {
  arrow: '→',
  dot: '·',
  ellipsis: '…',
  rule: '─',
  note: '└',
  full: '━',
  half: '╸',
  rest: '─',
  none: '┄',
  mark: '┼',
  markPassed: '╋',
  spark: SPARK_GLYPHS,
};

const ASCII: Glyphs = {
  arrow: '->',
  dot: '-',
  ellipsis: '...',
  rule: '-',
  note: '`-',
  full: '#',
  half: '+',
  rest: '-',
  none: '.',
  mark: '|',
  markPassed: '|',
  spark: { levels: ['_', '.', '-', '~', '=', '+', '*', '#'], gap: ' ' },
};

const SYMBOLS: Readonly<Record<Status, readonly [unicode: string, ascii: string]>> = {
  on_track: ['✓', '+'],
  at_risk: ['!', '!'],
  off_track: ['✗', 'x'],
  achieved: ['★', '*'],
  no_data: ['○', 'o'],
  held: ['‖', '='],
  stale: ['~', '~'],
  closed: ['■', '#'],
};

type Style = (text: string) => string;

/** What the drawing functions share: the width, the glyphs, colours that vanish when there is none. */
export interface Context {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** Text of a tool or a user, cleaned, and in ASCII where the terminal has no more. */
  text(raw: string): string;
  /** Text of our own, in ASCII where the terminal has no more. */
  own(text: string): string;
  /** `✗` */
  sign(status: Status): string;
  /** `✗ off track`: the sign and the words, so that colour is never alone. */
  status(status: Status, outcome?: Outcome | null): string;
  /** The colour of a status. */
  tint(status: Status, outcome?: Outcome | null): Style;
}

const MAX_WIDTH = 160;
const MIN_WIDTH = 20;

export function createContext(terminal: Terminal): Context {
  const colors = pc.createColors(terminal.color);
  const tints: Readonly<Record<Status, Style>> = {
    on_track: colors.green,
    at_risk: colors.yellow,
    off_track: colors.red,
    achieved: colors.green,
    no_data: colors.dim,
    held: colors.magenta,
    stale: colors.magenta,
    closed: colors.dim,
  };
  function own(text: string): string {
    if (terminal.unicode) return text;
    return text === NO_DATA ? 'n/a' : toAscii(text);
  }
  function sign(status: Status): string {
    return SYMBOLS[status][terminal.unicode ? 0 : 1];
  }
  return {
    width: Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, terminal.width)),
    glyphs: terminal.unicode ? UNICODE : ASCII,
    colors,
    own,
    text: (raw) => own(cleanText(raw)),
    sign,
    status: (status, outcome = null) => `${sign(status)} ${statusWords(status, outcome)}`,
    tint: (status, outcome = null) => {
      if (status !== 'closed') return tints[status];
      if (outcome === 'achieved') return colors.green;
      return outcome === 'missed' ? colors.red : colors.dim;
    },
  };
}
