import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { escapeMarkdown, linkMarkdown } from '../../src/report/markdown-text.ts';
import {
  aFullReport,
  aHostileReport,
  aKeyResult,
  anObjective,
  aReport,
  aSource,
  aWeek,
  HOSTILE,
} from '../support/models.ts';

function rowOf(markdown: string, start: string): readonly string[] {
  const line = markdown.split('\n').find((candidate) => candidate.startsWith(`| ${start}`)) ?? '';
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('escaped text', () => {
  it('cannot split a cell, open code, run a script or start a list', () => {
    expect(escapeMarkdown('a|b `c` <script>alert(1)</script> *d* [e](f)')).toBe(
      'a\\|b \\`c\\` &lt;script&gt;alert(1)&lt;/script&gt; \\*d\\* \\[e\\](f)',
    );
    expect(escapeMarkdown('# not a heading')).toBe('\\# not a heading');
    expect(escapeMarkdown('- not a list')).toBe('\\- not a list');
    expect(escapeMarkdown('1. not a list')).toBe('1&#8203;. not a list');
    expect(escapeMarkdown('![x](y)')).toBe('\\!\\[x\\](y)');
  });
  it('pings nobody and refers to no issue, and leaves addresses and links whole', () => {
    expect(escapeMarkdown('thanks @ana and (@acme/web), see #12 and acme/web#34, GH-7')).toBe(
      'thanks @&#8203;ana and (@&#8203;acme/web), see #&#8203;12 and acme/web#&#8203;34, GH-&#8203;7',
    );
    expect(escapeMarkdown('ana@acme.dev https://acme.dev/a_b')).toBe('ana@acme.dev https://acme.dev/a_b');
  });
  it('stays on one line and holds no escape codes', () => {
    expect(escapeMarkdown('one\n\n| two |\u001b[31m')).toBe('one \\| two \\|');
  });
  it('shows an entity as it was written', () => {
    expect(escapeMarkdown('&lt;b&gt;')).toBe('&amp;lt;b&amp;gt;');
  });
});

describe('the report', () => {
  it('has the same number of cells in every row of a table', () => {
    const hostile = aKeyResult({ title: 'a | b || c', note: 'd | e' });
    const markdown = renderMarkdown(aReport({ objectives: [anObjective({ keyResults: [hostile] })] }));
    expect(rowOf(markdown, 'Key result')).toHaveLength(8);
    expect(rowOf(markdown, 'a ')).toHaveLength(8);
  });
  it('shows start, current, target, progress and the trend with its gaps', () => {
    const trend = [52, null, 38, 24];
    const markdown = renderMarkdown(
      aReport({ objectives: [anObjective({ keyResults: [aKeyResult({ trend })] })] }),
    );
    expect(rowOf(markdown, 'Cut the').slice(1)).toEqual([
      '🔴 off track',
      '52 h',
      '**40.5 h**',
      '24 h',
      '41 %',
      '59 %',
      '`█·▅▁`',
    ]);
  });
  it('writes a dash where there is no data, never a 0', () => {
    const empty = aKeyResult({
      current: null,
      progress: null,
      expectedProgress: null,
      status: 'no_data',
      trend: [null],
    });
    const markdown = renderMarkdown(
      aReport({ objectives: [anObjective({ progress: null, status: 'no_data', keyResults: [empty] })] }),
    );
    expect(rowOf(markdown, 'Cut the').slice(1)).toEqual(['⚪ no data', '52 h', '—', '24 h', '—', '—', '—']);
    expect(markdown).toContain('⚪ no data, —, no data yet');
  });
  it('says why a key result is held, stale or without data', () => {
    const markdown = renderMarkdown(aFullReport());
    expect(markdown).toMatch(/^- Halve the time to first byte: the new value 9 800 ms is an outlier/m);
    expect(markdown).toContain('inside the band on 96 % of days, 95 % asked; 1 day without data left out');
  });
  it('names the failing source with its remedy once, though source and stream both tell it', () => {
    const error = 'Jira refused the credentials (401). Set JIRA_TOKEN.';
    const streams = [{ stream: 'tickets', member: 'WEB', completeAt: null, error }];
    const markdown = renderMarkdown(
      aReport({ sources: [aSource({ id: 'jira', error, streams, lastSuccessAt: null })] }),
    );
    expect(rowOf(markdown, 'jira')).toEqual([
      'jira',
      'github',
      'never',
      '12\u202f345',
      `🔴 tickets WEB: ${error}`,
    ]);
  });
  it('says so when no objective belongs to the cycle', () => {
    expect(renderMarkdown(aReport({ objectives: [], sources: [] }))).toMatch(
      /No objective belongs to this cycle\.\n$/,
    );
  });
});

describe('what moved, in Markdown', () => {
  it('tells then, now, the change and the status of each, the largest step first', () => {
    const markdown = renderMarkdown(aFullReport());
    const moved = markdown.slice(markdown.indexOf('## What moved since 2026-11-17'));
    expect(rowOf(moved, 'Cut the')).toEqual([
      'Cut the median pull request cycle time from 52 h to 24 h',
      '42 h',
      '40.5 h',
      '**−1.5 h**',
      '+5 pp',
      'off track, was at risk',
    ]);
    expect(moved).toContain('1 key result cannot be compared with a week ago.');
  });
  it('names the items with their own effect, linked where they have an address', () => {
    const markdown = renderMarkdown(aFullReport());
    expect(markdown).toContain(
      '  - **−0.9 h** [Render the cart from one query](<https://github.com/acme/web/pull/812>) (dropped out, 71.3 h, acme/web#&#8203;812)',
    );
    expect(markdown).toContain(
      '- Raise line coverage of 日本語 🚀 from 61 % to 80 %: no item is named, for a person recorded the value',
    );
  });
  it('says so where there is nothing to compare with', () => {
    const none = aWeek({ before: null, now: null, delta: null, progressDelta: null, reason: 'no value yet' });
    expect(renderMarkdown(aReport({}, { week: none }))).toContain(
      'No key result has a value of a week ago to compare with.',
    );
  });
  it('links only to addresses of the web, and none breaks out of its brackets', () => {
    expect(linkMarkdown('a', 'javascript:alert(1)')).toBe('a');
    expect(linkMarkdown('a', null)).toBe('a');
    expect(linkMarkdown('a]b', 'https://x.y/a>b|c`d e')).toBe('[a\\]b](<https://x.y/a%3Eb%7Cc%60d%20e>)');
  });
  it.each(HOSTILE.map((text) => [text.slice(0, 30), text]))('keeps %j inside its line', (_name, text) => {
    const lines = renderMarkdown(aHostileReport(text)).split('\n');
    const tables = lines.filter((line) => line.startsWith('|'));
    for (const line of tables) expect([5, 6, 8]).toContain(line.split(/(?<!\\)\|/).length - 2);
    const tags = lines.join('\n').match(/<[a-z/][^>\n]*>/gi) ?? [];
    expect(new Set(tags)).toEqual(new Set(['<details>', '<summary>', '</summary>', '</details>']));
  });
});
