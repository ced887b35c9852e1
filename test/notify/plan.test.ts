import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome, Status } from '../../src/domain/okr.ts';
import { type ChannelPlan, digestDue, planEvents, planSummary } from '../../src/notify/plan.ts';
import type { PlanInput } from '../../src/notify/plan-input.ts';
import type { ChannelRules } from '../../src/notify/rules.ts';
import { moverLine } from '../../src/report/change.ts';
import type { StatusModel } from '../../src/report/model.ts';
import { MONDAYS_AT_EIGHT } from '../support/delivery.ts';
import { aKeyResult, aMover, anObjective, aReport, aSource, aStatus, aWeek } from '../support/models.ts';
import { at } from '../support/records.ts';

const ZONE = 'Europe/Stockholm';
const NOW = at('2026-11-24T05:15:00Z');

function someRules(over: Partial<ChannelRules> = {}): ChannelRules {
  return {
    only: { teams: null, owners: null, focusAreas: null, objectives: null },
    digest: { schedule: 'weekly', times: MONDAYS_AT_EIGHT, always: false },
    changes: true,
    operator: false,
    quietHours: null,
    mostPerWeek: null,
    ...over,
  };
}

function anInput(rules: Partial<ChannelRules> = {}, over: Partial<PlanInput> = {}): PlanInput {
  return {
    channel: { id: 'leads', rules: someRules(rules) },
    told: new Map(),
    now: NOW,
    troubles: [],
    thisWeek: 0,
    keptBack: [],
    reachedOn: () => null,
    weekOf: () => null,
    ...over,
  };
}

/** One objective of the team Web with one key result for each status that is given. */
function standing(...statuses: readonly (Status | readonly [Status, Outcome])[]): StatusModel {
  const keyResults = statuses.map((one, i) => {
    const [status, outcome] = typeof one === 'string' ? [one, null] : one;
    return aKeyResult({ id: `kr-${i}`, title: `Key result ${i}`, status, outcome, computedStatus: status });
  });
  return aStatus({ objectives: [anObjective({ id: 'o', keyResults })] });
}

/** Plans one model after another, each told what the ones before it told. */
function inTurn(
  models: readonly StatusModel[],
  rules: Partial<ChannelRules> = {},
  over: Partial<PlanInput> = {},
): readonly ChannelPlan[] {
  let told: ReadonlyMap<string, string> = new Map();
  return models.map((model) => {
    const plan = planEvents({ ...anInput(rules, over), told }, [model]);
    told = toldAfter(told, plan);
    return plan;
  });
}

function toldAfter(told: ReadonlyMap<string, string>, plan: ChannelPlan): ReadonlyMap<string, string> {
  const next = new Map(told);
  for (const [topic, value] of plan.told) value === null ? next.delete(topic) : next.set(topic, value);
  return next;
}

const subjects = ({ messages }: ChannelPlan) => messages.map(({ message }) => message.subject);

