import type { Message, MessageKeyResult, MessageObjective } from '../../report/message.ts';
import type { HttpSettings } from './settings.ts';

const KEY_RESULT: Omit<MessageKeyResult, 'id'> = {
  title: 'A "key result" <with> signs & \\ breaks',
  status: 'on_track',
  statusText: 'on track',
  value: 1.5,
  unit: 'hours',
  measuredAt: '2026-01-15T06:00:00.000Z',
  start: 3,
  target: 1,
  stretch: 0.5,
  keep: { min: 0.5, max: 2, for: 0.9 },
  forecast: { atEnd: { p10: 0.8, p50: 1, p90: 1.4 }, probability: 0.5 },
  progress: 0.75,
  progressText: '75 %',
  valueText: '3 h → 1.5 h of 1 h',
  changeText: 'was at risk',
  details: ['A detail'],
  trend: [3, null, 1.5],
  items: [{ text: 'An item', url: 'https://example.com/' }],
  checkInId: 1,
};

const OBJECTIVE: Omit<MessageObjective, 'id' | 'keyResults'> = {
  title: 'An "objective"',
  owner: 'ana@example.com',
  team: 'A team',
  status: 'on_track',
  statusText: 'on track',
  progress: 0.75,
  progressText: '75 %, has data',
};

const NO_KEY_RESULT_FIELD = {
  value: null,
  measuredAt: null,
  start: null,
  target: null,
  stretch: null,
  keep: null,
  forecast: null,
  progress: null,
  changeText: null,
  checkInId: null,
} as const satisfies Partial<MessageKeyResult>;
const NO_OBJECTIVE_FIELD = {
  owner: null,
  team: null,
  progress: null,
} as const satisfies Partial<MessageObjective>;

/** What may be missing, as templates name it. */
export function optionalFields({ each }: HttpSettings): readonly string[] {
  return [
    ...Object.keys(NO_KEY_RESULT_FIELD)
      // Without a value there is no request for a key result.
      .filter((name) => name !== 'value' || each === 'message')
      .map((name) => `keyResult.${name}`),
    ...Object.keys(NO_OBJECTIVE_FIELD).map((name) => `objective.${name}`),
  ];
}

/** A message that tries the templates: every field is there but those that are named as missing. Nothing of it is sent. */
export function sampleMessage({ ids }: HttpSettings, missing: readonly string[] = []): Message {
  const without = <Fields extends object>(what: string, fields: Fields): Partial<Fields> =>
    Object.fromEntries(
      Object.entries(fields).filter(([name]) => missing.includes(`${what}.${name}`)),
    ) as Partial<Fields>;
  const listed = Object.keys(ids ?? { 'objective/key-result': '' });
  return {
    id: 'sample',
    kind: 'digest',
    asOf: '2026-01-15T06:00:00.000Z',
    timezone: 'UTC',
    cycle: { id: '2026-Q1', elapsed: 0.16 },
    subject: 'A "sample"',
    summary: 'It is not sent.',
    notices: ['A notice'],
    objectives: listed.map((path) => ({
      id: path.includes('/') ? (path.split('/')[0] ?? '') : 'objective',
      ...OBJECTIVE,
      ...without('objective', NO_OBJECTIVE_FIELD),
      keyResults: [
        { ...KEY_RESULT, ...without('keyResult', NO_KEY_RESULT_FIELD), id: path.split('/').at(-1) ?? path },
      ],
    })),
  };
}
