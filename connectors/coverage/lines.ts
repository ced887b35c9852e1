import { ReportFault } from '../files.ts';

/** In characters; the names of C++ functions are long. */
const LONGEST_LINE = 2 ** 20;

export interface LineReader {
  write(text: string): void;
  /** How many lines there were; another file may follow. */
  end(): number;
}

/** Hands on text line by line, counting from 1. A line without end is a fault with the message. */
export function lineReader(message: string, take: (text: string, line: number) => void): LineReader {
  let line = 0;
  let rest = '';
  return {
    write(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) take(each, ++line);
      if (rest.length > LONGEST_LINE) throw new ReportFault(message, line + 1, 1);
    },
    end() {
      if (rest !== '') take(rest, ++line);
      const lines = line;
      rest = '';
      line = 0;
      return lines;
    },
  };
}
