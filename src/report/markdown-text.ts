import { cleanText, webAddress } from './text.ts';

/**
 * Text of a tool or a user as literal text: nothing in it becomes markup, splits a table's cell, mentions a person
 * or refers to an issue.
 */
export function escapeMarkdown(text: string): string {
  return (
    cleanText(text)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*[\]|~]/g, '\\$&')
      // GitHub looks for references and mentions after Markdown is read, so that a backslash does not stop it.
      .replace(/(?<!&)#(?=\d)/g, '#&#8203;')
      // Inside a word an underscore is no emphasis, and a backslash would show up in a bare link.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replace(/^(?:[-+#=](?=\s|$|[-=#])|\d+(?=[.)]))/, (mark) =>
        /^\d/.test(mark) ? `${mark}&#8203;` : `\\${mark}`,
      )
      .replace(/@(?=[\p{L}\p{N}])(?<![\p{L}\p{N}._+-]@)/gu, '@&#8203;')
      .replace(/\b(GH)-(?=\d)/gi, '$1-&#8203;')
      .replace(/!(?=\\\[)/g, '\\!')
  );
}

/** Such text as a link, where its address is one of the web. */
export function linkMarkdown(text: string, url: string | null): string {
  const address = url === null ? null : webAddress(url);
  if (address === null) return escapeMarkdown(text);
  // Inside angle brackets an address may hold anything but these.
  const safe = address.replace(/[<>|\\`]/g, (character) => encodeURIComponent(character));
  return `[${escapeMarkdown(text)}](<${safe}>)`;
}

export function table(
  titles: readonly string[],
  aligns: readonly ('left' | 'right')[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = line(aligns.map((align) => (align === 'right' ? '---:' : '---')));
  return [line(titles), rule, ...rows.map(line)].join('\n');
}
