import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgress } from '../../../src/cli/output/progress.ts';
import type { SyncEvent } from '../../../src/sync/contract.ts';

const PIPE = { width: 100, color: false, unicode: true, interactive: false };
const SCREEN = { ...PIPE, interactive: true };

function key(member: string, source = 'gh') {
  return { source, stream: 'issues', member };
}
function started(member: string, source?: string): SyncEvent {
  return { type: 'member-started', key: key(member, source), title: member };
}
function batch(member: string, records: number, total: number | null = null, source?: string): SyncEvent {
  return { type: 'batch', key: key(member, source), records, total };
}
function completed(member: string, records: number, source?: string): SyncEvent {
  return { type: 'member-completed', key: key(member, source), records };
}

function capture() {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => {
    text += String(chunk);
  });
  return { stream, text: () => text, lines: () => text.split('\n').filter((line) => line !== '') };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['setInterval', 'clearInterval', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function begin(terminal: typeof PIPE, quiet = false) {
  const output = capture();
  const progress = createProgress({ stream: output.stream, terminal, now: () => Date.now(), quiet });
  return { ...output, ...progress };
}

describe('progress in a pipe', () => {
  it('says when a source begins, every ten seconds where it is, and how it ended', () => {
    const { onEvent, stop, lines } = begin(PIPE);
    onEvent(started('acme/web'));
    onEvent(batch('acme/web', 100));
    vi.advanceTimersByTime(10_000);
    onEvent(batch('acme/web', 1200));
    onEvent(batch('acme/web', 1300));
    vi.advanceTimersByTime(10_000);
    onEvent(completed('acme/web', 1300));
    stop();
    expect(lines()).toEqual([
      'gh: started',
      'gh: 100 records, issues acme/web, 10 s',
      'gh: 1\u202f300 records, issues acme/web, 20 s',
      'gh: done, 1\u202f300 records, 1 complete, 20 s',
    ]);
  });
  it('says nothing while nothing moves', () => {
    const { onEvent, stop, lines } = begin(PIPE);
    onEvent(started('acme/web'));
    onEvent(batch('acme/web', 100));
    vi.advanceTimersByTime(60_000);
    expect(lines()).toHaveLength(2);
    stop();
  });
  it('tells a failure at once, without escape codes; why is left to the summary', () => {
    const { onEvent, stop, lines } = begin(PIPE);
    onEvent(started('acme/\u001b[31mweb'));
    onEvent({ type: 'member-failed', key: key('acme/\u001b[31mweb'), error: 'refused (401)' });
    stop();
    expect(lines().slice(1)).toEqual([
      'gh: issues acme/web failed',
      'gh: done, 0 records, 0 complete, 1 failed, 0 ms',
    ]);
  });
  it('counts the records of members that are pulled side by side, each once', () => {
    const { onEvent, stop, lines } = begin(PIPE);
    onEvent(started('a'));
    onEvent(started('b'));
    onEvent(batch('a', 10));
    onEvent(batch('b', 5));
    onEvent(batch('a', 20));
    onEvent(completed('a', 20));
    onEvent(completed('b', 5));
    stop();
    expect(lines().at(-1)).toMatch(/^gh: done, 25 records, 2 complete/);
  });
  it('says of an interrupted source that it stopped', () => {
    const { onEvent, stop, lines } = begin(PIPE);
    onEvent(started('acme/web'));
    onEvent(batch('acme/web', 7));
    stop();
    stop();
    expect(lines().slice(1)).toEqual(['gh: stopped, 7 records, 0 complete, 0 ms']);
  });
  it('moves no cursor', () => {
    const { onEvent, stop, text } = begin(PIPE);
    onEvent(started('acme/web'));
    vi.advanceTimersByTime(30_000);
    stop();
    expect(text()).not.toContain('\u001b');
  });
});

describe('progress on a screen', () => {
  it('draws one line per source with its records, what it is at and how far that is', async () => {
    const { onEvent, stop, text } = begin(SCREEN);
    onEvent(started('acme/web'));
    onEvent(started('WEB', 'jira'));
    onEvent(batch('acme/web', 2500, 5000));
    await vi.waitFor(() => expect(text()).toContain('gh'));
    vi.advanceTimersByTime(500);
    expect(text()).toMatch(/gh {3}2\u202f500 records ━{8}─{8} {2}issues acme\/web 2\u202f500 of 5\u202f000/);
    expect(text()).toMatch(/jira +0 records {2}issues WEB/);
    stop();
  });
  it('leaves the outcome of each source behind, and hides no cursor', async () => {
    const { onEvent, stop, text } = begin(SCREEN);
    onEvent(started('acme/web'));
    await vi.waitFor(() => expect(text()).toContain('issues acme/web'));
    onEvent(completed('acme/web', 12));
    onEvent({ type: 'member-failed', key: key('acme/api'), error: 'refused (401)' });
    stop();
    expect(text()).toMatch(/✗ gh 12 records {2}1 failed: issues acme\/api: refused \(401\)/);
    expect(text()).not.toContain('\u001b[?25l');
  });
  it('says how it ended even when it was over before anything could be drawn', () => {
    const { onEvent, stop, lines } = begin(SCREEN);
    onEvent(started('acme/web'));
    onEvent(completed('acme/web', 3));
    stop();
    expect(lines()).toEqual(['✓ gh 3 records  1 complete · 0 ms']);
  });
  it('keeps every line shorter than a narrow screen', async () => {
    const { onEvent, stop, text } = begin({ ...SCREEN, width: 40 });
    onEvent(started('an-organisation-with-a-long-name/and-a-repository-too'));
    onEvent(batch('an-organisation-with-a-long-name/and-a-repository-too', 5, 1000));
    await vi.waitFor(() => expect(text()).toContain('issues'));
    stop();
    const shown = stripVTControlCharacters(text().replaceAll('\u001b[', '\n\u001b['));
    for (const line of shown.split('\n')) expect(line.length).toBeLessThan(40);
  });
  it('stops its clock, so that nothing is drawn afterwards', async () => {
    const { onEvent, stop, text } = begin(SCREEN);
    onEvent(started('acme/web'));
    await vi.waitFor(() => expect(text()).toContain('issues acme/web'));
    stop();
    const before = text();
    vi.advanceTimersByTime(5000);
    expect(text()).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('quiet progress', () => {
  it('writes nothing at all, on a screen or in a pipe', () => {
    for (const terminal of [SCREEN, PIPE]) {
      const { onEvent, stop, text } = begin(terminal, true);
      onEvent(started('acme/web'));
      vi.advanceTimersByTime(60_000);
      stop();
      expect(text()).toBe('');
    }
  });
});
