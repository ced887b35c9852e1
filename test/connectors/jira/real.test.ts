import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { trackerOf } from '../../../src/demo/jira/index.ts';
import { krsync, writeProject } from '../../support/cli.ts';
import { SHARED_DATA } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { DIALECTS, EMAIL, NOW, searches, siteOf, TOKEN } from './support.ts';

const file = resolve(SHARED_DATA, 'jira/issues.jsonl');

/** Working hours from 08:00 to 16:00, Monday to Friday, up to a column of hours since a Monday. */
function worked(column: string): string {
  const day = `CAST(${column} / 24 AS INTEGER)`;
  const today = `max(0, min(8, ${column} - 24 * ${day} - 8))`;
  return `(${day} / 7 * 40 + min(${day} % 7, 5) * 8 + CASE WHEN ${day} % 7 < 5 THEN ${today} ELSE 0 END)`;
}

/** The same numbers, worked out by SQL over the file itself: nothing of the project takes part. */
const OUTSIDE = `
  WITH issues AS (
    SELECT
      json_extract(value, '$.fields.issuetype.subtask') AS subtask,
      json_extract(value, '$.fields.resolution.name') AS resolution,
      (unixepoch(substr(json_extract(value, '$.fields.resolutiondate'), 1, 19))
        - unixepoch(substr(json_extract(value, '$.fields.created'), 1, 19))) / 3600.0 AS hours,
      -- Hours since a Monday.
      (unixepoch(substr(json_extract(value, '$.fields.created'), 1, 19)) - unixepoch('2001-01-01')) / 3600.0 AS began,
      (unixepoch(substr(json_extract(value, '$.fields.resolutiondate'), 1, 19)) - unixepoch('2001-01-01')) / 3600.0 AS ended
    FROM json_each(?)
  ), work AS (
    SELECT * FROM issues
    WHERE hours IS NOT NULL AND coalesce(resolution, '') NOT IN ('Won''t Fix', 'Won''t Do', 'Duplicate', 'Invalid', 'Cannot Reproduce')
  ), ranked AS (
    SELECT hours, row_number() OVER (ORDER BY hours) AS place, count(*) OVER () AS n FROM work WHERE NOT subtask
  )
  SELECT
    (SELECT avg(${worked('ended')} - ${worked('began')}) FROM work WHERE NOT subtask) AS meanWorkingHours,
    (SELECT count(*) FROM issues) AS opened,
    (SELECT count(*) FROM issues WHERE hours IS NOT NULL) AS resolved,
    (SELECT count(*) FROM work) AS closedWithSubtasks,
    (SELECT count(*) FROM work WHERE NOT subtask) AS closed,
    (SELECT avg(hours) FROM ranked WHERE place IN ((n + 1) / 2, (n + 2) / 2)) AS medianHours,
    (SELECT avg(hours) FROM ranked) AS meanHours`;

interface Outside {
  readonly opened: number;
  readonly resolved: number;
  readonly closedWithSubtasks: number;
  readonly closed: number;
  readonly medianHours: number;
  readonly meanHours: number;
  readonly meanWorkingHours: number;
}

function outside(lines: readonly string[]): Outside {
  const db = new Database(':memory:');
  try {
    return db.prepare(OUTSIDE).get(`[${lines.join()}]`) as Outside;
  } finally {
    db.close();
  }
}

const RULES = {
  opened: '{ measure: tickets-opened, window: 6000d }',
  closed: '{ measure: tickets-closed, window: 6000d }',
  // The work item metrics leave sub-tasks out unless a rule takes them in.
  'closed-with-subtasks': '{ measure: tickets-closed, window: 6000d, options: { subtasks: true } }',
  // Every resolution counts here, and every ticket.
  'close-rate': '{ measure: ticket-close-rate, window: 6000d }',
  median: '{ measure: ticket-lead-time, window: 6000d }',
  mean: '{ measure: ticket-lead-time, window: 6000d, aggregate: mean }',
  working: '{ measure: ticket-lead-time, window: 6000d, aggregate: mean, calendar: office }',
} as const;

function configuration(url: string, access: string): string {
  const keyResults = Object.entries(RULES).map(
    ([id, metric]) => `      - { id: ${id}, title: ${id}, metric: ${metric}, start: 0, target: 1000000 }`,
  );
  return `timezone: UTC
since: 2010-01-01
calendars: [{ id: office, hours: 08:00-16:00 }]
cycles: [{ id: 2026-Q4, start: 2026-11-01, end: 2026-12-31 }]
sources: [{ id: jira, kind: jira, url: "${url}", ${access}, projects: [ALOY], sprints: false }]
objectives:
  - id: real
    title: real
    owner: a@b.c
    keyResults:
${keyResults.join('\n')}
`;
}

describe.skipIf(!existsSync(file))('400 real issues (skipped where ../shared/data is absent)', () => {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];

  it.each(DIALECTS)(
    'through %s give the counts, rates and lead times that SQL over the file gives',
    async (dialect) => {
      const expected = outside(lines);
      expect(expected).toMatchObject({ opened: 400, resolved: 393, closedWithSubtasks: 337, closed: 306 });
      const site = await siteOf(
        trackerOf(
          lines.map((line) => JSON.parse(line)),
          'America/Los_Angeles',
        ),
        dialect,
      );
      const folder = await tempFolder();
      const access = dialect === 'cloud' ? `email: ${EMAIL}, token: ${TOKEN}` : `token: ${TOKEN}`;
      await writeProject(folder, { 'config/okrs.yaml': configuration(site.url, access) });
      const run = (...args: string[]) => krsync(folder, args, { now: () => NOW });
      const updated = await run('update');
      expect(updated.code, updated.stderr).toBe(0);
      // 400 issues, 100 to a page.
      expect(searches(site)).toBe(4);

      async function measured(id: string): Promise<{ value: number | null }> {
        const { stdout } = await run('explain', id, '--json');
        return JSON.parse(stdout) as { value: number | null };
      }
      expect((await measured('opened')).value).toBe(expected.opened);
      expect((await measured('closed')).value).toBe(expected.closed);
      expect((await measured('closed-with-subtasks')).value).toBe(expected.closedWithSubtasks);
      expect((await measured('close-rate')).value).toBeCloseTo(expected.resolved / expected.opened, 12);
      expect((await measured('median')).value).toBeCloseTo(expected.medianHours, 9);
      expect((await measured('mean')).value).toBeCloseTo(expected.meanHours, 9);
      expect((await measured('working')).value).toBeCloseTo(expected.meanWorkingHours, 9);
    },
    60_000,
  );
});
