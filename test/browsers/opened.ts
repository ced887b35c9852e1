import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Set by `npm run browsers`. */
export const CHROME = process.env.CHROME_PATH ?? '';
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };
/** Every way in which a page is looked at. */
export const VIEWS = [
  ['light', DESKTOP],
  ['dark', DESKTOP],
  ['light', PHONE],
  ['dark', PHONE],
] as const;

export interface Opened {
  readonly page: Page;
  /** The addresses that it asked for. */
  readonly asked: readonly string[];
  /** What it complained of: its console, its errors, its dialogs, what its policy refused. */
  readonly said: readonly string[];
}

/** A page with everything that it asked for and complained about, closed when the test ends. */
export async function openIn(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const asked: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('dialog', (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, asked, said };
}

/** How wide it is, and how wide its window. */
export async function widthsOf(page: Page): Promise<readonly [page: number, window: number]> {
  return page.evaluate('[document.documentElement.scrollWidth, window.innerWidth]');
}

/** The ids of the key results that are shown. */
export async function cardsOf(page: Page): Promise<readonly string[]> {
  return page.locator('.card:visible').evaluateAll((found) => found.map(({ id }) => id));
}

/** Everything that axe has against the page as it stands. */
export async function axeFindings(page: Page): Promise<readonly unknown[]> {
  // The page's own policy lets nothing in: axe comes through the debugger.
  await page.evaluate((await import('axe-core')).source);
  const found = (await page.evaluate('axe.run(document)')) as {
    readonly violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
    readonly passes: readonly unknown[];
  };
  if (found.passes.length <= 15) throw new Error('axe looked at next to nothing');
  return found.violations.map(({ id, impact, nodes }) => [id, impact, nodes[0]?.html]);
}
