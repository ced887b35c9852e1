import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { type DoctorFindings, renderDoctor } from '../../../src/report/terminal/doctor.ts';

const PLAIN = { width: 100, color: false, unicode: true };
const ZONE = { timezone: 'Europe/Stockholm' };

const ROW = { at: '2026-11-23T14:30:00Z', series: 'nps', subject: 'web', value: 9, of: null, labels: {} };

function findings(over: Partial<DoctorFindings> = {}): DoctorFindings {
  return {
    sources: [
      {
        source: 'survey',
        kind: 'csv',
        problems: [],
        previews: [
          { title: 'nps answers.csv', rows: [ROW] },
          {
            title: `a long ${'name '.repeat(40)}`,
            rows: [
              { ...ROW, subject: `https://acme.dev/${'very-long/'.repeat(30)}`, value: 0.1 + 0.2, of: 12 },
              { ...ROW, subject: '日本語 \u001b[31mred\u001b[0m\u202e', labels: { team: 'x'.repeat(400) } },
            ],
          },
        ],
      },
      {
        source: 'gh',
        kind: 'github',
        problems: [
          {
            message: 'The token was refused',
            endpoint: 'GET https://api.github.com/rate_limit',
            remedy: 'Renew it',
          },
        ],
        previews: null,
      },
    ],
    keyResults: [
      {
        keyResult: 'o/cycle-time',
        title: 'Cycle time',
        value: null,
        problems: [
          { part: null, message: 'gh cannot be read as it is configured', remedy: 'see what is said of gh' },
          {
            part: 'guard Coverage \u001b[1mstays',
            message: `nothing matches ${'x'.repeat(200)}`,
            remedy: null,
          },
        ],
      },
      { keyResult: 'o/nps', title: 'NPS', value: 31, problems: [] },
    ],
    pulled: true,
    ...over,
  };
}

describe('the doctor screen', () => {
  it('fits every line into every width, and shows no control character', () => {
    for (let width = 20; width <= 170; width += 3) {
      for (const unicode of [true, false]) {
        const screen = renderDoctor(findings(), { ...PLAIN, width, unicode }, ZONE);
        for (const line of screen.split('\n')) {
          expect(stringWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }
    }
  });

  it('shows a value as it was read, unrounded, and what it is a part of', () => {
    const lines = renderDoctor(findings(), { ...PLAIN, width: 160 }, ZONE).split('\n');
    expect(lines.find((line) => line.includes('0.30000000000000004'))).toMatch(/0\.30000000000000004 +12/);
  });

  it('has a block for each key result with a problem, and counts the rest', () => {
    const screen = renderDoctor(findings(), PLAIN, ZONE);
    expect(screen).toContain('○ o/cycle-time has no data\n   why gh cannot be read as it is configured\n');
    expect(screen).toContain('guard Coverage stays: nothing matches');
    expect(screen).not.toContain('o/nps');
    expect(screen).toContain('✓ the other has data');
  });

  it('says in one line that all have data', () => {
    const [, fine] = findings().keyResults;
    const keyResults = fine === undefined ? [] : [fine, { ...fine, keyResult: 'o/csat' }];
    expect(renderDoctor(findings({ keyResults }), PLAIN, ZONE)).toContain('✓ both key results have data');
  });

  it('claims nothing of data before the first sync', () => {
    const screen = renderDoctor(findings({ pulled: false }), PLAIN, ZONE);
    expect(screen).toContain('o/cycle-time would have no data');
    expect(screen).toContain('nothing was pulled yet: run krsync update');
    expect(screen).not.toContain('has data');
  });
});
