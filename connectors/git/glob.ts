/** What a character class may name: https://git-scm.com/docs/gitignore points to fnmatch(3). */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  blank: ' \\t',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9a-fA-F',
};

/**
 * A matcher for a pattern of .gitattributes, as gitattributes(5) has it: without a slash it matches a name in any
 * folder, with one a path from the file's own folder on; a folder alone matches nothing in it. No braces, no extglob.
 * Null for a pattern that matches no file.
 */
export function gitGlob(pattern: string): ((path: string) => boolean) | null {
  if (pattern === '' || pattern.endsWith('/')) return null;
  if (!pattern.includes('/')) {
    const name = toRegExp(pattern);
    return name && ((path) => name.test(path.slice(path.lastIndexOf('/') + 1)));
  }
  const whole = toRegExp(pattern.replace(/^\//, ''));
  return whole && ((path) => whole.test(path));
}

/** Null where a class does not end, which git takes for matching nothing. */
function toRegExp(glob: string): RegExp | null {
  let source = '';
  // Git compares what stands before the first wildcard by itself: what follows begins a pattern of its own.
  const begin = glob.search(/[*?[\\]/);
  for (let at = 0; at < glob.length; ) {
    const char = glob[at] ?? '';
    if (char === '*') {
      let to = at;
      while (glob[to] === '*') to++;
      const wide =
        to - at >= 2 && (at === begin || glob[at - 1] === '/') && (to === glob.length || glob[to] === '/');
      if (wide && glob[to] === '/') {
        source += '(?:.*/)?';
        to++;
      } else source += wide ? '.*' : '[^/]*';
      at = to;
    } else if (char === '?') {
      source += '[^/]';
      at++;
    } else if (char === '[') {
      const found = classAt(glob, at);
      if (found === null) return null;
      source += found.source;
      at = found.end;
    } else {
      if (char === '\\') at++;
      if (at >= glob.length) return null;
      source += literal(glob[at] ?? '');
      at++;
    }
  }
  return new RegExp(`^${source}$`, 's');
}

function classAt(glob: string, start: number): { source: string; end: number } | null {
  let at = start + 1;
  const negated = glob[at] === '!' || glob[at] === '^';
  if (negated) at++;
  let inner = '';
  for (let first = true; first || glob[at] !== ']'; first = false) {
    if (at >= glob.length) return null;
    const named = /^\[:(\w+):\]/.exec(glob.slice(at));
    if (named) {
      const members = CLASSES[named[1] ?? ''];
      if (members === undefined) return null;
      inner += members;
      at += named[0].length;
      continue;
    }
    const from = memberAt(glob, at);
    if (from === null) return null;
    at = from.end;
    if (glob[at] === '-' && at + 1 < glob.length && glob[at + 1] !== ']') {
      const to = memberAt(glob, at + 1);
      if (to === null) return null;
      at = to.end;
      if (from.char <= to.char) inner += `${literal(from.char)}-${literal(to.char)}`;
    } else inner += literal(from.char);
  }
  // A class never matches the slash between folders.
  return { source: negated ? `(?!/)[^${inner}]` : `(?!/)[${inner}]`, end: at + 1 };
}

function memberAt(glob: string, at: number): { char: string; end: number } | null {
  const escaped = glob[at] === '\\';
  const char = glob[escaped ? at + 1 : at];
  return char === undefined ? null : { char, end: at + (escaped ? 2 : 1) };
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}
