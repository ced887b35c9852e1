import { inspect } from 'node:util';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../connectors/errors.ts';
import type { Channel, ChannelContext, Receipt } from '../../src/notify/contract.ts';
import type { Message } from '../../src/report/message.ts';
import { cleanText } from '../../src/report/text.ts';
import { boundFetch } from '../../src/sync/bounded-fetch.ts';
import { answer, FAULTS, type Fault, faultyFetch, RESET } from './faults.ts';
import { aLargeMessage, aMessage, aMessageOf } from './messages.ts';
import { leaksOf } from './secrets.ts';

/** What the service holds after it took a message. */
export interface Received {
  /** By which it tells a repeat, or the one place that a repeat replaces; null where it knows neither. */
  readonly key: string | null;
  /** Every word of it, as a reader of the service sees it: after what the service itself unescapes. */
  readonly text: string;
  /**
   * What is more than text there: the address of each link, and every mention, tag or style that came out of a text.
   * The addresses of a message's items are no fault; anything else is.
   */
  readonly active: readonly string[];
}

/** A service that stands for the real one: it refuses what that refuses (sizes, shapes, signatures). */
export interface ServiceUnderTest {
  /** As the channel's own schema gives them. */
  readonly settings: unknown;
  /** What it holds now, oldest first. */
  received(): readonly Received[] | Promise<readonly Received[]>;
  dispose(): Promise<void>;
}

export interface ChannelCase {
  /** Tells several cases of one channel apart. */
  readonly name?: string;
  /** The secrets inside the settings. */
  readonly secrets: readonly string[];
  /**
   * What a repeat leaves: `key`: it carries the same key as the first; `place`: it is put where the first was;
   * `none`: the service knows no way to tell.
   */
  readonly repeat: 'key' | 'place' | 'none';
  /** False where it does not speak HTTP: then its faults are its own test's. @default true */
  readonly http?: boolean;
  /** Carries no words, only a number: the laws about texts do not bear on it. @default true */
  readonly words?: boolean;
  /** A new service that holds nothing. Called once per test, several at a time. */
  prepare(): Promise<ServiceUnderTest>;
}

type Fetch = typeof globalThis.fetch;
type AnyChannel = Channel<never>;

const SILENCE = 400;
const PATIENCE = 20_000;

/** What HTTP services say beside what sources say: each means that the same message will never be taken. */
const REFUSALS: readonly Pick<Fault, 'name' | 'behaviour' | 'transient' | 'codes' | 'retryAfter'>[] = [
  { name: 'a 400', behaviour: answer(400), transient: false, codes: ['input'] },
  { name: 'a 410', behaviour: answer(410), transient: false, codes: ['not_found'] },
  { name: 'a 413', behaviour: answer(413), transient: false, codes: ['input'] },
  {
    name: 'a redirect',
    behaviour: answer(307, { location: 'https://elsewhere.example/' }),
    transient: false,
    codes: ['input'],
  },
];

/** Texts that services take for more than text; messages hold them clean (`cleanText`), each on one line. */
export const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ['markup', 'a <script>alert(1)</script> & <b>bold</b> &lt;i&gt; "quoted" \'text\' b'],
  [
    'the control characters of Slack',
    'a <!channel> <!here> <@U012AB3CD> <https://evil.example|click> *bold* b',
  ],
  [
    'Markdown',
    'a # Heading **bold** _under_ `code` [click](https://evil.example) ![i](x) | - @acme/web #12 b',
  ],
  ['marks that turn the direction of writing', 'a \u202egpj.exe\u202c \u2066x\u2069 \u200f b'],
  ['emoji and other scripts', 'a 👩‍💻 🏁 façade Ünïcödé 日本語 عربى b'],
  ['line breaks and tabs', 'a\r\nBcc: everyone@acme.dev\r\n\r\nb\tc'],
  ['a bare address', 'a https://evil.example/path www.evil.example b'],
  ['wiki markup', 'a {code} h1. Heading [click|https://evil.example] !image.png! {{mono}} [~admin] b'],
];

