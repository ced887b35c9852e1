import { describe, expect, it } from 'vitest';
import { itemsOf } from '../../src/app/explain-items.ts';
import type { Rule } from '../../src/domain/okr.ts';
import type { EngineeringRecord } from '../../src/domain/records.ts';
import { evaluateRule } from '../../src/metrics/engine/rule.ts';
import { metricOf } from '../../src/metrics/index.ts';
import { INCIDENTS } from '../metrics/support/examples.ts';
import { aDeployment, aMember, aPull, aRule, aTicket, at, memoryStore, span } from '../support/records.ts';

const OCTOBER = span('2026-10-01', '2026-10-29');

/** What `explain` would show of these records over October, each by its key. */
async function explained(records: readonly EngineeringRecord[], rule: Rule, asOf = OCTOBER.to) {
  const evaluation = await evaluateRule({
    store: memoryStore(records),
    rule,
    metricOf,
    moments: [asOf],
    span: OCTOBER,
    zone: 'UTC',
    members: [aMember()],
    failures: [],
    freshness: 0,
    signal: new AbortController().signal,
    traced: true,
  });
  const links = async (handles: readonly number[]) =>
    handles.map((handle) => {
      const { recordType: type, key, url, title } = records[handle - 1] as EngineeringRecord;
      return { type, key, url, title };
    });
  const { window = OCTOBER } = evaluation.values[0] ?? {};
  const items = await itemsOf(rule, evaluation, window, { links });
  return {
    ...items,
    observed: items.observations.map(({ ref, value, related }) => [
      ref.key,
      value,
      ...related.map((one) => `${one.is} ${one.ref.key}`),
    ]),
    left: items.leftOut.map(({ ref, reason }) => [ref.key, reason]),
  };
}

const deployed = (key: string, time: string) =>
  aDeployment({ key, id: key, commit: `${key.at(-1)}`.repeat(40), finishedAt: at(time) });
const outage = (key: string, created: string, names: string) =>
  aTicket({ key, id: key, type: 'Incident', createdAt: at(created), labels: [names] });

describe('incidents and deployments', () => {
  const records = [
    deployed('deploy 1', '2026-10-02'),
    deployed('deploy 2', '2026-10-05'),
    deployed('deploy 3', '2026-10-08'),
    { ...outage('OPS-1', '2026-10-06', 'deploy 2'), labels: ['deploy 2', 'deploy 3'] },
    outage('OPS-2', '2026-10-07', 'deploy 9'),
    outage('OPS-3', '2026-09-20', 'deploy 9'),
  ];

  it('show which deployment led to which incident, which one mended it, and which incidents met none', async () => {
    const found = await explained(records, aRule('change-fail-rate', { incidents: INCIDENTS }));
    expect(found.observed).toEqual([
      ['deploy 1', 0],
      ['deploy 2', 1, 'led to OPS-1'],
      ['deploy 3', 0, 'mended OPS-1'],
    ]);
    expect(found.left).toEqual([['OPS-2', 'the incident meets no deployment before it']]);
    expect(found.incidents).toMatchObject({ link: 'explicit', linked: 1, unlinked: 1 });
  });

  it('show of a recovery the deployments that caused and mended it', async () => {
    const mended = { ...outage('OPS-1', '2026-10-06', 'deploy 2'), resolvedAt: at('2026-10-07') };
    const rule = aRule('failed-deployment-recovery-time', { incidents: INCIDENTS });
    const found = await explained([...records.slice(0, 3), mended], rule);
    expect(found.observed).toEqual([['OPS-1', 48, 'caused by deploy 2']]);
  });

  it('show nothing that was not known by then', async () => {
    const rule = aRule('change-fail-rate', { incidents: INCIDENTS });
    const found = await explained(records, rule, at('2026-10-05T12:00:00Z'));
    expect(found.observed).toEqual([
      ['deploy 1', 0],
      ['deploy 2', 0],
    ]);
    expect(found.incidents, 'but for one of September').toMatchObject({ linked: 0, unlinked: 1 });
  });
});

describe('tickets and pull requests', () => {
  it('show by which pull request a ticket was tested, and of which that is not known', async () => {
    const resolvedAt = at('2026-10-10');
    const records = [
      aTicket({ key: 'W-1', id: '1', resolvedAt, closedBy: ['acme/web#7'] }),
      aTicket({ key: 'W-2', id: '2', resolvedAt, closedBy: [] }),
      aTicket({ key: 'W-3', id: '3', resolvedAt, closedBy: ['acme/web#8'] }),
      aPull({ key: 'acme/web#7', id: '7', testsTouched: true }),
      aPull({ key: 'acme/web#8', id: '8', testsTouched: null }),
    ];
    const options = { tested: { pullRequest: true } };
    const found = await explained(records, aRule('tickets-tested-share', { options }));
    expect(found.observed).toEqual([
      ['W-1', 1, 'tested by acme/web#7'],
      ['W-2', 0],
    ]);
    expect(found.left).toEqual([['W-3', 'the files of the pull request that closed it are not known']]);
    expect(found.incidents).toBeNull();
  });

  it('show which deployment brought a pull request, and why one counts for none', async () => {
    const pull = (key: string, mergedAt: string, mergeCommit: string) =>
      aPull({
        key,
        id: key,
        mergedAt: at(mergedAt),
        createdAt: at('2026-10-03'),
        firstCommitAt: at('2026-10-03'),
        mergeCommit,
      });
    const records = [
      deployed('deploy 1', '2026-10-02'),
      deployed('deploy 2', '2026-10-05'),
      pull('acme/web#1', '2026-10-04', '2'.repeat(40)),
      pull('acme/web#2', '2026-10-06', '9'.repeat(40)),
    ];
    const found = await explained(records, aRule('change-lead-time'));
    expect(found.observed).toEqual([['acme/web#1', 48, 'deployed by deploy 2']]);
    expect(found.left).toEqual([['acme/web#2', 'nothing was deployed since its merge']]);
  });
});
