import { ConnectorError } from '../../../connectors/errors.ts';
import { escapeHtml } from '../../report/html/markup.ts';
import { toAscii } from '../../report/text.ts';

/** How a value is written so that it stays one where it is put in. */
export type Escape = 'url' | 'header' | 'json' | 'markup' | 'form' | 'none';

type Values = Readonly<Record<string, unknown>>;

const RENDER_MS = 2_000;
const LONGEST = 1024 * 1024;

/** Puts values into a Liquid template. Throws an `input` error for a template that is none, or names what is not there. */
export async function render(
  template: string,
  values: Values,
  place: Escape,
  setting: string,
): Promise<string> {
  if (!template.includes('{')) return template;
  const { Liquid } = await import('liquidjs');
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // No file is ever read.
    templates: {},
    renderLimit: RENDER_MS,
    parseLimit: LONGEST,
    outputEscape: (value: unknown) =>
      ESCAPES[place](value === null || value === undefined ? '' : String(value)),
  });
  // A whole JSON value, quotes and all, with `null` for what is not there: it needs no escaping.
  if (place === 'json')
    liquid.registerFilter('json', { raw: true, handler: (value: unknown) => JSON.stringify(value ?? null) });
  try {
    return String(await liquid.parseAndRender(template, values));
  } catch (error) {
    throw templateError(setting, error instanceof Error ? (error.message.split('\n')[0] ?? '') : '');
  }
}

export function templateError(setting: string, reason: string): ConnectorError {
  return new ConnectorError({
    code: 'input',
    message: `The template of \`${setting}\` cannot be used: ${reason.slice(0, 200)}`,
    endpoint: `the setting \`${setting}\``,
    remedy: 'Correct the template; docs/channels/http.md lists what it may name',
  });
}

const ESCAPES: Readonly<Record<Escape, (text: string) => string>> = {
  url(text) {
    // Percent-encoded or not, these would lead up and out of the path.
    if (text === '.' || text === '..') throw new Error('a value is nothing but dots');
    return encodeURIComponent(text);
  },
  form: (text) => encodeURIComponent(text),
  header: (text) => toAscii(text.replace(/\s+/g, ' ')).trim(),
  json: (text) => JSON.stringify(text).slice(1, -1),
  markup: escapeHtml,
  none: (text) => text,
};

export function escapeFor(contentType: string): Escape {
  if (/[/+]json\b/.test(contentType)) return 'json';
  if (/[/+](?:xml|html)\b/.test(contentType)) return 'markup';
  return contentType.startsWith('application/x-www-form-urlencoded') ? 'form' : 'none';
}
