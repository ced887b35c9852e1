import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeIssue, openIssue } from '../../src/demo/company/changes.ts';
import type { Company } from '../../src/demo/company/model.ts';
import { generateCompany } from '../../src/demo/company.ts';
import { type GitHubStandIn, startGitHubStandIn } from '../../src/demo/github/index.ts';
import type { ExplainModel, PlanModel, StatusModel } from '../../src/report/model.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { makeTempFolder, type TempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24T05:15:00Z');
const TOKEN = 'a-token-of-the-test';

function configuration(url: string): string {
  return `
timezone: Europe/Stockholm
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
since: 2026-08-01
database: ../krsync.db
sources:
  - { id: gh, kind: github, url: "${url}", token: "\${TOKEN}", repositories: [acme/web, acme/api] }
objectives:
  - id: flow
    title: Flow
    owner: ana
    keyResults:
      - { id: cycle-time, title: Cycle time, start: auto, target: 24h, metric: { measure: pull-request-cycle-time } }
      - { id: merged, title: Merged, start: 0, target: 400, metric: { measure: pull-requests-merged } }
      - { id: close-rate, title: Close rate, start: 0.5, target: 1, metric: { measure: ticket-close-rate } }
      - { id: size, title: Size, keep: { max: 400 }, metric: { measure: pull-request-size } }
      - { id: none, title: Nothing of that label, start: 5, target: 0,
          metric: { measure: tickets-opened, where: { labels: no-such-label } } }
`;
}

