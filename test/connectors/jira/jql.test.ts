import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { faultOfJql, jqlTime, quoted, refusedClause, withoutOrder } from '../../../connectors/jira/jql.ts';
import { settingsSchema } from '../../../connectors/jira/settings.ts';

describe('what users write', () => {
  test('is quoted, whatever it holds', () => {
    expect(quoted('WEB')).toBe('"WEB"');
    expect(quoted('a "b" \\ c')).toBe('"a \\"b\\" \\\\ c"');
  });

  test('loses an order of its own, but no word inside quotes', () => {
    expect(withoutOrder('project = WEB ORDER BY created DESC')).toBe('project = WEB');
    expect(withoutOrder('summary ~ "order by mail" order  by rank')).toBe('summary ~ "order by mail"');
    expect(withoutOrder("summary ~ 'it\\'s order by x'")).toBe("summary ~ 'it\\'s order by x'");
  });

  test('may not break out of the parentheses around it', () => {
    expect(faultOfJql('a = 1 AND (b = 2 OR c in (3, 4))')).toBeNull();
    expect(faultOfJql('a = 1) OR (b = 2')).toBe('a `)` closes nothing');
    expect(faultOfJql('(a = 1')).toBe('a `(` is not closed');
    expect(faultOfJql('a = "1')).toBe('a quote is not closed');
    expect(faultOfJql('a = ")"')).toBeNull();
    expect(faultOfJql('order by created')).toBe('an order alone names no issues');
  });

  test('is found again by what a refusal quotes', () => {
    const jql = 'project in (WEB, OPS) AND (component = "Old Parts" OR labels = x) AND NOT team = 7';
    const gone = "The value 'Old Parts' does not exist for the field 'component'.";
    expect(refusedClause(jql, gone)).toBe('component = "Old Parts"');
    const hidden = "Field 'team' does not exist or you do not have permission to view it.";
    expect(refusedClause(jql, hidden)).toBe('NOT team = 7');
    expect(refusedClause(jql, 'Something went wrong')).toBeNull();
  });
});

describe('a bound in the user’s zone', () => {
  const at = (iso: string) => Date.parse(iso);

  test('is written to the minute, never after what it stands for', () => {
    expect(jqlTime(at('2026-11-24T10:15:59Z'), 'Europe/Stockholm')).toBe('2026-11-24 11:15');
    expect(jqlTime(at('2026-11-24T10:15:59Z'), 'Asia/Kolkata')).toBe('2026-11-24 15:45');
  });

  test('in the hour that daylight saving repeats is written as the one before it, for Jira may take the later', () => {
    // 02:30 comes twice: at 00:30 and at 01:30 UTC. The first of them cannot be told apart from the second.
    expect(jqlTime(at('2026-10-25T00:30:00Z'), 'Europe/Stockholm')).toBe('2026-10-25 01:30');
    expect(jqlTime(at('2026-10-25T01:30:00Z'), 'Europe/Stockholm')).toBe('2026-10-25 02:30');
  });

  test('holds for every quarter of an hour around every turn, whichever of two hours Jira takes', () => {
    for (const zone of [
      'Europe/Stockholm',
      'America/New_York',
      'Australia/Lord_Howe',
      'Etc/GMT+12',
      'Asia/Tehran',
    ]) {
      for (const turn of [
        '2026-03-08T07:00Z',
        '2026-03-29T01:00Z',
        '2026-04-04T15:00Z',
        '2026-10-25T01:00Z',
        '2026-11-01T06:00Z',
      ]) {
        for (let quarter = -16; quarter <= 16; quarter++) {
          const moment = at(turn) + quarter * 15 * 60_000 + 1234;
          const text = jqlTime(moment, zone).replace(' ', 'T');
          for (const disambiguation of ['earlier', 'later'] as const) {
            const read = Temporal.PlainDateTime.from(text).toZonedDateTime(zone, {
              disambiguation,
            }).epochMilliseconds;
            expect(read).toBeLessThanOrEqual(moment);
            expect(moment - read).toBeLessThanOrEqual(2 * 3_600_000 + 60_000);
          }
        }
      }
    }
  });
});

describe('the settings', () => {
  const faults = (settings: object) =>
    settingsSchema.safeParse({ url: 'https://jira.acme.example', projects: ['WEB'], ...settings }).error
      ?.issues ?? [];

  test('take what each kind of Jira needs', () => {
    expect(faults({ token: 'x' })).toEqual([]);
    expect(faults({ username: 'a', password: 'b' })).toEqual([]);
    expect(faults({ url: 'https://acme.atlassian.net', email: 'a@b.c', token: 'x' })).toEqual([]);
    expect(faults({ projects: [], queries: [{ name: 'all', jql: 'labels = x' }] })).toEqual([]);
  });

  test.each([
    [{ url: 'https://acme.atlassian.net', token: 'x' }, 'together with `email`'],
    [{ email: 'a@b.c' }, 'needs `token`'],
    [{ username: 'a' }, 'go together'],
    [{ token: 'x', username: 'a', password: 'b' }, 'either `token` or `username`'],
    [{ projects: [] }, 'name a project here'],
    [{ projects: ['WEB; DROP'] }, 'a project key'],
    [{ queries: [{ name: 'a', jql: 'x = 1)' }] }, 'closes nothing'],
    [
      {
        queries: [
          { name: 'a', jql: 'x = 1' },
          { name: 'A', jql: 'x = 2' },
        ],
      },
      'the same name',
    ],
    [{ reconcileEvery: 'daily' }, 'a duration'],
    [{ url: 'https://jira.acme.example/?a=b' }, 'an address without'],
  ])('refuse %j', (settings, message) => {
    expect(
      faults(settings)
        .map((issue) => issue.message)
        .join(),
    ).toContain(message);
  });
});
