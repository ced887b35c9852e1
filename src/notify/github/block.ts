/** What stands between the marks of a named block, and what stands around it. */
export interface Split {
  readonly before: string;
  readonly after: string;
}

export function startMark(name: string): string {
  return `<!-- krsync:${name} -->`;
}

export function endMark(name: string): string {
  return `<!-- /krsync:${name} -->`;
}

/** Where the block is in a text, or null where the text has a mark of it and not the other. A new one comes last. */
export function splitAt(text: string, name: string): Split | null {
  const from = text.indexOf(startMark(name));
  const to = text.indexOf(endMark(name), Math.max(0, from));
  if (from < 0 && to < 0) return { before: text.trim() === '' ? '' : `${text.trimEnd()}\n\n`, after: '' };
  if (from < 0 || to < 0) return null;
  return { before: text.slice(0, from), after: text.slice(to + endMark(name).length) };
}

/** A part of a comment that nobody sees and that tells which message it is. */
export function messageMark(id: string): string {
  return `<!-- krsync:message:${id.replace(/[^\w.:-]/g, '-')} -->`;
}