describe('a change of status', () => {
  it('is told once, with what it was, and of the key results that changed alone', () => {
    const [first, second, third] = inTurn([
      standing('on_track', 'at_risk'),
      standing('off_track', 'at_risk'),
      standing('off_track', 'at_risk'),
    ]);
    expect(first?.messages).toEqual([]);
    expect(second?.messages).toHaveLength(1);
    const message = second?.messages[0]?.message;
    expect(message).toMatchObject({ kind: 'change', subject: 'Key result 0: off track' });
    expect(message?.summary).toBe(
      'It was on track. Objective: We ship small changes with confidence, every day.',
    );
    expect(message?.objectives[0]?.keyResults).toMatchObject([{ id: 'kr-0', changeText: 'was on track' }]);
    expect(third?.messages).toEqual([]);
  });

  it('stands whole in the subject, however long the title is', () => {
    const titled = (status: Status, title: string) =>
      aStatus({ objectives: [anObjective({ keyResults: [aKeyResult({ title, status })] })] });
    for (const title of ['A long title '.repeat(40), `${'x'.repeat(118)}\u001b[31mred`]) {
      const [, second] = inTurn([titled('on_track', title), titled('off_track', title)]);
      const [subject = ''] = second === undefined ? [] : subjects(second);
      expect(subject).toMatch(/…: off track$/);
      expect(subject.length).toBeLessThan(150);
      expect(subject).not.toContain('[31');
    }
  });

  it('of several key results in one run is one message', () => {
    const [, second] = inTurn([standing('on_track', 'on_track'), standing('off_track', 'achieved')]);
    expect(second === undefined ? [] : subjects(second)).toEqual([
      '2 key results changed: 1 off track, 1 achieved',
    ]);
  });

  it('is none when it was held, stale or without data between, and comes back as it was', () => {
    const plans = inTurn(
      (['on_track', 'held', 'stale', 'no_data', 'on_track'] as const).map((one) => standing(one)),
    );
    expect(plans.flatMap(subjects)).toEqual([]);
    const back = inTurn([standing('on_track'), standing('stale'), standing('off_track')]);
    expect(back.flatMap(subjects)).toEqual(['Key result 0: off track']);
  });

  it('away from achieved says when it was reached', () => {
    const [, second] = inTurn(
      [standing('achieved'), standing('at_risk')],
      {},
      { reachedOn: () => '2026-11-03' },
    );
    const [keyResult] = second?.messages[0]?.message.objectives[0]?.keyResults ?? [];
    expect(keyResult?.changeText).toBe('reached on 2026-11-03, since lost');
  });

  it('names the items that moved it in the words of the report, and only of what changed', () => {
    const asked: string[] = [];
    const models = [standing('on_track', 'on_track'), standing('off_track', 'on_track')];
    const weekOf: PlanInput['weekOf'] = (...path) => {
      asked.push(path.join('/'));
      return aWeek();
    };
    const [, second] = inTurn(models, {}, { weekOf });
    const [keyResult] = second?.messages[0]?.message.objectives[0]?.keyResults ?? [];
    expect(keyResult?.changeText).toBe('was on track; −1.5 h in a week');
    expect(keyResult?.items).toEqual([
      {
        text: moverLine(aMover(), aKeyResult()),
        url: 'https://github.com/acme/web/pull/812',
      },
    ]);
    expect(asked).toEqual(['2026-Q4/o/kr-0']);
  });

  it('of a value that stood still says so: then it was time that passed', () => {
    const week = aWeek({ delta: 0, items: { entered: 0, left: 0, changed: 0, largest: [], reason: null } });
    const [, second] = inTurn([standing('on_track'), standing('off_track')], {}, { weekOf: () => week });
    const [keyResult] = second?.messages[0]?.message.objectives[0]?.keyResults ?? [];
    expect(keyResult).toMatchObject({ changeText: 'was on track; unchanged in a week', items: [] });
  });

  it('at the end of a cycle says how it ended', () => {
    const [, second] = inTurn([standing('at_risk'), standing(['closed', 'missed'])]);
    expect(second === undefined ? [] : subjects(second)).toEqual(['Key result 0: closed: missed']);
  });

  it('is not told to a channel of another team, nor to one that does not ask for changes', () => {
    const models = [standing('on_track'), standing('off_track')];
    const other = { teams: ['Core'], owners: null, focusAreas: null, objectives: null };
    expect(inTurn(models, { only: other }).flatMap(subjects)).toEqual([]);
    expect(inTurn(models, { changes: false }).flatMap(subjects)).toEqual([]);
    const web = { teams: ['Web'], owners: ['ana@acme.dev'], focusAreas: null, objectives: ['o'] };
    expect(inTurn(models, { only: web }).flatMap(subjects)).toHaveLength(1);
  });

  it('is told exactly once whatever comes and goes, and the same plan twice has the same id', () => {
    const status = fc.constantFrom<Status>('on_track', 'at_risk', 'off_track', 'held', 'stale', 'no_data');
    fc.assert(
      fc.property(fc.array(status, { minLength: 2, maxLength: 30 }), (walk) => {
        const models = walk.map((one) => standing(one));
        const spoken = walk.filter((one) => !['held', 'stale', 'no_data'].includes(one));
        const expected = spoken.filter((one, i) => i > 0 && one !== spoken[i - 1]).length;
        const plans = inTurn(models);
        expect(plans.flatMap(subjects)).toHaveLength(expected);
        expect(inTurn(models)).toEqual(plans);
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});

describe('whoever runs it', () => {
  const failing = aSource({ error: 'The server failed (GET https://api.github.com).' });

  it('is told of a failing source and a held value once each, and once when each is over', () => {
    const well = standing('on_track');
    const broken = { ...standing('held'), sources: [failing] };
    const plans = inTurn([well, broken, broken, { ...broken, sources: [aSource()] }, well, well], {
      operator: true,
      digest: null,
    });
    expect(plans.map((plan) => plan.messages.map(({ message }) => message.notices))).toEqual([
      [],
      [
        [
          'source gh: The server failed (GET https://api.github.com).',
          expect.stringMatching(/^o\/kr-0 is held/),
        ],
      ],
      [],
      [['Over: source gh fails']],
      [['Over: o/kr-0 is held']],
      [],
    ]);
    expect(plans[1]?.messages[0]?.message.kind).toBe('operator');
  });

  it('alone is told of them', () => {
    const broken = { ...standing('held'), sources: [failing] };
    expect(inTurn([standing('on_track'), broken]).flatMap(subjects)).toEqual([]);
  });
});

describe('the weekly limit', () => {
  it('keeps back what is beyond it, and the next digest tells it though all is as it was', () => {
    const models = [standing('on_track'), standing('off_track')];
    const [, second] = inTurn(models, { mostPerWeek: 2 }, { thisWeek: 2 });
    expect(second?.messages).toMatchObject([{ state: 'folded' }]);
    const keptBack = [{ id: 'kept', subject: 'Key result 0: off track' }];
    const input = anInput({ mostPerWeek: 2 }, { keptBack });
    const first = planSummary(input, 'slot 1', aReport());
    const again = planSummary({ ...input, told: toldAfter(new Map(), first) }, 'slot 2', aReport());
    expect(again.messages[0]?.message.notices).toEqual([
      'Kept back until now by the weekly limit: Key result 0: off track',
    ]);
    expect(again.folded).toEqual([{ id: 'kept', into: again.messages[0]?.message.id }]);
    const [, room] = inTurn(models, { mostPerWeek: 2 }, { thisWeek: 1 });
    expect(room?.messages).toMatchObject([{ state: 'pending' }]);
  });
});

describe('a digest', () => {
  it('waits for its first time, is due once for each time after, and only once for several that were missed', () => {
    const baseline = planEvents(anInput(), [standing('on_track')]);
    const told = toldAfter(new Map(), baseline);
    const due = (iso: string, known = told) => digestDue(anInput({}, { told: known, now: at(iso) }), ZONE);
    expect(due('2026-11-24T05:15:00Z')).toBeNull();
    expect(due('2026-11-30T06:59:59Z')).toBeNull();
    expect(due('2026-11-30T07:00:00Z')).toBe('2026-11-30T07:00:00.000Z');
    const missed = due('2026-12-16T12:00:00Z');
    expect(missed).toBe('2026-12-14T07:00:00.000Z');
    const plan = planSummary(anInput({}, { told }), String(missed), aReport());
    expect(due('2026-12-20T12:00:00Z', toldAfter(told, plan))).toBeNull();
    expect(due('2026-12-21T07:00:00Z', toldAfter(told, plan))).toBe('2026-12-21T07:00:00.000Z');
    expect(digestDue(anInput({ digest: null }, { told }), ZONE)).toBeNull();
  });

  it('says where all stand, what moved since the last one, and the items that moved it', () => {
    const first = planSummary(anInput(), 'slot 1', aReport());
    expect(first.messages[0]?.message).toMatchObject({
      kind: 'digest',
      subject: expect.stringMatching(/^OKRs 2026-Q4: \d+ /),
    });
    // There is nothing yet that it could have moved from.
    expect(first.messages[0]?.message.summary).toMatch(/^\d+ % of the cycle has passed\.$/);
    const told = toldAfter(new Map(), first);
    const moved = aReport({
      objectives: [anObjective({ keyResults: [aKeyResult({ status: 'at_risk', current: 38 })] })],
    });
    const second = planSummary(anInput({}, { told }), 'slot 2', moved);
    const [keyResult] = second.messages[0]?.message.objectives[0]?.keyResults ?? [];
    expect(keyResult?.changeText).toMatch(/^was off track; 40\.5 h at the last digest; .* in a week$/);
    expect(second.messages[0]?.message.summary).toContain('1 key result moved since the last digest.');
  });

  it('is not sent when nothing changed, unless it shall always be', () => {
    const first = planSummary(anInput(), 'slot 1', aReport());
    const told = toldAfter(new Map(), first);
    expect(planSummary(anInput({}, { told }), 'slot 2', aReport()).messages).toEqual([]);
    const always = { schedule: 'weekly', times: MONDAYS_AT_EIGHT, always: true };
    const { messages } = planSummary(anInput({ digest: always }, { told }), 'slot 2', aReport());
    expect(messages).toHaveLength(1);
    expect(messages[0]?.message.summary).toContain('No key result has moved since the last digest.');
  });

  it('holds the objectives of its channel, and is none where there are none', () => {
    const only = { teams: ['Core'], owners: null, focusAreas: null, objectives: null };
    expect(planSummary(anInput({ only }), 'slot', aReport()).messages).toEqual([]);
  });
});

describe('texts', () => {
  it('are clean on their way out: one line, no control or direction characters', () => {
    const hostile = 'a \u202egpj.exe\u202c\r\nBcc: x@acme.dev\u0007 \u001b[31mred';
    const model = (status: Status) =>
      aStatus({
        objectives: [
          anObjective({
            title: hostile,
            owner: hostile,
            keyResults: [aKeyResult({ title: hostile, note: hostile, status })],
          }),
        ],
        sources: [aSource({ error: status === 'held' ? hostile : null })],
      });
    const plans = inTurn([model('on_track'), model('off_track'), model('held')], { operator: true });
    const texts = JSON.stringify(plans.flatMap(({ messages }) => messages.map(({ message }) => message)));
    expect(texts).toContain('gpj.exe');
    expect(texts).not.toMatch(/\\r|\\n|\\u0007|\\u001b|\u202e|\u202c/);
  });
});
