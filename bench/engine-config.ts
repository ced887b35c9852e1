import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Span } from '../src/domain/okr.ts';
import { cycleSpan, DAY, isoTime } from '../src/domain/time.ts';

export const ZONE = 'Europe/Stockholm';
export const MEMBER = 'acme/web';
/** A cycle of 92 days, asked on its last evening: 92 values of each key result. */
export const CYCLE: Span = cycleSpan({ id: 'cycle', start: '2025-10-01', end: '2025-12-31' }, ZONE);
export const AS_OF = isoTime(CYCLE.to - 3_600_000);
export const LATER = isoTime(CYCLE.to - 1_800_000);
/** What the records are spread over: the cycle, and the half year before it that forecasts learn from. */
export const HISTORY: Span = { from: CYCLE.from - 182 * DAY, to: CYCLE.to - 7_200_000 };
export const TYPES = ['Bug', 'Story', 'Task', 'Spike', 'Incident'] as const;
export const TEAMS = ['ana', 'ben', 'cy', 'dee', 'eli'] as const;

/** Each with the start and target that make a key result of it. */
const TICKETS = [
  'measure: tickets-opened|0|100000',
  'measure: tickets-closed|0|100000',
  'measure: tickets-open|9000|100',
  'measure: ticket-lead-time|90|24',
  'measure: ticket-lead-time, aggregate: p90|90|24',
  'measure: ticket-cycle-time|90|24',
  'measure: ticket-close-rate|0.5|1',
] as const;
const PULLS = [
  'measure: pull-requests-merged|0|20000',
  'measure: pull-request-cycle-time|90|24',
  'measure: pull-request-size, aggregate: p75|900|200',
] as const;

/** Ten measures for each of five: 35 key results of tickets by their type, and 15 of pull requests by their author. */
export function writeConfiguration(folder: string): void {
  const keyResults = [0, 1, 2, 3, 4].flatMap((i) => [
    ...TICKETS.map((text) => [text, `type: ${TYPES[i]}`] as const),
    ...PULLS.map((text) => [text, `author: ${TEAMS[i]}`] as const),
  ]);
  const lines = keyResults.map(([text, where], i) => {
    const [rule, start, target] = text.split('|');
    return `      - { id: kr-${i}, title: Key result ${i}, start: ${start}, target: ${target}, metric: { ${rule}, where: { ${where} } } }\n`;
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'krsync.yaml'),
    `timezone: ${ZONE}
database: ../krsync.db
since: 2025-01-01
cycles: [{ id: cycle, start: 2025-10-01, end: 2025-12-31 }]
sources: [{ id: gh, kind: github, repositories: [${MEMBER}] }]
objectives:
  - id: o
    title: Fifty at once
    owner: ana
    keyResults:
${lines.join('')}`,
  );
}
