import { chromium } from 'playwright-core';
const [url, out, width, scheme, ...ys] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const h = +width > 600 ? 1200 : 1500;
const page = await (await browser.newContext({ viewport: { width: +width, height: h }, colorScheme: scheme })).newPage();
await page.goto(url);
for (const y of ys) { await page.evaluate(`window.scrollTo({top:${+y * (h - 60)},behavior:'instant'})`); await page.screenshot({ path: `${out}-${y}.png` }); }
await browser.close();
