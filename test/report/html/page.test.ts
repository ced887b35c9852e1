import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/report/html/page.ts';
import {
  aFullReport,
  aHostileReport,
  aKeyResult,
  aMover,
  anObjective,
  aReport,
  aWeek,
  HOSTILE,
} from '../../support/models.ts';

/** What stands between the tags of the page's only element of this name. */
function inside(page: string, name: string): string {
  const found = [...page.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))];
  expect(found, name).toHaveLength(1);
  return found[0]?.[1] ?? '';
}

function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Opening tags of the body, as a browser would see them; the page's own script is left out. */
function tags(page: string): readonly string[] {
  const body = page.slice(page.indexOf('<body>')).replace(/<script>[\s\S]*<\/script>/, '');
  return Array.from(body.matchAll(/<[a-z][^>]*>/g), ([tag]) => tag);
}

const ALLOWED = new Set(
  `a article body bdi b button circle code details div figcaption figure footer form h1 h2 h3 h4 header label li line
  main nav option p path rect section select span strong summary svg symbol table tbody td text th thead time tr tspan
  ul use br`.split(/\s+/),
);

describe('the page', () => {
  it('allows its own style and script by their digests and nothing else', () => {
    const page = renderHtml(aFullReport());
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const rules = policy.replaceAll('&#39;', "'").split('; ');
    expect(rules).toEqual([
      "default-src 'none'",
      `style-src ${digest(inside(page, 'style'))}`,
      `script-src ${digest(inside(page, 'script'))}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    for (const tag of tags(page)) expect(tag).not.toMatch(/\s(style|on\w+|src|srcset)=/i);
  });

  it('names no address but those of the items, which are only followed by a click', () => {
    const page = renderHtml(aFullReport());
    const addresses = new Set(Array.from(page.matchAll(/(?:https?:)?\/\/[\w.-]+/g), ([found]) => found));
    expect([...addresses]).toEqual(['https://github.com']);
    expect(page).not.toMatch(/@import|url\(|fetch\(|XMLHttpRequest|sendBeacon|WebSocket/);
    for (const tag of tags(page).filter((one) => one.includes('https:'))) {
      expect(tag).toBe('<a href="https://github.com/acme/web/pull/812" rel="noopener noreferrer">');
    }
  });

  it.each(HOSTILE.map((text) => [text.slice(0, 30), text]))('shows %j as plain text', (_name, text) => {
    const page = renderHtml(aHostileReport(text));
    const names = tags(page).map((tag) => /^<([a-z0-9]+)/.exec(tag)?.[1] ?? '');
    expect(names.filter((name) => !ALLOWED.has(name))).toEqual([]);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('javascript:');
    // Controls and marks of direction are gone, those of the page itself aside.
    expect(page.replace(/[\n\u200c\u200d]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('keeps emoji and foreign scripts, each to itself', () => {
    const page = renderHtml(aHostileReport('🚀 日本語 👩‍👩‍👧'));
    expect(page).toContain('<bdi>🚀 日本語 👩‍👩‍👧</bdi>');
  });

  it('gives each objective and key result an address of its own', () => {
    const ids = Array.from(renderHtml(aFullReport()).matchAll(/\sid="([^"]+)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining(['o/small-and-often', 'kr/small-and-often/cycle-time', 'kr/quality/old']),
    );
  });

  it('writes a dash where there is no data, never a 0', () => {
    const empty = aKeyResult({
      current: null,
      progress: null,
      status: 'no_data',
      start: null,
      trend: [null, null],
    });
    const objectives = [anObjective({ progress: null, status: 'no_data', keyResults: [empty] })];
    const none = aWeek({ before: null, now: null, delta: null, progressDelta: null, reason: 'no value yet' });
    const page = renderHtml(aReport({ objectives, sources: [] }, { week: none }));
    expect(page).toContain('<strong>—</strong> <span class="way">from — to 24 h</span>');
    expect(page).toContain('No value on any day of the cycle yet.');
    expect(page).not.toContain('0 h<');
  });

  it('takes a value without progress for moved unless it stands, whatever its unit', () => {
    const coverage = aKeyResult({ unit: 'ratio', progress: null, current: 0.798 });
    const objectives = [anObjective({ keyResults: [coverage] })];
    const week = aWeek({ delta: 0.008, progressDelta: null });
    // Hidden while a filter is on, for it is said of all.
    const still = '<p class="faint whole">1 key result moved less than a point of progress';
    expect(renderHtml(aReport({ objectives }, { week }))).not.toContain(still);
    const status = week.before?.status ?? 'on_track';
    const unmoved = aWeek({
      delta: 0,
      progressDelta: null,
      before: week.before && { ...week.before, status },
      now: week.now && { ...week.now, status },
    });
    expect(renderHtml(aReport({ objectives }, { week: unmoved }))).toContain(still);
  });

  it('says of each chart in words what it draws', () => {
    const page = renderHtml(aFullReport());
    expect(page).toContain(
      'aria-label="Daily values from 52 h on 2026-10-01 to 40.5 h on 2026-10-14; between 40.5 h and 52 h; start 52 h, target 24 h; forecast at the end 33 h, four times in five between 29 h and 38 h, 4 % likely; a guard was broken on 4 days."',
    );
  });

  it('names the items that moved a value, with their effect, and why none is named', () => {
    const page = renderHtml(aFullReport());
    expect(page).toContain('12 came in, 9 dropped out, 1 changed. What moved it most, each on its own:');
    expect(page).toMatch(/<span class="effect">−0.9 h<\/span>.*Render the cart from one query/);
    expect(page).toContain('No item is named: a person recorded the value.');
    const nothing = aWeek({ items: { entered: 1, left: 1, changed: 0, largest: [], reason: null } });
    expect(renderHtml(aReport({}, { week: nothing }))).toContain('None of them moves it on its own.');
  });

  it('follows only addresses of the web', () => {
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'vbscript:x',
      '//x.y',
    ]) {
      const mover = aMover({ ref: { ...aMover().ref, url } });
      const items = { entered: 1, left: 0, changed: 0, largest: [mover], reason: null };
      expect(tags(renderHtml(aReport({}, { week: aWeek({ items }) }))).join('')).not.toContain(url);
    }
  });

  it('says why key results are held, stale or empty before anything else is read into them', () => {
    const page = renderHtml(aFullReport());
    const doubts = page.slice(page.indexOf('id="doubts"'), page.indexOf('id="moved"'));
    expect(doubts).toContain('the new value 9 800 ms is an outlier until two more days confirm it');
    expect(doubts).toContain('cov last completed 6 d ago');
    expect(doubts).toContain('no pull request merged in the window');
  });

  it('has no filters and no empty panels where there is nothing', () => {
    const page = renderHtml(aReport({ objectives: [], sources: [] }));
    expect(page).toContain('No objective belongs to this cycle.');
    expect(page).not.toContain('<form');
    expect(page).not.toContain('class="panel');
  });
});
