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
    dataless: [{ keyResult: 'o/kr', reason: 'no observations in the window' }],
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
});
