import type { Message, MessageKeyResult, MessageObjective } from '../../src/report/message.ts';

export function aMessageKeyResult(fields: Partial<MessageKeyResult> = {}): MessageKeyResult {
  return {
    id: 'cycle-time',
    title: 'Cut the median cycle time from 52 h to 24 h',
    status: 'off_track',
    statusText: 'off track',
    value: 40.5,
    unit: 'hours',
    measuredAt: '2026-11-24T05:15:00.000Z',
    start: 52,
    target: 24,
    stretch: null,
    keep: null,
    forecast: { atEnd: { p10: 29, p50: 33, p90: 38 }, probability: 0.04 },
    progress: 0.41,
    progressText: '41 %',
    valueText: '52 h → 40.5 h of 24 h',
    changeText: 'was at risk',
    details: ['forecast 29 h to 38 h at the end, 4 % likely to reach the target'],
    trend: [52, 50, null, 44, 40.5],
    items: [{ text: 'acme/web#812 A large change', url: 'https://github.com/acme/web/pull/812' }],
    checkInId: 77,
    ...fields,
  };
}

export function aMessageObjective(fields: Partial<MessageObjective> = {}): MessageObjective {
  return {
    id: 'small-and-often',
    title: 'We ship small changes with confidence, every day',
    owner: 'ana@acme.dev',
    team: 'Web',
    status: 'off_track',
    statusText: 'off track',
    progress: 0.41,
    progressText: '41 %, 1 of 1 has data',
    keyResults: [aMessageKeyResult()],
    ...fields,
  };
}

export function aMessage(fields: Partial<Message> = {}): Message {
  return {
    id: '0f8fad5b-d9cb-469f-a165-70867728950e',
    kind: 'change',
    asOf: '2026-11-24T05:15:00.000Z',
    timezone: 'Europe/Stockholm',
    cycle: { id: '2026-Q4', elapsed: 0.59 },
    subject: 'Cycle time is off track',
    summary: 'One key result changed its status.',
    objectives: [aMessageObjective()],
    notices: [],
    ...fields,
  };
}

/** A message each of whose texts, from whatever tool or person it comes, is this one. */
export function aMessageOf(text: string, fields: Partial<Message> = {}): Message {
  return aMessage({
    kind: 'digest',
    subject: text,
    summary: text,
    notices: [text],
    objectives: [
      aMessageObjective({
        title: text,
        owner: text,
        team: text,
        progressText: text,
        keyResults: [
          aMessageKeyResult({
            title: text,
            valueText: text,
            changeText: text,
            details: [text],
            items: [
              { text, url: 'https://github.com/acme/web/pull/812' },
              { text, url: null },
            ],
          }),
        ],
      }),
    ],
    ...fields,
  });
}

/** A digest of many objectives, none of them short. */
export function aLargeMessage(objectives: number, keyResults: number): Message {
  const words = 'that is written as such titles are, with a reason, a number and a date '.repeat(2);
  return aMessage({
    kind: 'digest',
    objectives: Array.from({ length: objectives }, (_, i) =>
      aMessageObjective({
        id: `objective-${i}`,
        title: `Objective ${i} ${words}`,
        keyResults: Array.from({ length: keyResults }, (_, j) =>
          aMessageKeyResult({ id: `kr-${j}`, title: `Key result ${i}.${j} ${words}` }),
        ),
      }),
    ),
    notices: Array.from({ length: 40 }, (_, i) => `source-${i}: the connection failed ${words}`),
  });
}
