import { describe, expect, it } from 'vitest';
import { tallyRule } from '../../../src/app/doctor/tally.ts';
import { judge, type Outcome } from '../../../src/app/doctor/verdict.ts';
import type { EngineeringRecord } from '../../../src/domain/records.ts';
import { metricOf } from '../../../src/metrics/index.ts';
import { aValue } from '../../support/okr.ts';
import { aDeployment, aRule, aTicket, at, memoryStore } from '../../support/records.ts';

const { signal } = new AbortController();

async function verdict(
  rule: ReturnType<typeof aRule>,
  records: readonly EngineeringRecord[],
  outcome: Partial<Outcome> = {},
): Promise<readonly string[]> {
  const tallies = await tallyRule(memoryStore(records), rule, metricOf(rule.measure), signal);
  const none = aValue(null, { sampleSize: 0 });
  const findings = judge({
    value: none,
    rejected: [],
    broken: [],
    minSamples: 1,
    incidents: null,
    ...outcome,
    tallies,
  });
  return findings.map(({ code, message }) => `${code}: ${message}`);
}

const bugs = aRule('ticket-lead-time', { where: { type: 'bgu' } });
const tickets = [aTicket({ id: '1', type: 'Bug' }), aTicket({ id: '2', type: 'Story' })];

describe('a rule without a value', () => {
  it('is told that its source holds no such record', async () => {
    expect(await verdict(bugs, [])).toEqual([
      'no-record: when it was last pulled, gh held no tickets at all',
    ]);
  });

  it('is told which condition nothing meets, and what was probably meant', async () => {
    const where = { type: 'Buug', labels: 'x' };
    expect(
      await verdict(
        aRule('ticket-lead-time', { where }),
        tickets.map((one) => ({ ...one, labels: ['x'] })),
      ),
    ).toEqual(['no-match: none of the 2 tickets meets `where.type: Buug`; did you mean `Bug`?']);
  });

  it('counts what met a condition once, though it does no longer', async () => {
    const changed = aTicket({
      type: 'Story',
      history: [{ field: 'type', at: at('2026-10-02'), from: 'Bug', to: 'Story' }],
    });
    const found = await verdict(aRule('ticket-lead-time', { where: { type: 'Bug' } }), [changed]);
    expect(found[0]).toMatch(/^none-counts: .*1 tickets? meet/);
  });

  it('is told that each condition is met, but never all at once', async () => {
    const where = { type: 'Bug', repository: 'acme/api' };
    const records = [
      aTicket({ id: '1', type: 'Bug' }),
      aTicket({ id: '2', type: 'Story', repository: 'acme/api' }),
    ];
    expect(await verdict(aRule('ticket-lead-time', { where }), records)).toEqual([
      'no-match: none of the 2 tickets meets all conditions at once: 1 meet `where.type: Bug`, 1 meet `where.repository: acme/api`',
    ]);
  });

  it('is told which environments there are, when none of them means production', async () => {
    const records = [
      aDeployment({ environment: 'eu-west' }),
      aDeployment({ id: '2', environment: 'eu-west' }),
    ];
    const [found] = await verdict(aRule('deployment-frequency'), records);
    expect(found).toMatch(
      /^no-match: none of the 2 deployments meets `options.environments: .*there is eu-west/,
    );
  });

  it('is told what was left out, when all else is met', async () => {
    const rejected = [{ reason: 'never in progress', count: 2 }];
    const [found] = await verdict(aRule('ticket-cycle-time'), tickets, { rejected });
    expect(found).toContain('left out: 2 (never in progress)');
  });

  it('is told the gap in the data, and not what the records say', async () => {
    const value = aValue(null, { held: true, reason: 'issues were last read completely long ago' });
    expect(await verdict(bugs, tickets, { value })).toEqual([`held: ${value.reason}`]);
  });
});

describe('a rule that joins incidents with deployments', () => {
  const rule = aRule('change-fail-rate');
  const value = aValue(0, { sampleSize: 14 });

  it('says nothing while no incident meets a deployment, though its value looks right', async () => {
    expect(await verdict(rule, [], { value, incidents: { linked: 0, unlinked: 11 } })).toEqual([
      'none-linked: none of the 11 incidents of the window meets a deployment, so that no deployment is known to have failed',
    ]);
    expect((await verdict(rule, [], { value, incidents: { linked: 0, unlinked: 1 } }))[0]).toContain(
      'the one incident of the window meets no deployment',
    );
  });

  it('is believed when one does, or there was none', async () => {
    expect(await verdict(rule, [], { value, incidents: { linked: 1, unlinked: 10 } })).toEqual([]);
    expect(await verdict(rule, [], { value, incidents: { linked: 0, unlinked: 0 } })).toEqual([]);
  });
});

describe('a rule that counts 0', () => {
  const value = aValue(0, { sampleSize: 0 });

  it('is in doubt when the name of what it counts is near one that there is', async () => {
    const rule = aRule('tickets-closed', { where: { type: 'bugs' } });
    expect(await verdict(rule, tickets, { value, minSamples: 0 })).toEqual([
      'no-match: the 0 is in doubt: none of the 2 tickets meets `where.type: bugs`; did you mean `Bug`?',
    ]);
  });

  it('is believed when nothing is near, or nothing was ever there', async () => {
    const rule = aRule('tickets-closed', { where: { type: 'Incident' } });
    expect(await verdict(rule, tickets, { value, minSamples: 0 })).toEqual([]);
    expect(await verdict(rule, [], { value, minSamples: 0 })).toEqual([]);
  });
});
