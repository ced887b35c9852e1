import type { Message, MessageKeyResult } from '../../report/message.ts';
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
  stretch: null,
  keep: null,
  forecast: { atEnd: { p10: 0.8, p50: 1, p90: 1.4 }, probability: 0.5 },
  progress: 0.75,
  progressText: '75 %',
  valueText: '3 h → 1.5 h of 1 h',
  changeText: null,
  details: [],
  trend: [3, null, 1.5],
  items: [{ text: 'An item', url: 'https://example.com/' }],
  checkInId: 1,
};

/** A message that tries the templates: every field is there, and what may be missing is. Nothing of it is sent. */
export function sampleMessage({ ids }: HttpSettings): Message {
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
      title: 'An "objective"',
      owner: null,
      team: null,
      status: 'on_track',
      statusText: 'on track',
      progress: null,
      progressText: '—',
      keyResults: [{ ...KEY_RESULT, id: path.split('/').at(-1) ?? path }],
    })),
  };
}
