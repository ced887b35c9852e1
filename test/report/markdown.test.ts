import { describe, expect, it } from 'vitest';
import { escapeMarkdown, renderMarkdown } from '../../src/report/markdown.ts';
import { aFullStatus, aKeyResult, anObjective, aSource, aStatus } from '../support/models.ts';

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
    const markdown = renderMarkdown(aStatus({ objectives: [anObjective({ keyResults: [hostile] })] }));
    expect(rowOf(markdown, 'Key result')).toHaveLength(8);
    expect(rowOf(markdown, 'a ')).toHaveLength(8);
  });
  it('shows start, current, target, progress and the trend with its gaps', () => {
    const trend = [52, null, 38, 24];
    const markdown = renderMarkdown(
      aStatus({ objectives: [anObjective({ keyResults: [aKeyResult({ trend })] })] }),
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
      aStatus({ objectives: [anObjective({ progress: null, status: 'no_data', keyResults: [empty] })] }),
    );
    expect(rowOf(markdown, 'Cut the').slice(1)).toEqual(['⚪ no data', '52 h', '—', '24 h', '—', '—', '—']);
    expect(markdown).toContain('⚪ no data, —, no data yet');
  });
  it('says why a key result is held, stale or without data', () => {
    const markdown = renderMarkdown(aFullStatus());
    expect(markdown).toMatch(/^- Halve the time to first byte: the new value 9 800 ms is an outlier/m);
    expect(markdown).toContain('inside the band on 96 % of days, 1 day without data left out');
  });
  it('names the failing source with its remedy once, though source and stream both tell it', () => {
    const error = 'Jira refused the credentials (401). Set JIRA_TOKEN.';
    const streams = [{ stream: 'tickets', member: 'WEB', completeAt: null, error }];
    const markdown = renderMarkdown(
      aStatus({ sources: [aSource({ id: 'jira', error, streams, lastSuccessAt: null })] }),
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
    expect(renderMarkdown(aStatus({ objectives: [], sources: [] }))).toMatch(
      /No objective belongs to this cycle\.\n$/,
    );
  });
});
