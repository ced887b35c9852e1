import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../src/report/html/page.ts';
import { aFullReport, aHostileReport, HOSTILE } from '../support/models.ts';
import { makeTempFolder, type TempFolder } from '../support/temp.ts';
import { axeFindings, CHROME, cardsOf, DESKTOP, openIn, PHONE, VIEWS, widthsOf } from './opened.ts';

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

  const opened = (url: string, options: BrowserContextOptions = {}) => openIn(browser, url, options);

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
      const [wide, window] = await widthsOf(page);
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
    const [wide, window] = await widthsOf(page);
    expect(wide).toBeLessThanOrEqual(window);
  });

  test.each(VIEWS)('axe finds nothing in %s at %o', async (colorScheme, viewport) => {
    const { page } = await opened(full, { colorScheme, viewport });
    for (const one of await page.locator('summary').all()) await one.click();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('shows by team, owner and status, also from its address, and everything again', async () => {
    const { page } = await opened(full);
    const all = await cardsOf(page);
    expect(all).toHaveLength(8);
    await page.getByLabel('Team').selectOption('Web');
    expect(await cardsOf(page)).toEqual(all.filter((id) => id.startsWith('kr/small-and-often/')));
    expect(await page.locator('#shown').textContent()).toBe('3 of 8 key results shown');
    expect(await page.locator('.glance li:visible').count()).toBe(1);
    await page.locator('select[name=status]').selectOption('off_track');
    expect(await cardsOf(page)).toEqual(['kr/small-and-often/cycle-time']);
    expect(await page.locator('.moved tbody tr:visible').count()).toBe(1);
    await page.reload();
    expect(await cardsOf(page)).toEqual(['kr/small-and-often/cycle-time']);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => cardsOf(page)).toEqual(all);
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
    const [wide, window] = await widthsOf(page);
    expect(wide).toBeLessThanOrEqual(window);
    const pdf = await page.pdf({ format: 'A4', printBackground: false });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(9);
  });

  test('lets no label of a chart cover another', async () => {
    for (const viewport of [DESKTOP, PHONE]) {
      const { page } = await opened(full, { viewport });
      const covered = await page.locator('.labels').evaluateAll((found) =>
        found.flatMap((labels) => {
          const texts = [...labels.querySelectorAll('text')].map((text) => ({
            text: text.textContent,
            box: text.getBoundingClientRect(),
          }));
          const ordered = texts.toSorted((a, b) => a.box.top - b.box.top);
          // The box of a text is higher than its letters.
          return ordered.filter(({ box }, i) => box.top < (ordered[i - 1]?.box.bottom ?? 0) - 3);
        }),
      );
      expect(covered).toEqual([]);
    }
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
