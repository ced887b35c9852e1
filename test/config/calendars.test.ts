import { describe, expect, it } from 'vitest';
import type { WorkCalendar } from '../../src/domain/calendar.ts';
import { definitionHash } from '../../src/okr/definition.ts';
import { load, refusal, SOURCES, withKeyResult } from './support/workspace.ts';

const GOAL = 'start: 40h\ntarget: 8h';
const LEAD = `metric: { measure: ticket-lead-time, calendar: office }\n${GOAL}`;
const OFFICE = 'calendars:\n  - { id: office, hours: 09:00-17:00 }\n';

async function keyResultOf(yaml: string) {
  const { objectives } = await load({ 'a.yaml': yaml });
  const [keyResult] = objectives[0]?.keyResults ?? [];
  if (keyResult === undefined) throw new Error('the configuration has one key result');
  return keyResult;
}

const calendarOf = async (yaml: string): Promise<WorkCalendar | undefined> =>
  (await keyResultOf(yaml)).rule.calendar;

describe('a calendar of working hours', () => {
  it('is Monday to Friday in the zone of the configuration, unless it says more', async () => {
    const yaml = `timezone: Europe/Stockholm\n${OFFICE}${withKeyResult(LEAD)}`;
    expect(await calendarOf(yaml)).toEqual({
      id: 'office',
      timezone: 'Europe/Stockholm',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      hours: [[540, 1020]],
      holidays: [],
    });
  });

  it('says its own zone, days, hours and holidays', async () => {
    const own = `calendars:
  - id: office
    timezone: Asia/Dubai
    days: [sun, mon, tue, wed, thu]
    hours: ["7:30-12:00", "13:00 - 24:00"]
    holidays: [2026-12-02, 2026-12-03]
`;
    expect(await calendarOf(`${own}${withKeyResult(LEAD)}`)).toMatchObject({
      timezone: 'Asia/Dubai',
      days: ['sun', 'mon', 'tue', 'wed', 'thu'],
      hours: [
        [450, 720],
        [780, 1440],
      ],
      holidays: ['2026-12-02', '2026-12-03'],
    });
  });

  it('counts nothing where no rule names it', async () => {
    const keyResult = await keyResultOf(
      `${OFFICE}${withKeyResult(`metric: { measure: ticket-lead-time }\n${GOAL}`)}`,
    );
    expect(keyResult.rule).not.toHaveProperty('calendar');
  });

  it('may come from another file than the rules that name it', async () => {
    const { objectives } = await load({ 'a.yaml': withKeyResult(LEAD), 'b.yaml': OFFICE });
    expect(objectives[0]?.keyResults[0]?.rule.calendar?.id).toBe('office');
  });

  it('is part of the definition: another one is another', async () => {
    const hash = async (calendars: string) =>
      definitionHash(await keyResultOf(`${calendars}${withKeyResult(LEAD)}`));
    const hashes = await Promise.all([OFFICE, OFFICE.replace('17:00', '16:00'), OFFICE].map(hash));
    expect(hashes[1]).not.toBe(hashes[0]);
    expect(hashes[2]).toBe(hashes[0]);
  });

  it.each([
    ['{ id: office }', /calendars\[0\]\.hours: is missing$/],
    ['{ id: office, hours: 9-17 }', /hours: must be a span such as 09:00-17:00, or a list of them$/],
    ['{ id: office, hours: [] }', /hours: must (be a span|not be empty)/],
    ['{ id: office, hours: 09:00-24:30 }', /hours: ends after 24:00$/],
    ['{ id: office, hours: 22:00-06:00 }', /hours: ends before it begins; write a night as two spans/],
    ['{ id: office, hours: 09:00-09:00 }', /hours: ends before it begins/],
    [
      '{ id: office, hours: ["09:00-12:00", "11:00-17:00"] }',
      /hours\[1\]: begins before the span above it ends/,
    ],
    ['{ id: office, hours: 09:00-17:00, days: [monday] }', /days\[0\]: must be one of mon, tue, .*"monday"/],
    ['{ id: office, hours: 09:00-17:00, days: [] }', /days: must not be empty$/],
    [
      '{ id: office, hours: 09:00-17:00, timezone: Stockholm }',
      /timezone: is not a time zone of the IANA list/,
    ],
    [
      '{ id: office, hours: 09:00-17:00, holidays: [2026-02-30] }',
      /holidays\[0\]: there is no day 2026-02-30$/,
    ],
    [
      '{ id: office, hours: 09:00-17:00, holiday: [2026-12-24] }',
      /unknown key `holiday`; did you mean `holidays`\?$/,
    ],
  ])('%s is told where it is wrong, and nowhere else', async (calendar, fault) => {
    expect(await refusal(`calendars:\n  - ${calendar}\n${withKeyResult(LEAD)}`)).toEqual([
      expect.stringMatching(fault),
    ]);
  });

  it('has an id of its own', async () => {
    const twice = `${OFFICE}  - { id: office, hours: 10:00-12:00 }\n`;
    expect(await refusal(`${twice}${withKeyResult(LEAD)}`)).toEqual([
      expect.stringMatching(/calendars\[1\]\.id: the id `office` is given twice; first at /),
    ]);
  });
});

