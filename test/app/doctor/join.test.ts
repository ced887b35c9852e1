import { describe, expect, it } from 'vitest';
import { joinRule, type World } from '../../../src/app/doctor/join.ts';
import type { ListedStream } from '../../../src/app/doctor/streams.ts';
import type { Rule } from '../../../src/domain/okr.ts';
import { NEVER } from '../../../src/domain/time.ts';
import { metricOf } from '../../../src/metrics/index.ts';
import { aMember, aRule, at } from '../../support/records.ts';

function aStream(fields: Partial<ListedStream> = {}): ListedStream {
  const members = ['acme/web', 'acme/api'].map((id) => ({ id, title: id }));
  const listed = { yields: ['ticket'], memberField: 'repository', pushed: false } as const;
  return { source: 'gh', stream: 'issues', ...listed, members, ...fields };
}

const stored = ['acme/web', 'acme/api'].map((member) =>
  aMember({ member, title: member, yields: ['ticket'] }),
);

function findings(rule: Rule, world: Partial<World> = {}) {
  const all = {
    streams: [aStream()],
    members: stored,
    failures: [],
    failing: new Map<string, (string | null)[]>(),
    ...world,
  };
  return joinRule(rule, metricOf(rule.measure), all);
}

const CLOSED = aRule('tickets-closed');
const of = (repository: string) => aRule('tickets-closed', { where: { repository } });

describe('a rule and its sources', () => {
  it('join without a word where everything it can touch was read', () => {
    expect(findings(CLOSED)).toEqual([]);
    expect(findings(of('acme/*'))).toEqual([]);
  });

  it('do not join where nothing that is read bears the name: the nearest is said, else what there is', () => {
    expect(findings(of('acme/wbe'))).toMatchObject([
      {
        code: 'no-match',
        message: '`where.repository: acme/wbe` matches nothing that gh reads; did you mean `acme/web`?',
      },
    ]);
    expect(findings(of('other/*'))[0]?.message).toMatch(/there is acme\/web, acme\/api$/);
  });

  it('do not join while what the settings name now was not pulled', () => {
    const members = stored.slice(0, 1);
    expect(findings(of('acme/api'), { members })).toMatchObject([
      { code: 'not-pulled', message: 'acme/api (gh) was not pulled yet', remedy: 'run `krsync sync gh`' },
    ]);
    expect(findings(of('acme/web'), { members }), 'the other was').toEqual([]);
  });

  it('do not join where a stream was refused, with what the tool said', () => {
    const error = 'Resource not accessible (GET …). Grant issues: read.';
    const members = [aMember({ yields: ['ticket'], completeAt: null, coveredFrom: null, error })];
    expect(findings(of('acme/web'), { members })).toMatchObject([
      { code: 'refused', message: `issues of acme/web (gh) were never read completely: ${error}` },
    ]);
    const failures = [{ source: 'gh', stream: 'issues', error, at: 1 }];
    expect(findings(of('acme/web'), { members: [], failures })[0]?.message).toContain(error);
  });

  it('do not join where a stream is passed over for want of a permission', () => {
    const now = at('2026-11-24');
    const members = [aMember({ yields: ['ticket'], completeAt: now, coveredFrom: NEVER })];
    expect(findings(of('acme/web'), { members })).toMatchObject([
      { code: 'refused', message: expect.stringContaining('may not be read with these credentials') },
    ]);
  });

  it('join by the series that the rule reads, whatever became of the others', () => {
    const queries = aStream({
      source: 'prom',
      stream: 'queries',
      yields: ['sample'],
      memberField: 'series',
      members: ['signups', 'orders'].map((id) => ({ id, title: id })),
    });
    const members = ['signups', 'orders'].map((member) =>
      aMember({
        source: 'prom',
        stream: 'queries',
        member,
        title: member,
        yields: ['sample'],
        memberField: 'series',
        coveredUntil: member === 'orders' ? at('2026-11-20') : null,
      }),
    );
    const found = (series: string) =>
      findings(aRule('sample', { sources: ['prom'], options: { series } }), { streams: [queries], members });
    expect(found('signups')).toEqual([]);
    expect(found('orders')).toMatchObject([{ code: 'ended' }]);
    expect(found('order')).toMatchObject([
      { code: 'no-match', message: 'prom reads no series `order`; did you mean `orders`?' },
    ]);
  });

  it('do not join any more where the tool has nothing newer', () => {
    const members = [aMember({ yields: ['ticket'], coveredUntil: at('2026-11-20') })];
    expect(findings(of('acme/web'), { members })).toMatchObject([
      { code: 'ended', message: 'issues of acme/web (gh) have no value since 2026-11-20T00:00:00.000Z' },
    ]);
  });

  it('do not join where the settings leave the stream out', () => {
    expect(findings(CLOSED, { streams: [aStream({ members: [] })], members: [] })).toMatchObject([
      { code: 'not-listed', message: 'gh has nothing to read tickets from as it is configured' },
    ]);
  });

  it('do not join where the source itself fails and was never read', () => {
    const failing = new Map([['gh', [null]]]);
    expect(findings(CLOSED, { streams: [aStream({ members: null })], members: [], failing })).toMatchObject([
      { code: 'source-failed', remedy: 'see what is said of gh under Sources' },
    ]);
    expect(findings(CLOSED, { failing }), 'what was read before still counts').toEqual([]);
  });

  it('do not join where its stream is blocked, and no other stream is blamed for it', () => {
    const blocked = (stream: string) =>
      findings(of('acme/web'), { members: [], failing: new Map([['gh', [stream]]]) });
    expect(blocked('issues')).toMatchObject([{ code: 'source-failed' }]);
    expect(blocked('deployments')).toMatchObject([{ code: 'not-pulled' }]);
  });
});

describe('incidents that join deployments', () => {
  const yields = ['deployment'] as const;
  const deployments = aStream({ stream: 'deployments', yields });
  const link = { sources: ['ops'], where: { project: 'INC' }, link: 'latest', services: {} } as const;
  const rule = aRule('change-fail-rate', { incidents: link });
  const members = stored.map((one) => ({ ...one, stream: 'deployments', yields }));

  it('are looked for where the incidents section says', () => {
    const projects = [{ id: 'WEB', title: 'Web' }];
    const ops = aStream({ source: 'ops', memberField: 'project', members: projects });
    expect(findings(rule, { streams: [deployments, ops], members })).toEqual([]);
    const found = findings(rule, { streams: [deployments, { ...ops, members: [] }], members });
    expect(found).toMatchObject([{ code: 'not-listed', message: expect.stringContaining('ops') }]);
  });
});
