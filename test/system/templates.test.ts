import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTemplates } from '../../src/app/init.ts';
import type { Company } from '../../src/demo/company/model.ts';
import { generateCompany } from '../../src/demo/company.ts';
import { type GitHubStandIn, startGitHubStandIn } from '../../src/demo/github/index.ts';
import { writeReports } from '../../src/demo/reports.ts';
import { addDays } from '../../src/domain/time.ts';
import type { ExplainModel, KeyResultModel, StatusModel } from '../../src/report/model.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24T05:15:00Z');
const templates = join(import.meta.dirname, '../../config/templates');
const areas = (await listTemplates(templates)).map(({ area }) => area);

/** A table of 90 days with one row to a day. */
function daily(header: string, row: (day: number) => string): string {
  const rows = Array.from({ length: 90 }, (_, day) => `${addDays('2026-08-26', day)},${row(day)}`);
  return `${[header, ...rows].join('\n')}\n`;
}

/** What a team that took a template would have after a while. */
const TABLES: Readonly<Record<string, string>> = {
  'config/data/survey.csv': daily(
    'date,product,nps,csat,ces',
    (day) => `shop,${day % 11},${1 + (day % 5)},3`,
  ),
  'config/data/product.csv': daily('date,signups,checkouts_begun,checkouts_finished', () => '15,40,30'),
  'config/data/usage.csv': daily('date,feature,uses', (day) => `saved-search,${day}`),
  'config/data/cohorts.csv': daily('date,cohort,stayed', () => '20,12'),
  'coverage/lcov.info': 'SF:a.ts\nDA:1,1\nDA:2,1\nDA:3,1\nDA:4,0\nend_of_record\n',
};

describe('a configuration that krsync init wrote', () => {
  let company: Company;
  let server: GitHubStandIn;

  beforeAll(async () => {
    company = generateCompany({ seed: 7, now: NOW, weeks: 6, issues: 130, pulls: 120 });
    server = await startGitHubStandIn({ company, token: 'a-token', now: () => NOW });
  });
  afterAll(() => server.close());

  async function started(area: string) {
    const folder = await tempFolder();
    const env = { GITHUB_TOKEN: 'a-token', TZ: 'Europe/Stockholm', PATH: '' };
    // A report without a date is of the moment it is first seen, so that time has to pass.
    let clock = NOW;
    const run = (...args: string[]) => krsync(folder, args, { env, now: () => ++clock });
    expect(await run('init', '--template', area)).toMatchObject({ code: 0 });
    const source = join(folder, 'config/source-gh.yaml');
    const text = await readFile(source, 'utf8').catch(() => null);
    if (text !== null) {
      await writeFile(source, text.replace('kind: github', `kind: github\n    url: ${server.url}`));
    }
    const keyResults = async (): Promise<readonly KeyResultModel[]> => {
      const { stdout } = await run('status', '--json');
      return (JSON.parse(stdout) as StatusModel).objectives.flatMap((objective) => objective.keyResults);
    };
    return { folder, run, keyResults };
  }

  it.each(areas)('for %s runs before there is anything to read: a reason, and never a 0', async (area) => {
    const { run, keyResults } = await started(area);
    const updated = await run('update');
    // A report that is not there yet is a source that fails, and says so.
    expect([0, 1]).toContain(updated.code);
    expect(updated.stdout + updated.stderr).not.toMatch(/^\s+at .*:\d+/m);
    for (const keyResult of await keyResults()) {
      if (
        /^(lighthouse|test-coverage|nps|csat|ces|signups|retention|feature|sample)/.test(keyResult.measure)
      ) {
        expect(keyResult, keyResult.id).toMatchObject({ current: null, status: 'no_data' });
        expect(keyResult.note, keyResult.id).toMatch(/\w{4}/);
      }
    }
  });

  it.each(areas)('for %s measures every key result once its sources have something', async (area) => {
    const { folder, run, keyResults } = await started(area);
    await writeProject(folder, TABLES);
    writeReports(company, folder);
    expect(await run('update')).toMatchObject({ code: 0 });
    for (const { id, current, note, measure, sampleSize, status } of await keyResults()) {
      // The company of the stand-in has no hypotheses.
      if (measure === 'hypothesis-validation-rate') {
        expect({ current, status, note }).toEqual({
          current: null,
          status: 'no_data',
          note: expect.stringContaining('no observations in the window'),
        });
        continue;
      }
      expect(current, `${id}: ${note}`).not.toBeNull();
      expect(['held', 'stale', 'no_data'], id).not.toContain(status);
      const explained = JSON.parse((await run('explain', id, '--json')).stdout) as ExplainModel;
      expect(explained, id).toMatchObject({ value: current, sampleSize });
    }
  });
});