/** Registers the laws that every channel obeys. */
export function testChannel<Settings>(typed: Channel<Settings>, testCase: ChannelCase): void {
  const channel = typed as unknown as AnyChannel;

  interface Bench {
    readonly service: ServiceUnderTest;
    readonly logs: () => string;
    deliver(message: Message, fetch?: Fetch, signal?: AbortSignal): Promise<Receipt>;
    context(fetch?: Fetch, signal?: AbortSignal): ChannelContext<never>;
  }

  async function withBench(work: (bench: Bench) => Promise<void>): Promise<void> {
    const service = await testCase.prepare();
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const context = (fetch: Fetch = globalThis.fetch, signal = new AbortController().signal) => ({
      settings: service.settings as never,
      signal,
      fetch,
      now: Date.now,
      logger,
    });
    try {
      await work({
        service,
        logs: () => lines.join(''),
        context,
        deliver: (message, fetch, signal) => channel.deliver(context(fetch, signal), message),
      });
      expectNoLeak('a log line', lines.join(''));
    } finally {
      await service.dispose();
    }
  }

  function expectNoLeak(what: string, text: string): void {
    const leaks = leaksOf(text, testCase.secrets);
    expect(leaks, `${what} gives a secret away: ${text.slice(0, 2000)}`).toEqual([]);
  }

  async function failureOf(work: Promise<unknown>): Promise<ConnectorError> {
    const error: unknown = await work.then(
      () => new Error('it was taken'),
      (caught: unknown) => caught,
    );
    if (!(error instanceof ConnectorError))
      throw new Error('a ConnectorError was expected', { cause: error });
    const { message, endpoint, remedy, code, status, stack } = error;
    expect(remedy).not.toBe('');
    expectNoLeak('an error', JSON.stringify({ message, endpoint, remedy, code, status, stack }));
    expectNoLeak('an error with its causes', inspect(error, { depth: 10 }));
    return error;
  }

  const title = testCase.name ? `${channel.kind} (${testCase.name})` : channel.kind;
  describe(`the contract of a channel: ${title}`, () => {
    test('unknown settings are refused', async () => {
      await withBench(async ({ service }) => {
        const settings = { ...(service.settings as object), 'no-such-setting': 1 };
        const issues = channel.settings.safeParse(settings).error?.issues ?? [];
        expect(JSON.stringify(issues)).toContain('no-such-setting');
      });
    });

    test('check resolves, and sends nothing', async () => {
      await withBench(async ({ service, context }) => {
        await channel.check(context());
        expect(await service.received()).toEqual([]);
      });
    });

    test('a message arrives once, and the receipt gives nothing away', async () => {
      await withBench(async ({ service, deliver }) => {
        const receipt = await deliver(aMessage());
        expectNoLeak('a receipt', JSON.stringify(receipt));
        expect(await service.received()).toHaveLength(1);
      });
    });

    test(`a repeat of one message ${REPEATS[testCase.repeat]}`, async () => {
      await withBench(async ({ service, deliver }) => {
        await deliver(aMessage());
        await deliver(aMessage());
        expectRepeat(await service.received(), 2);
      });
    });

    if (testCase.repeat === 'key') {
      test('two messages have two keys', async () => {
        await withBench(async ({ service, deliver }) => {
          await deliver(aMessage());
          await deliver(aMessage({ id: 'b9a8b6a0-2a5d-4f0e-8d3e-1f3f0c9d7a11' }));
          const keys = (await service.received()).map(({ key }) => key);
          expect(new Set(keys).size).toBe(2);
        });
      });
    }

    test('a message of every kind, with and without data, is taken', async () => {
      await withBench(async ({ service, deliver }) => {
        for (const [index, kind] of (['change', 'digest', 'operator', 'test'] as const).entries()) {
          const bare = kind === 'operator' ? { objectives: [], notices: ['gh: the connection failed'] } : {};
          await deliver(aMessage({ id: `message-${index}`, kind, ...bare }));
        }
        expect((await service.received()).length).toBeGreaterThan(0);
      });
    });

    if (testCase.words !== false) testWords();
    if (testCase.http !== false) testFaults();
  });

  function testWords(): void {
    test('it says what every surface says: titles, values, status, what changed, and the links to the items', async () => {
      await withBench(async ({ service, deliver }) => {
        await deliver(aMessage({ notices: ['gh: the connection failed'] }));
        const [one] = await service.received();
        for (const words of [
          'Cycle time is off track',
          'We ship small changes with confidence, every day',
          'Cut the median cycle time from 52 h to 24 h',
          'off track',
          '40.5 h',
          'was at risk',
          'gh: the connection failed',
        ])
          expect(one?.text).toContain(words);
      });
    });

    test.each(HOSTILE)('%s arrive as plain text', async (_, text) => {
      await withBench(async ({ service, deliver }) => {
        await deliver(aMessageOf(cleanText(text)));
        const [one] = await service.received();
        const seen = one?.text.replace(/\s+/g, ' ') ?? '';
        expect(seen).toContain(cleanText(text).replace(/\s+/g, ' '));
        expect((one?.active ?? []).filter((what) => !isOwnLink(what))).toEqual([]);
      });
    });

    test('an address that is none of the web is no link', async () => {
      await withBench(async ({ service, deliver }) => {
        const message = aMessageOf('words');
        const [objective] = message.objectives;
        const items = [
          { text: 'one', url: 'javascript:alert(1)' },
          { text: 'two', url: 'data:text/html,<script>alert(1)</script>' },
          { text: 'three', url: 'https://acme.dev/"><script>|>)]' },
        ];
        const keyResults = (objective?.keyResults ?? []).map((one) => ({ ...one, items }));
        await deliver({ ...message, objectives: objective ? [{ ...objective, keyResults }] : [] });
        const [one] = await service.received();
        expect((one?.active ?? []).filter((what) => !what.startsWith('https://acme.dev/'))).toEqual([]);
      });
    });

    test('10 kB in each text, and a digest of 60 objectives, are taken, and begin as they are written', async () => {
      await withBench(async ({ service, deliver }) => {
        await deliver(aMessageOf(`begins <here> ${'word '.repeat(2000)}`));
        // A channel that has one place shows the last message alone.
        const first = await service.received();
        expect(first.some(({ text }) => text.includes('begins <here> word'))).toBe(true);
        await deliver({ ...aLargeMessage(60, 5), id: 'a-large-one' });
        const all = await service.received();
        expect(all.some(({ text }) => text.includes('Objective 0'))).toBe(true);
      });
    });
  }

  function testFaults(): void {
    const faults = [...FAULTS.filter(({ codes }) => !codes.includes('shape')), ...REFUSALS];
    for (const fault of faults) {
      test.concurrent(`${fault.name} is ${fault.transient ? 'transient' : 'permanent'}, and the error keeps every secret`, async () => {
        await withBench(async ({ deliver }) => {
          const began = Date.now();
          const { fetch } = faultyFetch(fault.behaviour, () => true);
          const patience = fault.codes.includes('timeout') ? SILENCE : PATIENCE;
          const error = await failureOf(
            deliver(aMessage(), boundFetch(fetch, new AbortController().signal, patience).fetch),
          );
          expect(error.transient, error.message).toBe(fault.transient);
          if (fault.retryAfter !== undefined) {
            expect(error.retryAt).toBeGreaterThan(began + (fault.retryAfter - 60) * 1000);
          }
        });
      }, 60_000);
    }

    test.concurrent('a connection that is reset anywhere, and another attempt, leave what a repeat leaves', async () => {
      let requests = 0;
      await withBench(async ({ deliver }) => {
        const counted = faultyFetch(RESET, () => false);
        await deliver(aMessage(), counted.fetch);
        requests = counted.urls.length;
      });
      expect(requests, 'requests go through context.fetch').toBeGreaterThan(0);
      for (let place = 1; place <= requests; place += 1) {
        await withBench(async ({ service, deliver }) => {
          const { fetch } = faultyFetch(
            async (_, real) => {
              await real();
              return RESET();
            },
            (request) => request === place,
          );
          const first = await failureOf(deliver(aMessage(), fetch));
          expect(first.transient).toBe(true);
          await deliver(aMessage());
          const received = await service.received();
          expectRepeat(received, received.length);
        });
      }
    }, 60_000);

    test('the user’s stop ends it at once', async () => {
      await withBench(async ({ deliver }) => {
        const stop = new AbortController();
        const hanging = FAULTS.find(({ codes }) => codes.includes('timeout'));
        if (!hanging) throw new Error('there is no server that never answers');
        const { fetch } = faultyFetch(hanging.behaviour, () => true);
        let stopped = 0;
        setTimeout(() => {
          stopped = performance.now();
          stop.abort();
        }, 50);
        const error = await failureOf(deliver(aMessage(), fetch, stop.signal));
        expect(error.code).toBe('aborted');
        expect(performance.now() - stopped).toBeLessThan(1500);
      });
    });
  }

  function expectRepeat(received: readonly Received[], deliveries: number): void {
    if (testCase.repeat === 'place') expect(received).toHaveLength(1);
    else expect(received).toHaveLength(deliveries);
    if (testCase.repeat === 'none') return;
    const keys = new Set(received.map(({ key }) => key));
    expect(keys.size).toBe(1);
    expect([...keys][0]).not.toBeNull();
  }
}

const REPEATS = {
  key: 'carries the same key',
  place: 'replaces it',
  none: 'is taken too, for the service cannot tell',
} as const;

function isOwnLink(what: string): boolean {
  return what === 'https://github.com/acme/web/pull/812';
}
