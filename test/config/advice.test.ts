import { describe, expect, it } from 'vitest';
import { advise } from '../../src/config/index.ts';
import { load, metrics, SOURCES, VALID, withKeyResult } from './support/workspace.ts';

async function adviceOn(yaml: string, catalogue = metrics): Promise<readonly string[]> {
  return advise(await load({ 'a.yaml': yaml }), catalogue).map(
    ({ where, message }) => `${where}: ${message}`,
  );
}

const keyResult = (id: string, measure: string, start = '9', target = '1') =>
  `      - { id: ${id}, title: A title, metric: { measure: ${measure} }, start: ${start}, target: ${target} }\n`;

const owned = (...keyResults: string[]) =>
  VALID.replace('    title: We', '    owner: ana\n    title: We')
    .split('      - id')[0]
    ?.concat(...keyResults) ?? '';

describe('advice', () => {
  it('is none for an owned objective of two outcomes', async () => {
    expect(
      await adviceOn(owned(keyResult('a', 'ticket-lead-time'), keyResult('b', 'pull-request-pickup-time'))),
    ).toEqual([]);
  });

  it('asks for an owner and a second key result', async () => {
    expect(await adviceOn(VALID)).toEqual(['fast: name an owner', 'fast: add a second key result']);
  });

  it('finds more than four key results too many', async () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((id) => keyResult(id, 'ticket-lead-time'));
    expect(await adviceOn(owned(...five))).toEqual([
      'fast: keep the four that matter most of its 5 key results',
    ]);
  });

  it('does not let activity stand alone', async () => {
    const sources = SOURCES.replace('sources:\n', 'sources:\n  - { id: repo, kind: git, path: . }\n');
    const lines = (id: string) => keyResult(id, 'line-impact, source: gh', '0', '9');
    const alone = await adviceOn(owned(lines('a'), lines('b')).replace(SOURCES, sources));
    expect(alone).toEqual(['fast: put an outcome beside line-impact']);
    expect(await adviceOn(owned(lines('a'), keyResult('b', 'ticket-lead-time')))).toEqual([]);
  });

  it('pairs what can be pushed with what would show it, once that can be measured', async () => {
    const yaml = owned(keyResult('a', 'tickets-closed', '0', '9'), keyResult('b', 'ticket-lead-time'));
    expect(await adviceOn(yaml)).toEqual(['fast: pair tickets-closed with ticket-reopen-rate']);
    const paired = owned(
      keyResult('a', 'tickets-closed', '0', '9'),
      keyResult('b', 'ticket-reopen-rate', '0.5', '0.1'),
    );
    expect(await adviceOn(paired)).toEqual([]);
    const covered = owned(keyResult('a', 'test-coverage', '0.5', '0.9'), keyResult('b', 'ticket-lead-time'));
    const reports = '{ id: cov, kind: coverage, reports: [{ path: a.json }] }';
    const withCoverage = covered.replace('sources:\n', `sources:\n  - ${reports}\n`);
    expect(await adviceOn(withCoverage)).toEqual([]);
    const withTests = withCoverage.replace('sources:\n', 'sources:\n  - { id: unit, kind: junit }\n');
    expect(await adviceOn(withTests)).toEqual(['fast: pair test-coverage with tests or test-pass-rate']);
  });

  it('doubts a target that is worse than the start', async () => {
    expect(
      await adviceOn(
        owned(keyResult('a', 'ticket-lead-time', '1d', '2d'), keyResult('b', 'releases', '0', '3')),
      ),
    ).toEqual(['fast/a: check start and target: ticket-lead-time is better when it is lower']);
  });

  it('doubts a ratio that was meant in percent', async () => {
    expect(
      await adviceOn(
        owned(keyResult('a', 'ticket-close-rate', 'auto', '90'), keyResult('b', 'ticket-lead-time')),
      ),
    ).toEqual(['fast/a: write `90%` if percent is meant']);
  });

  it('wants some weight', async () => {
    const yaml = withKeyResult('metric: { measure: ticket-lead-time }\nstart: 9\ntarget: 1\nweight: 0');
    expect(await adviceOn(yaml)).toContain('o: give a key result a weight above 0');
  });
});
