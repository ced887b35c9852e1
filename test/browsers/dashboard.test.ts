import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StatusModel } from '../../src/report/model.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { serveIn } from '../support/serve.ts';
import { makeTempFolder, type TempFolder } from '../support/temp.ts';
import { axeFindings, CHROME, cardsOf, openIn, PHONE, VIEWS, widthsOf } from './opened.ts';

const NOW = at('2026-11-24T06:00:00Z');
const DAY = 86_400_000;
const TITLE = 'Builds are quick <script>alert(1)</script>';

/** Minutes and a share for each day since the cycle began, the share rising and the minutes falling. */
const TABLE = [
  'day,minutes,share',
  ...Array.from({ length: 54 }, (_, i) => {
    const day = new Date(NOW - (53 - i) * DAY).toISOString().slice(0, 10);
    return `${day}T05:00:00Z,${(20 - i * 0.15).toFixed(2)},${(0.5 + i * 0.006).toFixed(3)}`;
  }),
  '',
].join('\n');

const keyResult = (id: string, start: string, target: string, series: string): string =>
  `      - { id: ${id}, title: The key result ${id}, start: ${start}, target: ${target}, pace: line, metric: { measure: sample, options: { series: ${series} }, aggregate: last, window: 3d } }`;

/** Every status that a filter can ask for, over two teams and three owners. */
const CONFIGURATION = `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
since: 2026-10-01
timezone: Europe/Stockholm
database: ../krsync.db
sources:
  - id: builds
    kind: csv
    tables:
      - { path: ../builds.csv, series: minutes, map: { time: day, value: minutes } }
      - { path: ../builds.csv, series: share, map: { time: day, value: share } }
objectives:
  - id: quick
    title: "${TITLE}"
    owner: ana@acme.dev
    team: Web
    keyResults:
${keyResult('behind', '20', '0', 'minutes')}
${keyResult('reached', '20', '13', 'minutes')}
  - id: sound
    title: What we ship works
    owner: bo@acme.dev
    team: Core
    keyResults:
${keyResult('ahead', '0.5', '0.9', 'share')}
${keyResult('slow', '0.5', '1.2', 'share')}
  - id: known
    title: We know where we stand
    owner: cem@acme.dev
    team: Core
    keyResults:
${keyResult('empty', '1', '2', 'nothing')}
`;