describe('the main job', () => {
  let folder: TempFolder;
  let company: Company;
  let server: GitHubStandIn;
  let clock = NOW;
  const run = (...args: string[]) => krsync(folder.path, args, { env: { TOKEN }, now: () => clock });
  const json = async <T>(...args: string[]): Promise<T> =>
    JSON.parse((await run(...args, '--json')).stdout) as T;

  beforeAll(async () => {
    folder = await makeTempFolder();
    company = generateCompany({ seed: 7, now: NOW, weeks: 14, issues: 220, pulls: 260 });
    server = await startGitHubStandIn({ company, token: TOKEN, now: () => clock });
    await writeProject(folder.path, { 'config/okrs.yaml': configuration(server.url) });
    const first = await run('update');
    expect(first.stderr).toContain('Synced:');
    expect(first.code).toBe(0);
  });

  afterAll(async () => {
    await server.close();
    await folder.dispose();
  });

  it('agrees with a count made outside the program, over the company itself', async () => {
    const status = await json<StatusModel>('status');
    const from = at('2026-10-01T00:00:00+02:00');
    const pulls = [...company.repositories.values()]
      .filter((repository) => ['web', 'api'].includes(repository.name))
      .flatMap((repository) => [...repository.items.values()])
      .filter((item) => item.kind === 'pull');
    const merged = pulls.filter(
      (pull) =>
        pull.mergedAt !== null && pull.mergedAt >= from && pull.mergedAt < NOW && pull.author?.type !== 'Bot',
    );
    const keyResult = status.objectives[0]?.keyResults.find((one) => one.id === 'merged');
    expect(keyResult?.current).toBe(merged.length);
    expect(merged.length).toBeGreaterThan(20);
  });

  it('explains every number: what is listed aggregates to the value exactly', async () => {
    for (const name of ['cycle-time', 'merged', 'close-rate', 'size']) {
      const model = await json<ExplainModel>('explain', name);
      const values = model.observations.map((one) => one.value);
      expect(values.length, name).toBeGreaterThan(10);
      const sorted = [...values].sort((a, b) => a - b);
      const middle = (sorted.length - 1) / 2;
      const low = sorted[Math.floor(middle)] ?? 0;
      const high = sorted[Math.ceil(middle)] ?? 0;
      const byHand: Record<string, number> = {
        median: low + (middle - Math.floor(middle)) * (high - low),
        count: values.length,
        ratio:
          values.reduce((a, b) => a + b, 0) / model.observations.reduce((a, one) => a + (one.of ?? 0), 0),
      };
      expect(model.value, name).toBe(byHand[model.rule.aggregate]);
      expect(model.checkIn?.value, name).toBe(model.value);
      expect(
        model.observations.every((one) => one.ref.url?.includes('/acme/')),
        name,
      ).toBe(true);
    }
  });

  it('counts nothing over complete data as a true 0', async () => {
    const model = await json<ExplainModel>('explain', 'none');
    expect(model).toMatchObject({ value: 0, reason: null, observations: [] });
  });

  it('records nothing the second time at the same moment, and asks nothing that was not asked conditionally', async () => {
    const before = await json<StatusModel>('status');
    server.resetLog();
    const again = await run('update');
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('Nothing new to record.');
    expect(
      server.requests.map(({ path, status }) => ({ path, status })).filter((one) => one.status !== 304),
    ).toEqual([]);
    // One for each of six streams of two repositories.
    expect(server.requests).toHaveLength(12);
    expect((await json<StatusModel>('status')).objectives).toEqual(before.objectives);
  });

  it('plans exactly what the next update records', async () => {
    clock = NOW + 26 * 3_600_000;
    const [repository] = company.repositories.values();
    if (repository === undefined) throw new Error('the company has no repository');
    const issue = openIssue(repository, { title: 'One more', author: null, at: clock - 7_200_000 });
    closeIssue(issue, { at: clock - 3_600_000, by: null });
    expect((await run('sync')).code).toBe(0);
    const planned = await json<PlanModel>('plan');
    const database = new Database(join(folder.path, 'krsync.db'), { readonly: true });
    const newest =
      database.prepare<[], { id: number }>('SELECT max(id) AS id FROM v_check_ins').get()?.id ?? 0;
    const updated = await json<{ plan: PlanModel; recorded: number }>('update');
    const rows = database
      .prepare(
        'SELECT objective AS objective_id, key_result AS key_result_id, value, progress, status AS shown FROM v_check_ins WHERE id > ? ORDER BY id',
      )
      .all(newest);
    database.close();
    expect(updated.plan).toEqual(planned);
    const recorded = planned.entries.filter((entry) => entry.action === 'check-in');
    expect(recorded.length).toBeGreaterThan(0);
    expect(rows).toEqual(
      recorded.map((entry) => ({
        objective_id: entry.objective,
        key_result_id: entry.keyResult,
        value: entry.after.value,
        progress: entry.after.progress,
        shown: entry.after.status,
      })),
    );
    expect((await json<PlanModel>('plan')).entries.every((entry) => entry.action === 'none')).toBe(true);
  });

  it('shows a past day as it was, and writes nothing for looking', async () => {
    const past = await json<ExplainModel>('explain', 'merged', '--as-of', '2026-10-15T12:00:00Z');
    expect(past.window.to).toBe('2026-10-15T12:00:00.000Z');
    const history = await json<{ days: { date: string; value: number | null }[] }>('history', 'merged');
    const days = new Map(history.days.map((day) => [day.date, day.value]));
    expect(days.get('2026-10-14')).toBeLessThanOrEqual(past.value ?? 0);
    expect(days.get('2026-10-15')).toBeGreaterThanOrEqual(past.value ?? 0);
    expect(days.size).toBe(56);
  });

  it('renders every screen for a person', async () => {
    for (const args of [
      ['status'],
      ['plan'],
      ['explain', 'flow/size'],
      ['history', 'merged'],
      ['report'],
      ['metrics'],
    ]) {
      const { code, stdout } = await run(...args);
      expect(code, args.join(' ')).toBe(0);
      expect(stdout.length, args.join(' ')).toBeGreaterThan(100);
      expect(stdout, args.join(' ')).not.toContain('\u001b[');
    }
  });

  it('names the key results there are when one is misspelt', async () => {
    const { code, stderr } = await run('explain', 'cycletime');
    expect(code).toBe(2);
    expect(stderr).toContain("there is no key result 'cycletime'");
    expect(stderr).toContain('flow/cycle-time');
  });

  it('prints no secret, whatever it is asked for', async () => {
    for (const command of ['status', 'plan', 'explain flow/size', 'history merged', 'report --format json']) {
      const { stdout, stderr } = await run(...command.split(' '), '--json', '--log-level', 'debug');
      expect(stdout.length, command).toBeGreaterThan(100);
      expect(stdout + stderr, command).not.toContain(TOKEN);
    }
  });

  it('writes no secret anywhere', async () => {
    const dump = new Database(join(folder.path, 'krsync.db'), { readonly: true });
    const bytes = dump.serialize().toString('latin1');
    dump.close();
    for (const secret of [TOKEN, Buffer.from(TOKEN).toString('base64').replace(/=+$/, '')]) {
      expect(bytes.includes(secret)).toBe(false);
    }
  });
});