describe('a rule with a calendar', () => {
  it('names one that exists', async () => {
    expect(await refusal(`${OFFICE}${withKeyResult(LEAD.replace('office', 'offce'))}`)).toEqual([
      expect.stringMatching(
        /metric\.calendar: there is no `offce` under `calendars:`; did you mean `office`\?$/,
      ),
    ]);
  });

  it.each([
    ['tickets-closed', 'plain counts'],
    ['ticket-close-rate', 'a ratio, such as 0.8 or `80%`'],
  ])('measures hours: %s is a fault', async (measure, unit) => {
    const yaml = withKeyResult(`metric: { measure: ${measure}, calendar: office }\nstart: 0\ntarget: 1`);
    expect(await refusal(`${OFFICE}${yaml}`)).toEqual([
      expect.stringMatching(
        `metric\\.calendar: \`${measure}\` is in ${unit}: a calendar counts hours of work$`,
      ),
    ]);
  });

  it('measures hours of work: those of builds are no work', async () => {
    const sources = `${SOURCES}  - { id: ci, kind: pipelines }\n`;
    const yaml = withKeyResult(
      'metric: { measure: build-duration, calendar: office }\nkeep: { max: 5m }',
      sources,
    );
    expect(await refusal(`${OFFICE}${yaml}`)).toEqual([
      expect.stringMatching(
        /calendar: `build-duration` is in milliseconds: a calendar counts hours of work$/,
      ),
    ]);
  });

  it('is a term of a formula like any other, and the formula itself takes none', async () => {
    const formula = (key: string) =>
      withKeyResult(`metric:
  measure: formula${key}
  options:
    expression: lead / 8
    terms: { lead: { measure: ticket-lead-time, calendar: office } }
start: 5
target: 1`);
    expect((await keyResultOf(`${OFFICE}${formula('')}`)).rule.terms?.lead?.calendar?.id).toBe('office');
    expect(await refusal(`${OFFICE}${formula('\n  calendar: office')}`)).toEqual([
      expect.stringMatching(/unknown key `calendar`/),
    ]);
  });

  it('has a start and a target in hours, for a working day is not 24 of them', async () => {
    const days = LEAD.replace('40h', '5d').replace('8h', '1d');
    const fault = 'is counted in the working hours of `office`: write how many hours, such as 16h';
    expect(
      (await refusal(`${OFFICE}${withKeyResult(days)}`)).map((one) => one.replace(/^.*?: /, '')),
    ).toEqual([fault, fault]);
    const minutes = LEAD.replace('8h', '90m');
    expect(await keyResultOf(`${OFFICE}${withKeyResult(minutes)}`)).toMatchObject({ start: 40, target: 1.5 });
  });

  it('is a guard, and decides a step, in hours too', async () => {
    const rule = '{ measure: ticket-lead-time, calendar: office }';
    const guarded = withKeyResult(
      `metric: { measure: tickets-closed }\nstart: 0\ntarget: 9\nguard: [{ metric: ${rule}, keep: { max: 1d } }]`,
    );
    const steps = withKeyResult(`milestones: [{ title: Quick, when: { metric: ${rule}, lte: 1w } }]`);
    for (const yaml of [guarded, steps]) {
      expect(await refusal(`${OFFICE}${yaml}`)).toEqual([
        expect.stringMatching(/is counted in the working hours of `office`/),
      ]);
    }
  });
});