describe.skipIf(CHROME === '')('the dashboard of krsync serve in a real browser', () => {
  let browser: Browser;
  let folder: TempFolder;
  let clock = NOW;
  let url: string;
  /** What the API says of it: `team`, `owner` and `status` of each key result by its place in the page. */
  let known: readonly { readonly card: string; readonly [field: string]: string | null }[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROME, args: ['--no-sandbox', '--disable-gpu'] });
    folder = await makeTempFolder();
    await writeProject(folder.path, { 'config/okrs.yaml': CONFIGURATION, 'builds.csv': TABLE });
    const updated = await krsync(folder.path, ['update'], { now: () => NOW });
    expect(updated.code, updated.stderr).toBe(0);
  });
  afterAll(async () => {
    await browser.close();
    await folder.dispose();
  });
  beforeEach(async () => {
    const server = await serveIn(folder.path, ['--no-schedule'], { now: () => clock });
    url = `${server.url}/`;
    const { objectives } = JSON.parse((await server.get('/api/status')).body) as StatusModel;
    known = objectives.flatMap(({ id, team, owner, keyResults }) =>
      keyResults.map((one) => ({ card: `kr/${id}/${one.id}`, team, owner, status: one.status })),
    );
  });

  const opened = (options: BrowserContextOptions = {}, hash = '') => openIn(browser, url + hash, options);
  const where = (fields: Readonly<Record<string, string>>) =>
    known
      .filter((one) => Object.entries(fields).every(([field, value]) => one[field] === value))
      .map(({ card }) => card);
  const options = (page: Page, name: string) =>
    page
      .locator(`select[name=${name}] option`)
      .evaluateAll((found) => found.map((option) => (option as unknown as { value: string }).value));

  test('has the statuses that its filters are tried with', () => {
    expect(new Set(known.map(({ status }) => status))).toEqual(
      new Set(['off_track', 'achieved', 'on_track', 'at_risk', 'no_data']),
    );
  });

  test('every choice of every filter shows what the API says belongs to it, and nothing is refused or complained of', async () => {
    const { page, asked, said } = await opened();
    expect(await page.locator('h2').first().isVisible()).toBe(true);
    for (const name of ['team', 'owner', 'status']) {
      const [all, ...values] = await options(page, name);
      expect(all).toBe('');
      expect(new Set(values)).toEqual(new Set(known.map((one) => one[name])));
      for (const value of values) {
        await page.locator(`select[name=${name}]`).selectOption(value);
        const wanted = where({ [name]: value });
        expect(await cardsOf(page)).toEqual(wanted);
        expect(await page.locator('#shown').textContent()).toBe(
          `${wanted.length} of ${known.length} key results shown`,
        );
      }
      await page.getByRole('button', { name: 'Show all' }).click();
      // The form is empty a moment after it is told so.
      await expect.poll(() => cardsOf(page)).toEqual(known.map(({ card }) => card));
    }
    expect(asked).toEqual([url]);
    expect(said).toEqual([]);
  });

  test('two filters together show what both ask for, and live in the address', async () => {
    const { page, said } = await opened();
    await page.locator('select[name=team]').selectOption('Core');
    await page.locator('select[name=status]').selectOption('on_track');
    const both = where({ team: 'Core', status: 'on_track' });
    expect(await cardsOf(page)).toEqual(both);
    // What is said of all key results is not said of some.
    expect(await page.locator('.whole:visible').count()).toBe(0);
    const borders = await page
      .locator('.glance li:visible')
      .evaluateAll((found) =>
        found.map((one) => one.ownerDocument.defaultView?.getComputedStyle(one).borderTopWidth),
      );
    expect(borders).toEqual(['0px']);
    const sent = await opened({}, new URL(page.url()).hash);
    expect(await cardsOf(sent.page)).toEqual(both);
    await page.locator('select[name=team]').selectOption('Web');
    expect(await cardsOf(page)).toEqual([]);
    expect(await page.locator('#shown').textContent()).toBe(`0 of ${known.length} key results shown`);
    expect([...said, ...sent.said]).toEqual([]);
  });

  test('is used by the keyboard alone', async () => {
    const { page, said } = await opened();
    await page.locator('select[name=team]').focus();
    await page.keyboard.type('Web');
    await expect.poll(() => cardsOf(page)).toEqual(where({ team: 'Web' }));
    while ((await page.evaluate('document.activeElement.type')) !== 'reset') await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => cardsOf(page)).toEqual(known.map(({ card }) => card));
    expect(said).toEqual([]);
  });

  test('lets nothing run that did not come with it', async () => {
    const { page, said } = await opened();
    expect(await page.getByRole('heading', { name: TITLE }).isVisible()).toBe(true);
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = "run"' }))`,
    );
    expect(await page.title()).not.toBe('run');
    expect(said.join()).toMatch(/Content Security Policy/i);
  });

  test.each(VIEWS)(
    'axe finds nothing in %s at %o, and nothing scrolls sideways',
    async (colorScheme, viewport) => {
      const { page, said } = await opened({ colorScheme, viewport });
      for (const one of await page.locator('summary').all()) await one.click();
      expect(await axeFindings(page)).toEqual([]);
      const [wide, window] = await widthsOf(page);
      expect(wide).toBeLessThanOrEqual(window);
      await page.locator('select[name=status]').selectOption('off_track');
      expect(await axeFindings(page)).toEqual([]);
      expect(said).toEqual([]);
    },
  );

  test('each filter is large enough for a thumb', async () => {
    const { page } = await opened({ viewport: PHONE, hasTouch: true });
    for (const one of await page.locator('select:visible, button:visible').all()) {
      const box = await one.boundingBox();
      // https://www.w3.org/WAI/WCAG22/Understanding/target-size-minimum.html asks for 24.
      expect(box?.height ?? 0).toBeGreaterThanOrEqual(36);
      expect(box?.width ?? 0).toBeGreaterThanOrEqual(36);
    }
  });

  test('drawn again after an update it shows the new number under the same filter', async () => {
    const { page, said } = await opened({}, '#team=Web');
    const number = page.locator('[id="kr/quick/behind"] .number strong');
    expect(await number.textContent()).toBe('12.1');
    clock += DAY;
    const tomorrow = new Date(clock).toISOString().slice(0, 10);
    await writeProject(folder.path, { 'builds.csv': `${TABLE}${tomorrow}T05:00:00Z,11,0.83\n` });
    const updated = await krsync(folder.path, ['update'], { now: () => clock });
    expect(updated.code, updated.stderr).toBe(0);
    await page.reload();
    expect(await number.textContent()).toBe('11');
    expect(await cardsOf(page)).toEqual(where({ team: 'Web' }));
    expect(said).toEqual([]);
  });
});
