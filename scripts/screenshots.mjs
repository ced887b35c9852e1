// Draws docs/images/ anew: the demo's report at desktop and phone width, light and dark, in Chrome or Chromium.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const MOST_BYTES = 250_000;

/** Where on the page each begins: at its top, or at the first objective. */
const PICTURES = [
  { name: 'report-light', width: 1280, height: 1150, scheme: 'light', from: null },
  { name: 'report-dark', width: 1280, height: 790, scheme: 'dark', from: '.objective' },
  { name: 'report-phone-light', width: 390, height: 1180, scheme: 'light', from: '.card' },
  { name: 'report-phone-dark', width: 390, height: 1180, scheme: 'dark', from: null },
];

async function main() {
  const chrome = findChrome();
  if (chrome === null) throw new Error('no Chrome or Chromium: install one, or set CHROME_PATH');
  const folder = mkdtempSync(join(tmpdir(), 'krsync-pictures-'));
  const browser = await chromium.launch({ executablePath: chrome, args: ['--no-sandbox'] });
  try {
    const page = pathToFileURL(demoReport(folder)).href;
    mkdirSync(join(root, 'docs/images'), { recursive: true });
    for (const picture of PICTURES) await draw(browser, page, picture);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function demoReport(folder) {
  const krsync = join(root, 'bin/krsync.js');
  const { status, stderr } = spawnSync(process.execPath, [krsync, 'demo', '--directory', 'demo'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the demo ended with ${status}:\n${stderr}`);
  return join(folder, 'demo/report.html');
}

async function draw(browser, url, { name, width, height, scheme, from }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  const page = await context.newPage();
  await page.goto(url);
  if (from !== null) {
    await page
      .locator(from)
      .first()
      .evaluate((one) => {
        const top = one.getBoundingClientRect().top + window.scrollY;
        window.scrollTo({ top: top - 56, behavior: 'instant' });
      });
  }
  const file = join(root, 'docs/images', `${name}.png`);
  await page.screenshot({ path: file });
  await context.close();
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, and at most ${MOST_BYTES} are wanted`);
  process.stdout.write(`${file}: ${Math.round(size / 1000)} kB\n`);
}

function findChrome() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
  }
  return null;
}

await main();
