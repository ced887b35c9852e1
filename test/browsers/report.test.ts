import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { renderHtml } from '../../src/report/html/page.ts';
import { aFullReport, aHostileReport, HOSTILE } from '../support/models.ts';
import { makeTempFolder, type TempFolder } from '../support/temp.ts';

/** Set by `npm run browsers`. */
const CHROME = process.env.CHROME_PATH ?? '';
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

describe.skipIf(CHROME === '')('the HTML report in a real browser (`npm run browsers` runs this)', () => {
  let browser: Browser;
  let folder: TempFolder;
  let full: string;

  async function saved(name: string, html: string): Promise<string> {
    const file = join(folder.path, name);
    await writeFile(file, html);
    return pathToFileURL(file).href;
  }

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROME, args: ['--no-sandbox', '--disable-gpu'] });
    folder = await makeTempFolder();
    full = await saved('full.html', renderHtml(aFullReport()));
  });
  afterAll(async () => {
    await browser.close();
    await folder.dispose();
  });

  /** A page with everything that it asked for and complained about. */
  async function opened(url: string, options: BrowserContextOptions = {}) {
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

  const widths = (page: Page) =>
    page.evaluate('[document.documentElement.scrollWidth, window.innerWidth]') as Promise<[number, number]>;
  const cards = (page: Page) =>
    page.locator('.card:visible').evaluateAll((found) => found.map(({ id }) => id));

  test('asks for nothing but itself, and has nothing to complain of', async () => {
    const { page, asked, said } = await opened(full);
    for (const one of await page.locator('summary').all()) await one.click();
    await page.getByRole('button', { name: 'Switch to dark' }).click();
    await page.mouse.wheel(0, 20_000);
    expect(asked).toEqual([full]);
    expect(said).toEqual([]);
  });

  test.each(HOSTILE.map((text, i) => [i, text]))(
    'runs nothing of hostile text %i and stays in its width',
    async (i, text) => {
      const url = await saved(`hostile-${i}.html`, renderHtml(aHostileReport(text)));
      const { page, asked, said } = await opened(url, { viewport: PHONE });
      await page.mouse.move(180, 370);
      expect(said).toEqual([]);
      expect(asked).toEqual([url]);
      expect(await page.locator('main script, main img, main iframe, main style').count()).toBe(0);
      const [wide, window] = await widths(page);
      expect(wide).toBeLessThanOrEqual(window);
    },
  );

  test.each([
    ['a phone', PHONE],
    ['a narrow phone', { width: 320, height: 640 }],
    ['a tablet', { width: 768, height: 1024 }],
    ['a desktop', DESKTOP],
  ])('never scrolls sideways on %s', async (_name, viewport) => {
    const { page } = await opened(full, { viewport });
    for (const one of await page.locator('summary').all()) await one.click();
    const [wide, window] = await widths(page);
    expect(wide).toBeLessThanOrEqual(window);
  });

  test.each([
    ['light', DESKTOP],
    ['dark', DESKTOP],
    ['light', PHONE],
    ['dark', PHONE],
  ] as const)('axe finds nothing in %s at %o', async (colorScheme, viewport) => {
    const { page } = await opened(full, { colorScheme, viewport });
    for (const one of await page.locator('summary').all()) await one.click();
    // The page's own policy lets nothing in: axe comes through the debugger.
    await page.evaluate((await import('axe-core')).source);
    const found = (await page.evaluate('axe.run(document)')) as {
      readonly violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
      readonly passes: readonly unknown[];
    };
    expect(found.passes.length).toBeGreaterThan(15);
    expect(found.violations.map(({ id, impact, nodes }) => [id, impact, nodes[0]?.html])).toEqual([]);
  });

  test('shows by team, owner and status, also from its address, and everything again', async () => {
    const { page } = await opened(full);
    const all = await cards(page);
    expect(all).toHaveLength(8);
    await page.getByLabel('Team').selectOption('Web');
    expect(await cards(page)).toEqual(all.filter((id) => id.startsWith('kr/small-and-often/')));
    expect(await page.locator('#shown').textContent()).toBe('3 of 8 key results shown');
    expect(await page.locator('.glance li:visible').count()).toBe(1);
    await page.locator('select[name=status]').selectOption('off_track');
    expect(await cards(page)).toEqual(['kr/small-and-often/cycle-time']);
    expect(await page.locator('.moved tbody tr:visible').count()).toBe(1);
    await page.reload();
    expect(await cards(page)).toEqual(['kr/small-and-often/cycle-time']);
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await cards(page)).toEqual(all);
  });

  test('shows everything and no dead controls where no script runs', async () => {
    const { page } = await opened(full, { javaScriptEnabled: false });
    expect(await page.locator('.card:visible').count()).toBe(8);
    expect(await page.locator('select:visible, button:visible').count()).toBe(0);
  });

  test('is dark or light as the system says, until the switch is used, which is remembered', async () => {
    const { page } = await opened(full, { colorScheme: 'dark' });
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(19, 22, 26)');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await paper()).toBe('rgb(246, 246, 244)');
    await page.reload();
    expect(await paper()).toBe('rgb(246, 246, 244)');
  });

  test('prints in light on paper, without its controls, no card torn apart and nothing cut off', async () => {
    const { page } = await opened(full, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 680, height: 960 });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('select:visible, button:visible, summary:visible').count()).toBe(0);
    const breaks = await page
      .locator('.card')
      .evaluateAll((found) =>
        found.map((one) => one.ownerDocument.defaultView?.getComputedStyle(one).breakInside),
      );
    expect(new Set(breaks)).toEqual(new Set(['avoid']));
    const [wide, window] = await widths(page);
    expect(wide).toBeLessThanOrEqual(window);
    const pdf = await page.pdf({ format: 'A4', printBackground: false });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(9);
  });

  test('keeps every label of a chart inside its drawing', async () => {
    for (const viewport of [DESKTOP, PHONE]) {
      const { page } = await opened(full, { viewport });
      const cut = await page.locator('.drawing').evaluateAll((found) =>
        found.flatMap((drawing) => {
          const box = drawing.getBoundingClientRect();
          return [...drawing.querySelectorAll('text')]
            .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }))
            .filter(
              ({ box: one }) =>
                one.left < box.left - 2 || one.right > box.right + 2 || one.bottom > box.bottom + 2,
            )
            .map(({ text }) => text);
        }),
      );
      expect(cut).toEqual([]);
    }
  });
});
