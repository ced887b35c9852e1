import { cleanText, webAddress } from '../text.ts';

/** Markup that is safe as it stands. Only this file makes one, so that nothing reaches the page unescaped. */
export class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

export type Content = Markup | string | number | null | readonly Content[];

/** A template of markup: whatever is put into it is escaped, unless it is markup itself. Null is nothing. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let text = strings[0] ?? '';
  for (const [i, content] of contents.entries()) text += written(content) + (strings[i + 1] ?? '');
  return new Markup(text);
}

/** Our own style or script, which holds nothing of a user. */
export function verbatim(text: string): Markup {
  return new Markup(text);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function written(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'object') return content.map(written).join('');
  return escapeHtml(String(content));
}

/** Text as it stands in HTML and XML, inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Facts in a row, set apart by dots; those that are null left out. */
export function joined(facts: readonly (Content | null)[]): Content {
  return facts.filter((fact) => fact !== null).map((fact, i) => [i === 0 ? '' : ' · ', fact]);
}

/** Text of a tool or a user: on one line, without control characters, and its direction kept to itself. */
export function said(text: string): Markup {
  return html`<bdi>${cleanText(text)}</bdi>`;
}

/** Such text as a link, where the address is one that a browser may follow from here. */
export function linked(text: string, url: string | null): Markup {
  const address = url === null ? null : webAddress(url);
  if (address === null) return said(text);
  return html`<a href="${address}" rel="noopener noreferrer">${said(text)}</a>`;
}
