import pino from 'pino';
import { expect, it } from 'vitest';
import type { Notified } from '../../src/app.ts';
import { runMessages } from '../../src/daemon/messages.ts';
import { LockHeldError } from '../../src/store/lock.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const MINUTE = 60_000;

it('looks at the outbox every five minutes, whatever goes wrong, until it is stopped', async () => {
  const time = new VirtualTime(0);
  const controller = new AbortController();
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const answers: (Notified | null | Error)[] = [
    { deliveries: [] },
    new LockHeldError('krsync.db', null),
    new TypeError('the outbox broke'),
    null,
  ];
  let looks = 0;
  const delivered: unknown[] = [];
  const ended = runMessages(
    {
      timers: time.timers,
      logger,
      onDelivered: (deliveries) => delivered.push(deliveries),
      async send() {
        const answer = answers[looks++] ?? null;
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    controller.signal,
  );
  await time.advanceTo(21 * MINUTE);
  expect(looks).toBe(4);
  expect(delivered).toEqual([[], []]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('messages could not be sent: the outbox broke');
  controller.abort();
  await ended;
  await time.advanceTo(60 * MINUTE);
  expect(looks).toBe(4);
});
