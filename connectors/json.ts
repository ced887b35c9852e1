import { ReportFault } from './files.ts';

/** Parses JSON; a ReportFault says where it breaks off, which not every version of Node does. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (text.trim() === '') throw new ReportFault('the file is empty', 1, 1);
    const at = firstFault(text);
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    throw new ReportFault('it is not valid JSON', line, at - before.lastIndexOf('\n'));
  }
}

const BLANK = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/** Where the text stops being JSON: its length when it only lacks an end. */
function firstFault(text: string): number {
  const open: ('{' | '[')[] = [];
  let at = 0;
  /** What may come: a value, a key, or what follows a value; `first` right after an opening bracket. */
  let expected: 'value' | 'key' | 'next' = 'value';
  let first = false;

  function skip(pattern: RegExp): boolean {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match !== null;
  }

  while (skip(BLANK) && at < text.length) {
    const char = text[at];
    const closes =
      (expected === 'next' || first) && char === (open.at(-1) === '{' ? '}' : ']') && open.length > 0;
    first = false;
    if (closes) {
      open.pop();
      expected = 'next';
      at++;
    } else if (expected === 'next') {
      if (char !== ',' || open.length === 0) return at;
      expected = open.at(-1) === '{' ? 'key' : 'value';
      at++;
    } else if (expected === 'key') {
      if (char !== '"' || !skip(SCALAR)) return at;
      skip(BLANK);
      if (text[at] !== ':') return at;
      expected = 'value';
      at++;
    } else if (char === '{' || char === '[') {
      open.push(char);
      expected = char === '{' ? 'key' : 'value';
      first = true;
      at++;
    } else {
      if (!skip(SCALAR)) return at;
      expected = 'next';
    }
  }
  return text.length;
}
