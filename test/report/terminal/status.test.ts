import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderStatus } from '../../../src/report/terminal/status.ts';
import {
  aFullStatus,
  aKeepKeyResult,
  aKeyResult,
  anObjective,
  aSource,
  aStatus,
} from '../../support/models.ts';

const PLAIN = { width: 100, color: false, unicode: true };

function screen(model = aStatus(), terminal: Partial<typeof PLAIN> = {}): readonly string[] {
  return renderStatus(model, { ...PLAIN, ...terminal }).split('\n');
}

function lineWith(lines: readonly string[], text: string): string {
  const line = lines.find((candidate) => candidate.includes(text));
  if (line === undefined) throw new Error(`No line with ${text} in:\n${lines.join('\n')}`);
  return line;
}

describe('the status screen', () => {
  it('fits every line into every width', () => {
    for (let width = 20; width <= 180; width++) {
      for (const unicode of [true, false]) {
        for (const line of screen(aFullStatus(), { width, unicode })) {
          expect(stringWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
        }
      }
    }
  });
  it('fits whatever titles and notes people write', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 120 }),
        fc.string({ unit: 'binary', maxLength: 120 }),
        fc.integer({ min: 20, max: 170 }),
        (title, note, width) => {
          const keyResults = [aKeyResult({ title, note, status: 'held' })];
          for (const line of screen(aStatus({ objectives: [anObjective({ title: note, keyResults })] }), {
            width,
          })) {
            expect(stringWidth(line)).toBeLessThanOrEqual(width);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
  it('shows start, current and target, progress beside the expected mark, and the trend', () => {
    const line = lineWith(screen(), '52 h →');
    expect(line).toMatch(/52 h → 40\.5 h → 24 h +━+╸?─*┼─* +41 % {2}█[▁-█·]+$/);
  });
  it('shows the band of a keep key result, its share of days and the days left out', () => {
    const lines = screen(aStatus({ objectives: [anObjective({ keyResults: [aKeepKeyResult()] })] }));
    expect(lineWith(lines, 'keep ≤')).toMatch(/2\.31 s, keep ≤ 2\.5 s .*96 %/);
    expect(lines.join('\n')).toContain(
      'inside the band on 96 % of days, 95 % asked; 1 day without data left out',
    );
  });
  it('never shows a key result without data as 0', () => {
    const empty = aKeyResult({
      start: null,
      current: null,
      progress: null,
      status: 'no_data',
      trend: [null, null],
    });
    const lines = screen(aStatus({ objectives: [anObjective({ progress: null, keyResults: [empty] })] }));
    const line = lineWith(lines, '→ 24 h');
    expect(line).toMatch(/— → — → 24 h +┄+ +—$/);
    expect(line).not.toMatch(/\b0\b/);
  });
  it('shows a true zero as one', () => {
    const zero = aKeyResult({
      unit: 'count',
      start: 40,
      current: 0,
      target: 0,
      progress: 1,
      status: 'achieved',
    });
    const lines = screen(aStatus({ objectives: [anObjective({ keyResults: [zero] })] }));
    expect(lineWith(lines, '40 →')).toMatch(/40 → 0 → 0 .* 100 %/);
  });
  it('says every status in words and with a sign, so that colour is never alone', () => {
    const text = screen(aFullStatus()).join('\n');
    for (const words of [
      '✗ off track',
      '✓ on track',
      '○ no data',
      '~ stale',
      '★ achieved',
      '‖ held',
      '■ closed: missed',
      '! at risk',
    ]) {
      expect(text).toContain(words);
    }
  });
  it('says below a held, stale or empty key result why it is so', () => {
    const note = 'gh acme/api was last complete 6 d ago';
    const stale = aKeyResult({ status: 'stale', countsAs: 'on_track', note });
    const lines = screen(aStatus({ objectives: [anObjective({ keyResults: [stale] })] }));
    expect(lineWith(lines, note)).toMatch(/└ gh acme\/api was last complete 6 d ago; counts as on track/);
  });
  it('says how many key results of an objective have data', () => {
    const lines = screen(aStatus({ objectives: [anObjective({ withData: 2, of: 3 })] }));
    expect(lineWith(lines, 'have data')).toMatch(/! at risk +2 of 3 have data .* 69 %/);
  });
  it('names the parent of an objective by its title', () => {
    const parent = anObjective({ id: 'speed', title: 'Speed', keyResults: [] });
    const lines = screen(aStatus({ objectives: [parent, anObjective({ title: 'Small', parent: 'speed' })] }));
    expect(lineWith(lines, 'Small')).toContain('under "Speed"');
  });
  it('shows the as-of time in the configured zone and how much of the cycle is gone', () => {
    const lines = screen();
    expect(lines[0]).toMatch(
      /^2026-Q4 {2}2026-10-01 to 2026-12-31 +as of 2026-11-24 06:15 Europe\/Stockholm$/,
    );
    expect(lines[1]).toMatch(/^━+╸?─+ 59 % elapsed, day 55 of 92$/);
  });
  it('says that a cycle has not begun, or is over', () => {
    const cycle = { id: 'C', start: '2026-11-26', end: '2026-12-31', elapsed: 0 };
    expect(screen(aStatus({ cycle }))[1]).toContain('begins in 2 days');
    const past = { id: 'C', start: '2026-07-01', end: '2026-09-30', elapsed: 1 };
    expect(screen(aStatus({ cycle: past }))[1]).toMatch(/━ over$/);
  });
  it('shows when each source last succeeded, and what failed with its remedy, once', () => {
    const text = screen(aFullStatus()).join('\n');
    expect(text).toMatch(/✓ ok +gh +github +complete 12 min ago +12\u202f345 records/);
    expect(text).toMatch(/✗ failed +jira +jira +complete 5 d ago +1 record\n +tickets WEB: Jira refused/);
    expect(text.match(/set JIRA_TOKEN/g)).toHaveLength(1);
    expect(text).toMatch(/○ waiting +lab +lighthouse +never completed/);
  });
  it('shows the failure of a source that no stream tells', () => {
    const source = aSource({ error: 'No such host. Check the url.', streams: [] });
    expect(screen(aStatus({ sources: [source] })).join('\n')).toContain('No such host. Check the url.');
  });
  it('leads on to the key result that needs a look most', () => {
    const keyResults = [
      aKeyResult({ id: 'fine', status: 'on_track' }),
      aKeyResult({ id: 'poor', status: 'at_risk' }),
      aKeyResult({ id: 'gone', status: 'no_data' }),
    ];
    expect(screen(aStatus({ objectives: [anObjective({ keyResults })] })).at(-2)).toMatch(
      /^Next: krsync explain small-and-often\/poor/,
    );
  });
  it('leads on to the doctor where nothing is worse than a key result without data', () => {
    const keyResults = [aKeyResult({ status: 'on_track' }), aKeyResult({ id: 'gone', status: 'no_data' })];
    expect(screen(aStatus({ objectives: [anObjective({ keyResults })] })).at(-2)).toMatch(
      /^Next: krsync doctor {2}what keeps a key result without data/,
    );
  });
  it('leads on to the first update while nothing is recorded', () => {
    const keyResults = [
      aKeyResult({ checkInId: null, current: null, progress: null, status: 'no_data', trend: [] }),
    ];
    expect(screen(aStatus({ objectives: [anObjective({ keyResults })] })).at(-2)).toMatch(
      /^Next: krsync update/,
    );
  });
  it('says so when no objective belongs to the cycle', () => {
    expect(screen(aStatus({ objectives: [] })).join('\n')).toContain('No objective belongs to this cycle.');
  });
  it('draws no escape code without colour, and says the same with it', () => {
    const plain = renderStatus(aFullStatus(), PLAIN);
    const colored = renderStatus(aFullStatus(), { ...PLAIN, color: true });
    expect(plain).not.toContain('\u001b');
    expect(colored).toContain('\u001b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out.
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  });
  it('writes nothing but printable ASCII where the terminal has no more', () => {
    for (const width of [40, 60, 100, 160]) {
      expect(renderStatus(aFullStatus(), { width, color: false, unicode: false })).toMatch(
        /^[\x20-\x7e\n]*$/,
      );
    }
  });
  it('lets no escape code of a tool through', () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31mboo\r\u0008';
    const objective = anObjective({
      title: evil,
      owner: evil,
      team: evil,
      focusArea: evil,
      parent: evil,
      keyResults: [aKeyResult({ id: evil, title: evil, note: evil })],
    });
    const source = aSource({ id: evil, kind: evil, error: evil });
    const model = aStatus({ objectives: [objective], sources: [source] });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested.
    expect(renderStatus(model, PLAIN)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
  it('never cuts a number, however narrow it gets', () => {
    const big = aKeyResult({ unit: 'count', start: 1_000_000, current: 1_234_567, target: 9_876_543 });
    for (let width = 24; width <= 160; width++) {
      const text = screen(aStatus({ objectives: [anObjective({ keyResults: [big] })] }), { width }).join(
        '\n',
      );
      for (const number of ['1\u202f000\u202f000', '1\u202f234\u202f567', '9\u202f876\u202f543', '41 %']) {
        expect(text, String(width)).toContain(number);
      }
    }
  });
});

describe('the status screen by team', () => {
  const model = aStatus({
    objectives: [
      anObjective({
        id: 'a',
        title: 'We ship small changes',
        team: 'Web',
        progress: 0.41,
        status: 'off_track',
      }),
      anObjective({ id: 'b', title: 'Calm nights', team: 'Web', progress: 0.8, status: 'on_track' }),
      anObjective({ id: 'c', title: 'No team owns this', team: null, progress: null, status: 'no_data' }),
    ],
  });
  it('shows each team with its objectives, and no key result', () => {
    const text = renderStatus(model, PLAIN, 'team');
    expect(text).toMatch(/^Web\n ! at risk +all 4 have data +━+.* +60 %\n/m);
    expect(text).toMatch(/^ ✗ off track +We ship small changes +41 %\n ✓ on track +Calm nights +80 %$/m);
    expect(text).toMatch(/^no team\n/m);
    expect(text).toMatch(/^ ○ no data +No team owns this +—$/m);
    expect(text).not.toContain('52 h');
  });
  it('names what is missing where objectives say no owner or focus area', () => {
    const bare = aStatus({ objectives: [anObjective({ owner: null, focusArea: null })] });
    expect(renderStatus(bare, PLAIN, 'owner')).toMatch(/^no owner$/m);
    expect(renderStatus(bare, PLAIN, 'focusArea')).toMatch(/^no focus area$/m);
  });
  it('fits every line into every width', () => {
    for (let width = 20; width <= 180; width += 3) {
      for (const unicode of [true, false]) {
        for (const line of renderStatus(aFullStatus(), { ...PLAIN, width, unicode }, 'team').split('\n')) {
          expect(stringWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
        }
      }
    }
  });
});
